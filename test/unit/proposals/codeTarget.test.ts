import assert from "node:assert/strict";
import { describe, it } from "node:test";
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

describe("Where code of an answer belongs", () => {
  it("that begins and ends as the selection: all of the selection, whatever is between", () => {
    assert.deepEqual(findCodeTarget(["function f() {", "  all();", "}"], file, asked), {
      ...{ place: { start: 2, end: 7 }, recognised: true, changed: false },
    });
  });

  it("that resembles nothing: the selection, since that was asked about", () => {
    assert.deepEqual(findCodeTarget(["const f = () => all();"], file, asked), {
      ...{ place: { start: 2, end: 7 }, recognised: false, changed: false },
    });
  });

  it("of a selection that moved: where it is now", () => {
    const place = findCodeTarget(["const f = () => all();"], ["// new", "// new", ...file], asked)?.lines;
    assert.deepEqual(place, { start: 4, end: 9 });
  });

  it("of a selection that was changed: where the code is recognised, and the change is told", () => {
    const changed = file.map((line) => line.replace("one", "uno"));
    assert.deepEqual(findCodeTarget(["function f() {", "  two();", "  three();", "}"], changed, asked), {
      ...{ place: { start: 2, end: 7 }, recognised: true, changed: true },
    });
  });

  it("of a selection that is gone, resembling nothing: not to be told", () => {
    assert.equal(findCodeTarget(["const f = () => all();"], ["nothing", "of", "it"], asked), undefined);
  });

  it("that has most lines of a file: the whole file but for its last line end", () => {
    const code = file.slice(0, -1).map((line) => line.replace("two", "deux"));
    assert.deepEqual(findCodeTarget(code, file, { kind: "file", label: "a.ts", text: all }), {
      ...{ place: { start: 0, end: 9 }, recognised: true, changed: false },
    });
  });

  it("is not told to have changed by line ends alone, nor where only a part was sent", () => {
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

  it("is found for a problem of the file too, which tells nothing about whether the file has changed", () => {
    const problem = {
      kind: "problem",
      label: "problem in a.ts:4",
      text: "ts: no one\n> 4:   one();",
      range: { startLine: 3 },
    };
    assert.deepEqual(findCodeTarget(["function f() {", "  two();", "  three();", "}"], file, problem), {
      ...{ place: { start: 2, end: 7 }, recognised: true, changed: false },
    });
  });
});
