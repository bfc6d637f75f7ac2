import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { applyAll } from "../../../../src/chat/conversation/applyAll";
import { branchTo, shownBranch } from "../../../../src/chat/conversation/branch";
import { apply, emptyConversation, type ConversationEvent } from "../../../../src/chat/conversation/conversationEvent";
import { anyEvent, turnEvents } from "../sampleConversations";

describe("applyAll", () => {
  test("applies any events like `apply`, also to a conversation with turns", () => {
    fc.assert(
      fc.property(fc.array(anyEvent), fc.array(anyEvent), (before, events) => {
        const conversation = before.reduce(apply, emptyConversation("c1", 1));
        const expected = events.reduce(apply, conversation);
        assert.deepEqual(applyAll(conversation, events), expected);
        assert.deepEqual(conversation, before.reduce(apply, emptyConversation("c1", 1)));
      }),
    );
  });

  test("builds and walks a conversation of many turns in linear time", () => {
    const msPerTurn = (turns: number): number => {
      const events = Array.from({ length: turns }, (_, at): ConversationEvent[] =>
        turnEvents(`t${at}`, at === 0 ? undefined : `t${at - 1}-a`, "Why?", "Because."),
      ).flat();
      const start = performance.now();
      const conversation = applyAll(emptyConversation("c1", 1), events);
      assert.equal(branchTo(conversation, `t${turns - 1}`).length, turns);
      assert.equal(shownBranch(conversation).length, turns);
      return (performance.now() - start) / turns;
    };
    msPerTurn(1_000);
    const few = Math.min(msPerTurn(1_000), msPerTurn(1_000), msPerTurn(1_000));
    const many = Math.min(msPerTurn(20_000), msPerTurn(20_000));
    assert.ok(many < 10 * few, `${many} ms per turn in a long conversation, ${few} ms in a short one`);
  });
});
