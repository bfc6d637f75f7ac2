import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { branchTo, shownBranch } from "../../../../src/chat/conversation/branch";
import { snapshot } from "../../../../src/chat/conversation/snapshot";
import { anyEvent, conversationOf, turnEvents } from "../sampleConversations";

const texts = (path: ReturnType<typeof shownBranch>) =>
  path.map(({ turn, answer }) => [turn.question.text, answer?.text]);

suite("a conversation grows by events", () => {
  test("a second answer to the first question ends the branch there; the old branch is kept and can be shown again", () => {
    const events = [...turnEvents("t1", undefined, "one?", "one"), ...turnEvents("t2", "t1-a", "two?", "two")];
    const again = conversationOf([
      ...events,
      { type: "answer-start", turn: "t1", answer: "b", at: 3, pid: 1 },
      { type: "answer-delta", answer: "b", text: "uno" },
    ]);
    assert.deepEqual(texts(shownBranch(again)), [["one?", "uno"]]);
    const back = conversationOf([...events, { type: "show", after: "t1", id: "t1-a" }]);
    assert.deepEqual(texts(shownBranch(back)), [
      ["one?", "one"],
      ["two?", "two"],
    ]);
  });

  test("an edited question stands beside the old one", () => {
    const conversation = conversationOf([
      ...turnEvents("t1", undefined, "one?", "one"),
      ...turnEvents("t2", "t1-a", "two?", "two"),
      ...turnEvents("t3", "t1-a", "zwei?", "zwei"),
    ]);
    assert.deepEqual(texts(shownBranch(conversation)), [
      ["one?", "one"],
      ["zwei?", "zwei"],
    ]);
    assert.deepEqual(shownBranch(conversation).at(-1)?.versions, ["t2", "t3"]);
    assert.deepEqual(texts(branchTo(conversation, "t2")), [
      ["one?", "one"],
      ["two?", "two"],
    ]);
  });

  test("deleting a turn takes what follows it, and nothing else", () => {
    const conversation = conversationOf([
      ...turnEvents("t1", undefined, "one?", "one"),
      ...turnEvents("t2", "t1-a", "two?", "two"),
      ...turnEvents("t3", "t2-a", "three?", "three"),
      ...turnEvents("t4", "t1-a", "other?", "other"),
      { type: "turn-delete", turn: "t2" },
    ]);
    assert.deepEqual(
      conversation.turns.map(({ id }) => id),
      ["t1", "t4"],
    );
    assert.deepEqual(texts(shownBranch(conversation)), [
      ["one?", "one"],
      ["other?", "other"],
    ]);
  });

  test("a turn whose predecessor is lost follows what is there", () => {
    const conversation = conversationOf([
      ...turnEvents("t1", undefined, "one?", "one"),
      ...turnEvents("t2", "lost", "two?", "two"),
    ]);
    assert.deepEqual(texts(shownBranch(conversation)), [
      ["one?", "one"],
      ["two?", "two"],
    ]);
  });

  test("whatever happened, the snapshot makes the same conversation", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const conversation = conversationOf(events);
        const again = conversationOf(snapshot(conversation));
        assert.deepEqual(again.turns, conversation.turns);
        assert.deepEqual(shownBranch(again), shownBranch(conversation));
        assert.deepEqual([again.title, again.pinned], [conversation.title, conversation.pinned]);
      }),
    );
  });

  test("the shown branch never repeats a turn and always ends", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const conversation = conversationOf(events);
        const ids = shownBranch(conversation).map(({ turn }) => turn.id);
        assert.equal(new Set(ids).size, ids.length);
        for (const { id } of conversation.turns) assert.equal(branchTo(conversation, id).at(-1)?.turn.id, id);
      }),
    );
  });
});
