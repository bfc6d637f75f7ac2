import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fitText } from "../../../src/context/textBudget";

describe("A text that is sent", () => {
  const cases: [what: string, text: string, budget: number, expected: ReturnType<typeof fitText>][] = [
    ["is whole where it fits", "one\ntwo\n", 8, { text: "one\ntwo\n" }],
    [
      "is cut between lines",
      "one\ntwo\nthree\n",
      9,
      { text: "one\ntwo\n", leftOut: { unit: "lines", count: 1, of: 3 } },
    ],
    ["counts a last line without an end", "a\nb\nc", 3, { text: "a\n", leftOut: { unit: "lines", count: 2, of: 3 } }],
    ["keeps CRLF together", "one\r\ntwo\r\n", 7, { text: "one\r\n", leftOut: { unit: "lines", count: 1, of: 2 } }],
    [
      "is cut in its one long line",
      "0123456789",
      4,
      { text: "0123", leftOut: { unit: "characters", count: 6, of: 10 } },
    ],
    ["never ends in half an emoji", "abc😀def", 4, { text: "abc", leftOut: { unit: "characters", count: 5, of: 8 } }],
  ];
  for (const [what, text, budget, expected] of cases) it(what, () => assert.deepEqual(fitText(text, budget), expected));

  it("is always a beginning within the budget, and what is left out is counted", () => {
    const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 12 })).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 60 }), (text, budget) => {
        const fitted = fitText(text, budget);
        assert.ok(fitted.text.length <= budget && text.startsWith(fitted.text) && fitted.text.isWellFormed());
        assert.equal(fitted.leftOut === undefined, fitted.text === text);
        if (fitted.leftOut?.unit === "lines")
          assert.ok(fitted.leftOut.count >= 1 && fitted.leftOut.count < fitted.leftOut.of);
      }),
    );
  });
});
