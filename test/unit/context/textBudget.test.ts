import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { truncateText } from "../../../src/context/textBudget";

describe("truncateText", () => {
  const cases: [name: string, text: string, budget: number, expected: ReturnType<typeof truncateText>][] = [
    ["returns a text within the budget unchanged", "one\ntwo\n", 8, { text: "one\ntwo\n" }],
    [
      "cuts between lines",
      "one\ntwo\nthree\n",
      9,
      { text: "one\ntwo\n", omitted: { unit: "lines", count: 1, total: 3 } },
    ],
    [
      "counts a last line without a newline",
      "a\nb\nc",
      3,
      { text: "a\n", omitted: { unit: "lines", count: 2, total: 3 } },
    ],
    [
      "does not cut between CR and LF",
      "one\r\ntwo\r\n",
      7,
      { text: "one\r\n", omitted: { unit: "lines", count: 1, total: 2 } },
    ],
    [
      "cuts a single long line",
      "0123456789",
      4,
      { text: "0123", omitted: { unit: "characters", count: 6, total: 10 } },
    ],
    [
      "does not cut an emoji in half",
      "abc😀def",
      4,
      { text: "abc", omitted: { unit: "characters", count: 5, total: 8 } },
    ],
  ];
  for (const [name, text, budget, expected] of cases)
    test(name, () => assert.deepEqual(truncateText(text, budget), expected));

  test("returns a prefix within the budget and counts what was omitted", () => {
    const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 12 })).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 60 }), (text, budget) => {
        const truncated = truncateText(text, budget);
        assert.ok(truncated.text.length <= budget && text.startsWith(truncated.text) && truncated.text.isWellFormed());
        assert.equal(truncated.omitted === undefined, truncated.text === text);
        if (truncated.omitted?.unit === "lines")
          assert.ok(truncated.omitted.count >= 1 && truncated.omitted.count < truncated.omitted.total);
      }),
    );
  });
});
