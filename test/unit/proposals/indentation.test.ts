import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { fitLines, type Indentation } from "../../../src/proposals/indentation";

const spaces: Indentation = { insertSpaces: true, tabSize: 4 };
const tabs: Indentation = { insertSpaces: false, tabSize: 4 };

describe("fitLines", () => {
  const cases: [what: string, lines: string[], original: string[], style: Indentation, fitted: string[]][] = [
    ["stay as they are where they fit", ["  a", "    b"], ["  x", "    y"], spaces, ["  a", "    b"]],
    [
      "get back the indentation that all have lost",
      ["a {", "  b", "", "}"],
      ["    x {", "    }"],
      spaces,
      ["    a {", "      b", "", "    }"],
    ],
    [
      "get back what only the first has lost",
      ["a {", "      b", "    }"],
      ["    x {", "    }"],
      spaces,
      ["    a {", "      b", "    }"],
    ],
    [
      "lose nothing where they begin as deep as before and end outside",
      ["    return 0", "", "total()"],
      ["    pass"],
      spaces,
      ["    return 0", "", "total()"],
    ],
    ["may be deeper than before", ["    a"], ["  x"], spaces, ["    a"]],
    [
      "take tabs where the original has them",
      ["if (a) {", "  b();", "    c();", "}"],
      ["\tif (x) {", "\t}"],
      tabs,
      ["\tif (a) {", "\t\tb();", "\t\t\tc();", "\t}"],
    ],
    [
      "keep the star of a comment in its column",
      ["/**", " * A", " */", "a() {", "    b", "}"],
      ["\tx() {", "\t}"],
      tabs,
      ["\t/**", "\t * A", "\t */", "\ta() {", "\t\tb", "\t}"],
    ],
    ["take spaces where the original has them", ["a", "\tb"], ["x", "    y"], tabs, ["a", "    b"]],
    ["follow the editor where the original says nothing", ["a", "\tb"], ["x"], spaces, ["a", "    b"]],
    ["have the blank ends of the original", ["", "a", "", ""], ["", "", "x", ""], spaces, ["", "", "a", ""]],
    ["of an empty answer are none", [""], ["  x"], spaces, []],
    ["keep emoji and right-to-left words", ["// שלום 👩‍👩‍👧", "x"], ["  // y", "  z"], spaces, ["  // שלום 👩‍👩‍👧", "  x"]],
  ];
  for (const [what, lines, original, style, fitted] of cases)
    test(what, () => assert.deepEqual(fitLines(lines, original, style), fitted));

  test("leaves the original unchanged", () => {
    const line = fc
      .tuple(fc.nat(3), fc.constantFrom("a", "b {", "}", ""))
      .map(([depth, text]) => text && "\t".repeat(depth) + text);
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1 }).filter((lines) => lines.some((each) => each !== "")),
        (lines) => {
          assert.deepEqual(fitLines(lines, lines, tabs), lines);
        },
      ),
    );
  });
});
