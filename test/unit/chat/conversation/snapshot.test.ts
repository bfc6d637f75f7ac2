import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { shownBranch } from "../../../../src/chat/conversation/branch";
import { snapshot } from "../../../../src/chat/conversation/snapshot";
import { anyEvent, conversationOf } from "../sampleConversations";

describe("snapshot", () => {
  test("produces the same conversation, after any events", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const conversation = conversationOf(events);
        const copy = conversationOf(snapshot(conversation));
        assert.deepEqual(copy.turns, conversation.turns);
        assert.deepEqual(shownBranch(copy), shownBranch(conversation));
        assert.deepEqual([copy.title, copy.pinned], [conversation.title, conversation.pinned]);
      }),
    );
  });
});
