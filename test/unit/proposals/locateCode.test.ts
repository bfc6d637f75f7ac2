import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { locateCode, locateText } from "../../../src/proposals/locateCode";

const file = `import { price } from "./price";

export class Basket {
  private readonly lines: Line[] = [];

  add(title: string): void {
    const line = this.lines.find((each) => each.title === title);
    if (line) line.copies += 1;
    else this.lines.push({ title, copies: 1 });
  }

  remove(title: string): void {
    for (let i = 0; i < this.lines.length; i++) {
      if (this.lines[i].title === title) this.lines.splice(i, 1);
    }
  }
}

export function first(basket: Basket): Line {
  return basket.lines[0];
}

export function last(basket: Basket): Line {
  return basket.lines[basket.lines.length - 1];
}`.split("\n");

/** The lines of the file that were found, first and last numbered as on the screen. */
function found(code: string, hint?: [first: number, last: number]): [number, number] | undefined {
  const place = locateCode(code.split("\n"), file, hint && { start: hint[0] - 1, end: hint[1] });
  return place && [place.start + 1, place.end];
}

describe("locateCode", () => {
  test("finds code whose inner lines changed", () => {
    const code = `remove(title: string): void {
  for (let i = this.lines.length - 1; i >= 0; i--) {
    if (this.lines[i].title === title) this.lines.splice(i, 1);
  }
}`;
    assert.deepEqual(found(code), [12, 16]);
  });

  test("finds code with a changed first line and a new comment above", () => {
    const code = `/** Removes a line. */
  remove(title: string, all = false): void {
    for (let i = 0; i < this.lines.length; i++) {
      if (this.lines[i].title === title) this.lines.splice(i, 1);
    }
  }`;
    assert.deepEqual(found(code), [12, 16]);
  });

  test("finds code with inserted lines", () => {
    const code = `  add(title: string): void {
    if (title === "") throw new Error("A title is needed.");
    const line = this.lines.find((each) => each.title === title);
    if (line) line.copies += 1;
    else this.lines.push({ title, copies: 1 });
    this.changed();
  }`;
    assert.deepEqual(found(code), [6, 10]);
  });

  test("extends a rewritten block to its closing bracket", () => {
    assert.deepEqual(found("remove(title: string): void {\n  this.drop(title);\n}"), [12, 16]);
  });

  test("extends a rewritten block by indentation", () => {
    const python = ["def a(x):", "    y = x", "    for i in y:", "", "        print(i)", "", "def b(x):", "    pass"];
    const code = ["def a(x):", "    print(*x)"];
    assert.deepEqual(locateCode(code, python), { start: 0, end: 5 });
  });

  test("finds a whole file", () => {
    assert.deepEqual(found(file.join("\n").replaceAll("title", "name")), [1, file.length]);
  });

  test("finds nothing for unrelated code", () => {
    assert.equal(found("print('hello')\nprint('world')"), undefined);
  });

  test("does not match brackets alone", () => {
    assert.equal(found("  }\n}"), undefined);
  });

  test("needs the hint to decide between two equal matches", () => {
    const twice = ["function a() {", "  log(1);", "}", "", "function b() {", "  log(1);", "}"];
    const code = ["  log(1);", "  log(2);"];
    assert.equal(locateCode(code, twice), undefined);
    assert.deepEqual(locateCode(code, twice, { start: 4, end: 7 }), { start: 5, end: 6 });
  });

  test("works in a file of five thousand lines", () => {
    const long = Array.from({ length: 5_000 }, (_, index) => `const value${index} = compute(${index});`);
    assert.deepEqual(
      locateCode(["const value4000 = compute(4000);", "// new", "const value4001 = compute(4001);"], long),
      {
        start: 4000,
        end: 4002,
      },
    );
  });
});

describe("findText", () => {
  test("finds text that moved", () => {
    assert.deepEqual(locateText(["b", "c"], ["new", "a", "b", "c"], 1), { start: 2, end: 4 });
  });
  test("finds the match nearest to the old position", () => {
    assert.deepEqual(locateText(["a"], ["a", "b", "b", "a"], 3), { start: 3, end: 4 });
  });
  test("accepts a partial first and last line", () => {
    assert.deepEqual(locateText(["total() {", "  retu"], ["x", "  total() {", "  return 1;"], 0), { start: 1, end: 3 });
  });
  test("finds nothing if the text changed", () => {
    assert.equal(locateText(["a", "b"], ["a", "B"], 0), undefined);
  });
});
