import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { projectQuestion, withProjectMention } from "../../../../src/chat/conversation/projectMention";

describe("withProjectMention", () => {
  test("begins a question about the project", () => {
    assert.equal(withProjectMention(""), "@project ");
  });

  test("makes what is in the composer a question about the project, once", () => {
    const text = withProjectMention("Where is the price?");
    assert.equal(text, "@project Where is the price?");
    for (const mentioned of [text, "@project ", "Where is the price, @project"])
      assert.equal(withProjectMention(mentioned), mentioned);
    assert.equal(projectQuestion(text), "Where is the price?");
  });
});
