import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findInConversation } from "../../../../src/chat/storage/conversationSearch";
import { conversationOf, turnEvents } from "../sampleConversations";

describe("findInConversation", () => {
  const conversation = conversationOf([
    {
      type: "turn-add",
      turn: "t1",
      question: { text: "Why?", attachments: [{ id: "x", kind: "file", label: "basket.ts", text: "" }], at: 1 },
    },
    ...turnEvents("t1", undefined, "", "The ROUTER picks a model at random, and then it asks that model.").slice(1),
  ]);

  test("finds text in questions, answers, and labels of attachments, ignoring case", () => {
    assert.equal(findInConversation(conversation, "WHY"), "Why?");
    assert.equal(findInConversation(conversation, "Basket"), "basket.ts");
    assert.equal(findInConversation(conversation, "router"), "The ROUTER picks a model at random, and then it as…");
    assert.equal(findInConversation(conversation, "nothing"), undefined);
  });

  test("marks both ends of an excerpt that are cut off", () => {
    assert.match(findInConversation(conversation, "random") ?? "", /^The ROUTER picks .* model\.$/);
    const long = conversationOf(turnEvents("t1", undefined, `${"a ".repeat(50)}needle${" b".repeat(50)}`, ""));
    assert.match(findInConversation(long, "needle") ?? "", /^…a .*needle.* b…$/);
  });
});
