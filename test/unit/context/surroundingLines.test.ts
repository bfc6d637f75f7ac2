import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { LineRange } from "../../../src/context/lineRange";
import { surroundingLines, surroundingText, type SurroundingLinesOptions } from "../../../src/context/surroundingLines";

const basket = `import { readFile } from "node:fs/promises";
import {
  format,
  type Price,
} from "./price";

const limit = 10;

export class Basket {
  readonly lines: Line[] = [];

  add(line: Line): void {
    this.lines.push(line);
  }

  total(): Price {
    let total = 0;
    for (const line of this.lines)
      total += line.price;
    return total;
  }
}`.split("\n");

/** Formats ranges with one-based line numbers and an inclusive end. */
const format = (ranges: readonly LineRange[]): string =>
  ranges.map(({ start, end }) => `${start + 1}-${end}`).join(" ");
const surrounding = (options: Partial<SurroundingLinesOptions>): string =>
  format(
    surroundingLines({ lines: basket, target: { start: 0, end: 0 }, block: undefined, budget: 9_000, ...options }),
  );

describe("surroundingLines", () => {
  const total = { start: 15, end: 21 };

  test("returns the imports and the enclosing function without the target", () => {
    assert.equal(surrounding({ target: { start: 17, end: 19 }, block: total }), "1-5 16-17 20-21");
  });

  test("returns some lines on either side if the enclosing block is unknown", () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`);
    assert.equal(surrounding({ lines, target: { start: 49, end: 51 } }), "30-49 52-71");
  });

  test("returns the nearest lines of a long class and its first line", () => {
    assert.equal(surrounding({ target: total, block: { start: 8, end: 22 }, budget: 160 }), "1-5 9-9 11-15 22-22");
  });

  test("excludes lines that are sent anyway", () => {
    const includedLines = new Set([0, 1, 2, 3, 4, 15]);
    assert.equal(surrounding({ target: { start: 17, end: 19 }, block: total, includedLines }), "17-17 20-21");
  });

  const imports: readonly [name: string, text: string, expected: string][] = [
    ["Python", "import os\nfrom a import (\n  b,\n)\n\nimportant = 1", "1-4"],
    ["Go", 'package shop\n\nimport (\n\t"fmt"\n)\n\nfunc a() {}', "1-1 3-5"],
    ["Rust", "use std::{\n  fs,\n};\nmod price;\n\nfn a() {}", "1-4"],
    ["C", "#include <stdio.h>\n\nint main() {}", "1-1"],
    ["C#", "using System.Text;\n\nclass A {}", "1-1"],
    ["CommonJS", 'const fs = require("fs");\nconst a = 1;', "1-1"],
    ["PHP", "<?php\nuse App\\Price;\nrequire_once 'a.php';\necho 1;", "2-3"],
    ["SCSS", '@use "colours";\n.a {}', "1-1"],
    ["an import without a closing brace", "import {\n  a,\n  b", ""],
    ["words that start like an import", "importance\nusing\nfrom here on\nuseful", ""],
  ];
  for (const [name, text, expected] of imports)
    test(`recognizes imports: ${name}`, () => {
      const lines = [...text.split("\n"), ...Array.from({ length: 40 }, () => "")];
      const target = { start: lines.length - 1, end: lines.length };
      assert.equal(surrounding({ lines, target, block: target }), expected);
    });

  test("never contains the target or exceeds the budget", () => {
    const line = fc.oneof(fc.constantFrom("import a", "import {", "}", ""), fc.string({ maxLength: 30 }));
    const span = fc.tuple(fc.nat(60), fc.nat(30)).map(([start, length]) => ({ start, end: start + length }));
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 80 }),
        span,
        fc.option(span),
        fc.nat(400),
        (lines, range, block, budget) => {
          const clip = ({ start, end }: LineRange): LineRange => ({
            start: Math.min(start, lines.length),
            end: Math.min(end, lines.length),
          });
          const target = clip(range);
          const outerBlock = block
            ? clip({ start: Math.min(block.start, range.start), end: Math.max(block.end, range.end) })
            : undefined;
          const ranges = surroundingLines({ lines, target, block: outerBlock, budget });
          const all = ranges.flatMap(({ start, end }) => lines.slice(start, end));
          for (const { start, end } of ranges) {
            assert.ok(start < end && end <= lines.length);
            const isOutside = end <= target.start || start >= target.end || target.start === target.end;
            assert.ok(isOutside, format(ranges));
          }
          // The first line of the block may exceed the budget.
          const heading = lines[outerBlock?.start ?? -1]?.length ?? 0;
          assert.ok(all.join("\n").length <= budget + heading + 1);
        },
      ),
    );
  });
});

describe("surroundingText", () => {
  test("marks omitted lines and the position of the target", () => {
    const target = { start: 17, end: 19 };
    const ranges = surroundingLines({ lines: basket, target, block: { start: 15, end: 21 }, budget: 9_000 });
    assert.equal(
      surroundingText(basket, target, ranges),
      [
        ...basket.slice(0, 5),
        ...[
          "⋯",
          "  total(): Price {",
          "    let total = 0;",
          "⋯ lines 18-19 (shown above) ⋯",
          "    return total;",
          "  }",
        ],
      ].join("\n"),
    );
  });
});
