import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findCodeTarget } from "../../../src/proposals/codeTarget";

const file = [
  "const a = 1;",
  "",
  "function f() {",
  "  one();",
  "  two();",
  "  three();",
  "}",
  "",
  "const last = 9;",
  "",
];
const all = file.join("\n");
const asked = { kind: "selection", label: "a.ts:3-7", text: file.slice(2, 7).join("\n"), range: { startLine: 2 } };

describe("findCodeTarget", () => {
  test("replaces the whole selection if the code begins and ends like it", () => {
    assert.deepEqual(findCodeTarget(["function f() {", "  all();", "}"], file, asked), {
      ...{ lines: { start: 2, end: 7 }, recognized: true, changed: false },
    });
  });

  test("falls back to the selection if the code matches nothing", () => {
    assert.deepEqual(findCodeTarget(["const f = () => all();"], file, asked), {
      ...{ lines: { start: 2, end: 7 }, recognized: false, changed: false },
    });
  });

  test("follows a selection that moved", () => {
    const place = findCodeTarget(["const f = () => all();"], ["// new", "// new", ...file], asked)?.lines;
    assert.deepEqual(place, { start: 4, end: 9 });
  });

  test("matches the code in a changed selection and reports the change", () => {
    const changed = file.map((line) => line.replace("one", "uno"));
    assert.deepEqual(findCodeTarget(["function f() {", "  two();", "  three();", "}"], changed, asked), {
      ...{ lines: { start: 2, end: 7 }, recognized: true, changed: true },
    });
  });

  test("finds nothing if the selection is gone and the code matches nothing", () => {
    assert.equal(findCodeTarget(["const f = () => all();"], ["nothing", "of", "it"], asked), undefined);
  });

  test("replaces the whole file, except its last line end, if the code has most of its lines", () => {
    const code = file.slice(0, -1).map((line) => line.replace("two", "deux"));
    assert.deepEqual(findCodeTarget(code, file, { kind: "file", label: "a.ts", text: all }), {
      ...{ lines: { start: 0, end: 9 }, recognized: true, changed: false },
    });
  });

  test("ignores line ends, and parts that were not sent, when it detects changes", () => {
    const code = file.slice(2, 7);
    const windows = findCodeTarget(code, file, { kind: "file", label: "a.ts", text: file.join("\r\n") });
    const cut = findCodeTarget(code, file, {
      kind: "file",
      label: "a.ts",
      text: file.slice(0, 4).join("\n"),
      cut: "the last 6 lines",
    });
    assert.deepEqual([windows?.changed, cut?.changed], [false, false]);
  });

  test("works for problem attachments, which do not show whether the file has changed", () => {
    const problem = {
      kind: "problem",
      label: "problem in a.ts:4",
      text: "ts: no one\n> 4:   one();",
      range: { startLine: 3 },
    };
    assert.deepEqual(findCodeTarget(["function f() {", "  two();", "  three();", "}"], file, problem), {
      ...{ lines: { start: 2, end: 7 }, recognized: true, changed: false },
    });
  });
});
