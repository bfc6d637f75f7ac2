import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { insertedCode } from "../../../../src/chat/page/insertedCode";

const code = "if (a) {\n  b();\n}";
const indented = "  if (a) {\n    b();\n  }";
const spaces = { insertSpaces: true, tabSize: 2 };

describe("insertedCode", () => {
  for (const [place, line, column, selected, text, atLineEnd] of [
    ["an empty line", "", 0, "", code, false],
    ["an indented empty line", "  ", 2, "", indented.slice(2), false],
    ["the end of a line with text", "  f();", 6, "", `\n${indented}`, true],
    ["the middle of a line", "  f();", 4, "", `\n${indented}`, true],
    ["the start of a line with text", "  f();", 0, "", `${indented}\n`, false],
    ["the first letter of a line", "  f();", 2, "", `${indented.slice(2)}\n  `, false],
    ["a selection in a line", "  f(x);", 4, "x", indented.slice(2), false],
    ["selected whole lines", "  f();", 0, "  f();\n", `${indented}\n`, false],
  ] as const)
    test(`fits several lines to ${place}`, () =>
      assert.deepEqual(insertedCode(code, { line, column, selected }, spaces), { text, atLineEnd }));

  test("inserts a single line as it is", () => {
    const inserted = insertedCode("x + 1", { line: "  f();", column: 4, selected: "" }, spaces);
    assert.deepEqual(inserted, { text: "x + 1", atLineEnd: false });
  });

  test("uses the tabs of the line", () => {
    const inserted = insertedCode(
      code,
      { line: "\tf();", column: 5, selected: "" },
      { insertSpaces: false, tabSize: 4 },
    );
    assert.deepEqual(inserted, { text: "\n\tif (a) {\n\t\tb();\n\t}", atLineEnd: true });
  });
});
