import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { priceMessage, summaryMessage, type ReviewSummary } from "../../../src/review/reviewMessages";

const nothing: ReviewSummary = {
  ...{ shown: 0, comparison: undefined, dropped: 0, moved: 0, omitted: 0, hidden: 0, leftOut: 0, heldBack: 0 },
  ...{ answered: 1, requests: 1 },
};

describe("The message after a review", () => {
  const cases: [summary: Partial<ReviewSummary>, message: string][] = [
    [{}, "No findings."],
    [{ shown: 1 }, "1 finding."],
    [{ shown: 3, dropped: 2 }, "3 findings. Not shown: 2 not in the changes."],
    [{ shown: 2, comparison: { added: 1, gone: 0 } }, "2 findings. New: 1, gone: 0."],
    [{ comparison: { added: 0, gone: 2 } }, "No findings. New: 0, gone: 2."],
    [{ comparison: { added: 0, gone: 0 } }, "No findings."],
    [{ shown: 1, answered: 1, requests: 3 }, "1 finding. Only 1 of 3 parts of the changes were reviewed."],
    [
      { shown: 7, omitted: 1, moved: 1, hidden: 1, leftOut: 1, heldBack: 1, dropped: 1 },
      "7 findings. Not shown: 1 less severe, 1 not in the changes, 1 changed since, 1 dismissed. " +
        "Files left out: 1. Files held back: 1.",
    ],
  ];
  for (const [summary, message] of cases)
    test(message, () => assert.equal(summaryMessage({ ...nothing, ...summary }), message));
});

describe("The price of a review", () => {
  const cases: [requests: number, left: number | undefined, message: string][] = [
    [2, 31, "This review takes at least 2 of your 31 free requests left today."],
    [5, 3, "This review takes at least 5 requests, but only 3 are left today."],
    [2, undefined, "This review takes at least 2 requests."],
  ];
  for (const [requests, left, message] of cases)
    test(message, () => assert.equal(priceMessage(requests, left), message));
});
