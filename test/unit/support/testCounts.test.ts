import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { testCounts } from "../../support/testCounts";

const nodeSummary = "✔ adds (1.2ms)\nℹ tests 5\nℹ suites 1\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0\n";
const mochaSummary = "│   Activation\n│     ✔ activates\n│   4 passing (51ms)\n│   2 failing\n│   1) Activation\n";

describe("the test counts of a layer", () => {
  const cases: [name: string, output: string, exitCode: number | null, passed: number, failed: number][] = [
    ["count canceled tests of node --test as failed", nodeSummary, 1, 3, 2],
    ["come from a mocha summary within a frame", mochaSummary, 1, 4, 2],
    ["ignore colors", "\u001b[32mℹ pass 7\u001b[39m\nℹ fail 0\n", 0, 7, 0],
    ["add up several summaries", "ℹ pass 2\nℹ fail 0\nℹ pass 3\nℹ fail 0\n", 0, 5, 0],
    ["count a successful layer without tests as passed", "", 0, 1, 0],
    ["count a failed layer without tests as failed", "src/a.ts(1,1): error TS2304\n", 2, 0, 1],
    ["count a run of node --test without tests as failed", "ℹ tests 0\nℹ pass 0\nℹ fail 0\n", 0, 0, 1],
    ["count a run of mocha without tests as failed", "│   0 passing (2ms)\n", 0, 0, 1],
    ["count a crash after passed tests as failed", "ℹ pass 9\nℹ fail 0\n", 1, 9, 1],
    ["count a killed layer as failed", "", null, 0, 1],
    ["ignore text that resembles a summary", "we saw 3 passing cars\n", 0, 1, 0],
  ];
  for (const [name, output, exitCode, passed, failed] of cases)
    test(name, () => assert.deepEqual(testCounts(output, exitCode), { passed, failed }));
});
