import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { testCounts } from "../../support/testCounts";

const nodeSummary = "✔ it adds (1.2ms)\nℹ tests 5\nℹ suites 1\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0\n";
const mochaSummary = "│   Activation\n│     ✔ activates\n│   4 passing (51ms)\n│   2 failing\n│   1) Activation\n";

describe("The counts of a layer", () => {
  const cases: [what: string, output: string, exitCode: number | null, passed: number, failed: number][] = [
    ["node --test, cancelled tests as failed ones", nodeSummary, 1, 3, 2],
    ["mocha, behind the mark of the suite", mochaSummary, 1, 4, 2],
    ["colours", "\u001b[32mℹ pass 7\u001b[39m\nℹ fail 0\n", 0, 7, 0],
    ["two summaries in one layer", "ℹ pass 2\nℹ fail 0\nℹ pass 3\nℹ fail 0\n", 0, 5, 0],
    ["a layer without tests that went well", "", 0, 1, 0],
    ["a layer without tests that failed", "src/a.ts(1,1): error TS2304\n", 2, 0, 1],
    ["node --test that found no test", "ℹ tests 0\nℹ pass 0\nℹ fail 0\n", 0, 0, 1],
    ["mocha that found no test", "│   0 passing (2ms)\n", 0, 0, 1],
    ["a crash after all tests passed", "ℹ pass 9\nℹ fail 0\n", 1, 9, 1],
    ["a layer that was killed", "", null, 0, 1],
    ["a sentence that only sounds like a summary", "we saw 3 passing cars\n", 0, 1, 0],
  ];
  for (const [what, output, exitCode, passed, failed] of cases)
    it(what, () => assert.deepEqual(testCounts(output, exitCode), { passed, failed }));
});
