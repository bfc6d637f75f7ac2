import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { currentHunk, hunkPositions, nextHunk } from "../../../src/proposals/hunkPositions";
import { Proposal } from "../../../src/proposals/proposalState";

const before = ["one", "two", "three", "four", "five", "six"];
/** One line becomes two, one is deleted, one is added at the end. */
const after = ["one", "TWO", "and more", "three", "five", "six", "seven"];
const { open } = new Proposal(before, after).stateFor(before);

describe("hunkPositions", () => {
  test("have the line below where a side lacks the lines", () => {
    const linesOf = (side: "document" | "proposed"): number[][] =>
      hunkPositions(open, side).map(({ start, end }) => [start, end]);
    assert.deepEqual(linesOf("document"), [
      [1, 2],
      [3, 4],
      [6, 7],
    ]);
    assert.deepEqual(linesOf("proposed"), [
      [1, 3],
      [4, 5],
      [6, 7],
    ]);
  });

  test("contain on each side exactly the lines of the change, for any two texts", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c", ""), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(text, text, (lines, wanted) => {
        const { open } = new Proposal(lines, wanted).stateFor(lines);
        const [current, proposed] = [hunkPositions(open, "document"), hunkPositions(open, "proposed")];
        for (const [index, hunk] of open.entries()) {
          const { start, end } = proposed[index]!;
          assert.equal(current[index]!.start, hunk.start);
          if (hunk.lines.length > 0) assert.deepEqual(wanted.slice(start, end), hunk.lines);
          else assert.equal(end, start + 1);
        }
      }),
    );
  });
});

describe("The change to decide on", () => {
  const positions = hunkPositions(open, "proposed");
  const [first, second, third] = positions;

  test("is the one at the cursor, else the next one below, else the first", () => {
    const found = [0, 1, 2, 3, 4, 5, 6, 9].map((line) => currentHunk(positions, line));
    assert.deepEqual(found, [first, first, first, second, second, third, third, first]);
    assert.equal(currentHunk([], 0), undefined);
  });

  test("is followed by the next one, then by the first that remains", () => {
    assert.deepEqual(
      [first, second, third].map((each) => nextHunk(positions, each!.id)),
      [second, third, first],
    );
    assert.equal(nextHunk([first!], first!.id), undefined);
  });
});
