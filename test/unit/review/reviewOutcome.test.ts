import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AttributedFinding } from "../../../src/review/askForFindings";
import { newFile } from "../../../src/review/changedFiles";
import { findingKey } from "../../../src/review/compareReviews";
import { reviewOutcome, type EarlierReview, type ReviewOutcome } from "../../../src/review/reviewOutcome";

const text = Array.from({ length: 20 }, (_, index) => `line${index + 1}();`);
const files = [newFile("src/a.ts", text.join("\n")), newFile("src/b.ts", text.join("\n"))];

function finding(line: number, changes: Partial<AttributedFinding> = {}): AttributedFinding {
  return {
    ...{ file: "src/a.ts", line, quote: `line${line}();`, severity: "medium", title: `Title ${line}`, why: "Why." },
    ...{ model: "m/one:free", ...changes },
  };
}

const outcomeOf = (findings: readonly AttributedFinding[], earlier: Partial<EarlierReview> = {}): ReviewOutcome =>
  reviewOutcome(findings, files, { found: undefined, dismissed: new Set(), ...earlier });
const titles = ({ findings }: ReviewOutcome): string[] => findings.map(({ title }) => title);
const keyOf = (line: number): string => findingKey({ file: files[0]!, code: `line${line}();` });

describe("A review", () => {
  test("shows the worst findings first, then in the order of files and lines", () => {
    const findings = [
      finding(9, { severity: "low" }),
      finding(3, { file: "src/b.ts" }),
      finding(5),
      finding(4),
      finding(1, { severity: "high" }),
    ];
    assert.deepEqual(titles(outcomeOf(findings)), ["Title 1", "Title 4", "Title 5", "Title 3", "Title 9"]);
  });

  test("shows at most seven findings, and counts the others", () => {
    const findings = Array.from({ length: 10 }, (_, index) =>
      finding(index + 1, { severity: index < 8 ? "high" : "low" }),
    );
    const outcome = outcomeOf(findings);
    assert.deepEqual([outcome.findings.length, outcome.omitted, outcome.dropped], [7, 3, 0]);
  });

  test("shows a finding once that two requests have, at its higher severity", () => {
    const outcome = outcomeOf([finding(2, { severity: "low" }), finding(2, { severity: "high", title: "TITLE 2" })]);
    assert.deepEqual(
      outcome.findings.map(({ severity, title }) => [severity, title]),
      [["high", "TITLE 2"]],
    );
  });

  test("shows two different findings about one line", () => {
    assert.equal(outcomeOf([finding(2), finding(2, { title: "Another problem" })]).findings.length, 2);
  });

  test("drops findings without a title, without a quote, or with a quote that says nothing", () => {
    const outcome = outcomeOf([finding(1, { title: " " }), finding(1, { quote: "" }), finding(40, { quote: "();" })]);
    assert.deepEqual([outcome.findings, outcome.dropped], [[], 3]);
  });

  test("has no comparison the first time", () => assert.equal(outcomeOf([finding(1)]).comparison, undefined));

  test("says what is new and what is gone the second time, wherever the line is and however it is worded", () => {
    const first = outcomeOf([finding(1), finding(2), finding(3)]);
    const moved = newFile("src/a.ts", ["new();", ...text].join("\n"));
    const second = reviewOutcome(
      [finding(3, { quote: "line2();", title: "In other words" }), finding(10, { quote: "line9();" })],
      [moved],
      { found: first.keys, dismissed: new Set() },
    );
    assert.deepEqual([...(second.comparison?.added ?? [])], [keyOf(9)]);
    assert.deepEqual([...(second.comparison?.gone ?? [])], [keyOf(1), keyOf(3)]);
  });

  test("hides what the user dismissed, and does not call it gone", () => {
    const outcome = outcomeOf([finding(1), finding(2)], {
      found: new Set([keyOf(1), keyOf(2)]),
      dismissed: new Set([keyOf(1)]),
    });
    assert.deepEqual([titles(outcome), outcome.hidden, outcome.comparison?.gone.size], [["Title 2"], 1, 0]);
  });
});
