import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { surroundingLines, surroundingText, type LineRange, type Subject } from "../../../src/context/surroundingLines";

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

/** Ranges as one numbers lines on a screen. */
const shown = (ranges: readonly LineRange[]): string => ranges.map(({ start, end }) => `${start + 1}-${end}`).join(" ");
const around = (subject: Partial<Subject>): string =>
  shown(surroundingLines({ lines: basket, part: { start: 0, end: 0 }, block: undefined, room: 9_000, ...subject }));

describe("What stands around a part of a file", () => {
  const total = { start: 15, end: 21 };

  it("is the imports, whole, and the function without the part", () => {
    assert.equal(around({ part: { start: 17, end: 19 }, block: total }), "1-5 16-17 20-21");
  });

  it("is written so that a model sees what is left out, and where the part belongs", () => {
    const part = { start: 17, end: 19 };
    const ranges = surroundingLines({ lines: basket, part, block: total, room: 9_000 });
    assert.equal(
      surroundingText(basket, part, ranges),
      [
        ...basket.slice(0, 5),
        ...["⋯", "  total(): Price {", "    let total = 0;", "⋯ here: lines 18-19 ⋯", "    return total;", "  }"],
      ].join("\n"),
    );
  });

  it("is some lines on either side where no function is known", () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`);
    assert.equal(around({ lines, part: { start: 49, end: 51 } }), "30-49 52-71");
  });

  it("is the nearest lines of a long class, and its first one", () => {
    assert.equal(around({ part: total, block: { start: 8, end: 22 }, room: 160 }), "1-5 9-9 11-15 22-22");
  });

  it("leaves out what is sent anyway", () => {
    const sent = new Set([0, 1, 2, 3, 4, 15]);
    assert.equal(around({ part: { start: 17, end: 19 }, block: total, sent }), "17-17 20-21");
  });

  const imports: readonly [language: string, lines: string, found: string][] = [
    ["Python", "import os\nfrom a import (\n  b,\n)\n\nimportant = 1", "1-4"],
    ["Go", 'package shop\n\nimport (\n\t"fmt"\n)\n\nfunc a() {}', "1-1 3-5"],
    ["Rust", "use std::{\n  fs,\n};\nmod price;\n\nfn a() {}", "1-4"],
    ["C", "#include <stdio.h>\n\nint main() {}", "1-1"],
    ["C#", "using System.Text;\n\nclass A {}", "1-1"],
    ["CommonJS", 'const fs = require("fs");\nconst a = 1;', "1-1"],
    ["PHP", "<?php\nuse App\\Price;\nrequire_once 'a.php';\necho 1;", "2-3"],
    ["SCSS", '@use "colours";\n.a {}', "1-1"],
    ["an import that never ends", "import {\n  a,\n  b", ""],
    ["words that only begin alike", "importance\nusing\nfrom here on\nuseful", ""],
  ];
  for (const [language, text, found] of imports)
    it(`knows imports: ${language}`, () => {
      const lines = [...text.split("\n"), ...Array.from({ length: 40 }, () => "")];
      const part = { start: lines.length - 1, end: lines.length };
      assert.equal(around({ lines, part, block: part }), found);
    });

  it("never holds a line of the part, or more than there is room for", () => {
    const line = fc.oneof(fc.constantFrom("import a", "import {", "}", ""), fc.string({ maxLength: 30 }));
    const span = fc.tuple(fc.nat(60), fc.nat(30)).map(([start, length]) => ({ start, end: start + length }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 80 }), span, fc.option(span), fc.nat(400), (lines, part, block, room) => {
        const clip = ({ start, end }: LineRange): LineRange => ({
          start: Math.min(start, lines.length),
          end: Math.min(end, lines.length),
        });
        const clipped = clip(part);
        const outer = block
          ? clip({ start: Math.min(block.start, part.start), end: Math.max(block.end, part.end) })
          : undefined;
        const ranges = surroundingLines({ lines, part: clipped, block: outer, room });
        const all = ranges.flatMap(({ start, end }) => lines.slice(start, end));
        for (const { start, end } of ranges) {
          assert.ok(start < end && end <= lines.length);
          const apart = end <= clipped.start || start >= clipped.end || clipped.start === clipped.end;
          assert.ok(apart, shown(ranges));
        }
        // The first line of the block may come on top.
        const heading = lines[outer?.start ?? -1]?.length ?? 0;
        assert.ok(all.join("\n").length <= room + heading + 1);
      }),
    );
  });
});
