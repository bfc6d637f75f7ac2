import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { conversationTitle } from "../../../../src/chat/conversation/conversationTitle";
import { conversationOf, turnEvents } from "../sampleConversations";

const secretKey = `-----BEGIN PRIVATE KEY-----\n${`${"MIIEvQIBADANBgkqhkiG9w0B".repeat(2)}\n`.repeat(60)}-----END PRIVATE KEY-----`;

describe("conversationTitle", () => {
  const cases: [question: string, title: string][] = [
    ["Why is this slow?", "Why is this slow?"],
    ["  Fix\n it ", "Fix it"],
    ["What does this regular expression match? I think it is wrong.", "What does this regular expression match?"],
    ["Use node.js v22. Then explain.", "Use node.js v22."],
    [
      "Please explain in all detail what the function at the top of this file does to its arguments",
      "Please explain in all detail what the function at the top…",
    ],
    ["🙂".repeat(70), `${"🙂".repeat(60)}…`],
    ["", "New chat"],
    ["Is AKIAIOSFODNN7EXAMPLE valid? It was.", "Is [redacted] valid?"],
    [`\n${secretKey}`, "[redacted]"],
  ];
  for (const [question, title] of cases)
    test(`derives ${JSON.stringify(title)} from the first question`, () =>
      assert.equal(conversationTitle(conversationOf(turnEvents("t1", undefined, question, ""))), title));

  test("prefers the title that the user gave", () => {
    const renamed = [...turnEvents("t1", undefined, "Hi?", ""), { type: "title-change", title: "Mine" } as const];
    assert.equal(conversationTitle(conversationOf(renamed)), "Mine");
  });
});
