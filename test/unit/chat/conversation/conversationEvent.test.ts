import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { conversationOf, shownTexts, turnEvents } from "../sampleConversations";

describe("apply", () => {
  test("adds a second answer and keeps the branch after the first one", () => {
    const events = [...turnEvents("t1", undefined, "one?", "one"), ...turnEvents("t2", "t1-a", "two?", "two")];
    const regenerated = conversationOf([
      ...events,
      { type: "answer-start", turn: "t1", answer: "b", at: 3, pid: 1 },
      { type: "answer-delta", answer: "b", text: "uno" },
    ]);
    assert.deepEqual(shownTexts(regenerated), [["one?", "uno"]]);
    const switched = conversationOf([...events, { type: "show", after: "t1", id: "t1-a" }]);
    assert.deepEqual(shownTexts(switched), [
      ["one?", "one"],
      ["two?", "two"],
    ]);
  });

  test("deletes a turn with everything after it, and nothing else", () => {
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
    assert.deepEqual(shownTexts(conversation), [
      ["one?", "one"],
      ["other?", "other"],
    ]);
  });

  test("appends a turn to the shown branch if the answer before it is missing", () => {
    const conversation = conversationOf([
      ...turnEvents("t1", undefined, "one?", "one"),
      ...turnEvents("t2", "lost", "two?", "two"),
    ]);
    assert.deepEqual(shownTexts(conversation), [
      ["one?", "one"],
      ["two?", "two"],
    ]);
  });
});
