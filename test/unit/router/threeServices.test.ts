import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { snapshotDay } from "../../support/clock";
import { runServicesTrial } from "../../support/threeServices";
import { VirtualTime } from "../../support/virtualTime";

// A small version of the benchmark "three services", which asks 1,000 questions.
describe("questions to three services that all fail at times", () => {
  for (const serviceOrder of ["openrouter-first", "local-first", "all-alike"] as const)
    test(`${serviceOrder}: are answered, none wrongly, and the books are exact`, async () => {
      const time = new VirtualTime(snapshotDay + 12 * 3_600_000);
      const trial = { seed: 1, questions: 45, serviceOrder };
      const { answered, failed, wrong } = await time.run(() => runServicesTrial(trial, time.now));
      assert.deepEqual({ answered, failed, wrong }, { answered: 45, failed: [], wrong: [] });
    });
});
