import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { moveLines } from "../../../src/context/lineRange";

describe("moveLines", () => {
  const range = { start: 4, end: 7 };
  const cases: readonly [what: string, change: [start: number, end: number, lineBreaks: number], moved: number[]][] = [
    ["two lines added above", [1, 1, 2], [6, 9]],
    ["a line deleted above", [1, 2, 0], [3, 6]],
    ["a change below", [7, 9, 0], [4, 7]],
    ["a line added within", [5, 5, 1], [4, 8]],
    ["a line deleted within", [4, 5, 0], [4, 6]],
    ["the end deleted with lines below", [6, 9, 0], [4, 5]],
    ["all deleted with lines around", [3, 8, 0], [3, 4]],
  ];
  for (const [what, [startLine, endLine, lineBreaks], [start, end]] of cases)
    test(what, () => assert.deepEqual(moveLines(range, { startLine, endLine, lineBreaks }), { start, end }));

  test("keeps the lines when others are added or deleted", () => {
    const count = fc.nat({ max: 9 });
    fc.assert(
      fc.property(count, count, count, count, (above, own, first, added) => {
        const lines = { start: above, end: above + own + 1 };
        const before = Array.from({ length: lines.end + 5 }, (_, index) => `line ${index}`);
        const at = first % (above + 1);
        const after = [...before.slice(0, at), ...Array.from({ length: added }, () => "new"), ...before.slice(at)];
        if (at >= above) return;
        const moved = moveLines(lines, { startLine: at, endLine: at, lineBreaks: added });
        assert.deepEqual(after.slice(moved.start, moved.end), before.slice(lines.start, lines.end));
      }),
    );
  });
});
