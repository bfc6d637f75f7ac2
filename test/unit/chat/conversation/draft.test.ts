import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { StoredAttachment } from "../../../../src/chat/conversation/conversation";
import {
  emptyDraft,
  isEmptyDraft,
  mergeText,
  removeAsked,
  removeSubmitted,
  returnQueued,
  withNextRevision,
} from "../../../../src/chat/conversation/draft";
import { conversationOf, turnEvents } from "../sampleConversations";

const file = (id: string): StoredAttachment => ({ id, kind: "file", label: id, text: "" });

describe("A draft", () => {
  test("gets a new revision only with a new text", () => {
    const before = { ...emptyDraft, text: "a", revision: 3 };
    assert.equal(withNextRevision(before, { ...before, attachments: [file("a.ts")] }).revision, 3);
    assert.equal(withNextRevision(before, { ...before, text: "b" }).revision, 4);
  });

  test("is not empty while it has queued questions or removed instructions", () => {
    assert.equal(isEmptyDraft({ ...emptyDraft, text: " " }), true);
    assert.equal(isEmptyDraft({ ...emptyDraft, queued: [{ id: "q", text: "?", attachments: [] }] }), false);
    assert.equal(isEmptyDraft({ ...emptyDraft, withoutInstructions: ["file:///w/AGENTS.md"] }), false);
  });

  for (const [what, base, host, typed, merged] of [
    ["text above it", "So", "First?\n\nSo", "So, why?", "First?\n\nSo, why?"],
    ["text below it", "So", "So\n\nExplain this.", "So, why?", "So, why?\n\nExplain this."],
    ["text in an empty composer", "", "First?", "So", "First?\n\nSo"],
    ["another text", "So", "First?", "So, why?", "First?\n\nSo, why?"],
    [
      "text above it, without its last space",
      "and then ",
      "First?\n\nand then",
      "and then do",
      "First?\n\nand then do",
    ],
    ["text below it, without its last space", "So ", "So\n\nExplain this.", "So why?", "So why?\n\nExplain this."],
    ["text above the same as the user's", "", "First?\n\nSo", "So", "First?\n\nSo"],
    ["an older text of the user", "", "So", "So, why?", "So, why?"],
    ["a newer text of the user", "", "So, why?", "So", "So, why?"],
    ["nothing, since the question was sent", "Why?", "", "Why? And", " And"],
    ["nothing", "So", "So", "", ""],
    ["all of it, while the user changed nothing", "So", "First?", "So", "First?"],
    ["the same as the user", "So", "Now", "Now", "Now"],
  ] as const)
    test(`keeps what the user typed while the host changed the text: ${what}`, () => {
      assert.equal(mergeText(base, host, typed), merged);
    });

  test("keeps what was added after a question was submitted", () => {
    const submitted = { text: "Why?", attachments: [file("a.ts")] };
    const draft = { ...emptyDraft, text: "Why? And", attachments: [file("a.ts"), file("b.ts")] };
    const { text, attachments } = removeSubmitted(draft, submitted);
    assert.deepEqual([text, attachments], ["And", [file("b.ts")]]);
  });

  test("takes queued questions back above its text", () => {
    const queued = [
      { id: "q1", text: "First?", attachments: [file("a.ts")] },
      { id: "q2", text: " Second? ", attachments: [] },
    ];
    const draft = { ...emptyDraft, text: "Third", attachments: [file("b.ts")], queued };
    assert.deepEqual(returnQueued(draft), {
      ...emptyDraft,
      text: "First?\n\nSecond?\n\nThird",
      attachments: [file("a.ts"), file("b.ts")],
    });
  });

  test("loses the newest question unless that has an answer", () => {
    const draft = { ...emptyDraft, text: "Why?", queued: [{ id: "q", text: "Why?", attachments: [] }] };
    const [question, ...answer] = turnEvents("t1", undefined, "Why?", "So.");
    const unanswered = conversationOf([question!]).turns.at(-1);
    assert.deepEqual(removeAsked(draft, unanswered), emptyDraft);
    assert.equal(removeAsked(draft, conversationOf([question!, ...answer]).turns.at(-1)), draft);
  });
});
