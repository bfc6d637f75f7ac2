import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newFile } from "../../../src/review/changedFiles";
import { locateLine } from "../../../src/review/locateLine";

describe("A line of a change is found in the file as it is now", () => {
  const file = newFile("x", "a\n}\nb\n}\nc\n}\n");
  const cases: [what: string, number: number, text: string, found: number | undefined][] = [
    ["where it was", 4, "a } b } c }", 4],
    ["below new lines", 4, "new new a } b } c }", 6],
    ["above removed lines", 6, "b } c }", 4],
    ["by its neighbors, not by its number", 2, "} } a } b } c }", 4],
    ["the nearest of equal ones", 4, "} x x } x x }", 4],
    ["not if it has changed", 3, "a } B } c }", undefined],
    ["not in an empty file", 1, "", undefined],
  ];
  for (const [what, number, text, found] of cases)
    test(what, () => assert.equal(locateLine(file, number, text.split(" ")), found));

  test("if it has a carriage return, where VS Code breaks lines", () => {
    assert.equal(locateLine(newFile("x", "one\rtwo\nthree"), 1, ["one", "two", "three"]), 1);
  });

  test("if Git could not decode its text", () => {
    assert.equal(locateLine(newFile("x", "gr\ufffd\ufffdn"), 1, ["rot", "grün"]), 2);
  });

  test("not if the changes do not have it", () => assert.equal(locateLine(file, 7, ["a"]), undefined));
});
