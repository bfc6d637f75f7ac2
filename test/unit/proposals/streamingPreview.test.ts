import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { previewReplacement } from "../../../src/proposals/streamingPreview";

describe("previewReplacement", () => {
  const original = ["total() {", "  let sum = 0;", "  add();", "  return sum;", "}"];
  const steps: [what: string, written: string[], shown: string[]][] = [
    ["not begun: the old lines", [], original],
    ["lines that stay take the place of the old ones", original.slice(0, 2), original],
    ["a new line pushes the old ones down", ["/** The sum. */"], ["/** The sum. */", ...original]],
    [
      "a line that goes is gone once the next one is there",
      ["total() {", "  add();"],
      ["total() {", "  add();", "  return sum;", "}"],
    ],
    ["brackets alone are no sign", ["}"], ["}", ...original]],
    [
      "whole: nothing is left of the old but what comes after the last that stays",
      ["total() {", "  return 1;"],
      ["total() {", "  return 1;", ...original.slice(1)],
    ],
  ];
  for (const [what, written, shown] of steps)
    test(what, () => assert.deepEqual(previewReplacement(written, original), shown));
});
