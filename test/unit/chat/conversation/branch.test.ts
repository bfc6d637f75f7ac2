import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { branchTo, forkAt, shownBranch } from "../../../../src/chat/conversation/branch";
import { anyEvent, conversationOf, shownTexts, turnEvents } from "../sampleConversations";

/** A conversation whose second question has been edited. */
const edited = () =>
  conversationOf([
    ...turnEvents("t1", undefined, "one?", "one"),
    ...turnEvents("t2", "t1-a", "two?", "two"),
    ...turnEvents("t3", "t1-a", "zwei?", "zwei"),
  ]);

describe("shownBranch", () => {
  test("shows an edited question instead of the original", () => {
    const conversation = edited();
    assert.deepEqual(shownTexts(conversation), [
      ["one?", "one"],
      ["zwei?", "zwei"],
    ]);
    assert.deepEqual(shownBranch(conversation).at(-1)?.versions, ["t2", "t3"]);
  });

  test("shows no answer twice side by side", () => {
    const events = turnEvents("t1", undefined, "one?", "one");
    const [step] = shownBranch(
      conversationOf([...events, { type: "columns-change", turn: "t1", answers: ["t1-a", "other", "t1-a"] }]),
    );
    assert.deepEqual(
      step?.columns.map(({ id }) => id),
      ["t1-a"],
    );
  });

  test("always ends and never repeats a turn", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const ids = shownBranch(conversationOf(events)).map(({ turn }) => turn.id);
        assert.equal(new Set(ids).size, ids.length);
      }),
    );
  });
});

describe("branchTo", () => {
  test("returns a branch that is not shown", () => {
    assert.deepEqual(
      branchTo(edited(), "t2").map(({ turn, answer }) => [turn.question.text, answer?.text]),
      [
        ["one?", "one"],
        ["two?", "two"],
      ],
    );
  });

  test("ends with the turn, after any events", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const conversation = conversationOf(events);
        for (const { id } of conversation.turns) assert.equal(branchTo(conversation, id).at(-1)?.turn.id, id);
      }),
    );
  });
});

describe("forkAt", () => {
  test("copies one branch up to the answer", () => {
    const fork = forkAt({ ...edited(), pinned: true }, "t2-a");
    assert.deepEqual(
      fork.turns.map(({ id, answers }) => [id, answers.length]),
      [
        ["t1", 1],
        ["t2", 1],
      ],
    );
    assert.equal(fork.pinned, false);
  });

  test("ends with any of several answers side by side", () => {
    const compared = conversationOf([
      ...turnEvents("t1", undefined, "one?", "one"),
      { type: "answer-start", turn: "t1", answer: "t1-b", at: 3, pid: 1 },
      { type: "columns-change", turn: "t1", answers: ["t1-a", "t1-b"] },
    ]);
    for (const answer of ["t1-a", "t1-b"]) {
      const fork = forkAt(compared, answer);
      assert.deepEqual([fork.turns[0]?.answers.map(({ id }) => id), fork.turns[0]?.columns], [[answer], undefined]);
    }
  });
});
