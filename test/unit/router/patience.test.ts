import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Quota } from "../../../src/router/quota";
import { patienceMs } from "../../../src/router/patience";

/** A quota with these requests used, and with the rest of the limit left if the service reported one. */
function quota(used: number, limit?: number): Quota {
  const remaining = limit === undefined ? undefined : limit - used;
  return { used, limit, remaining, resetsAt: 0, exhausted: false, minute: { used: 0, limit: 20, resetsAt: 0 } };
}

/** The patience with a model whose usual patience is this one. */
function patience(hedgeAfterMs: number | "auto", day: Quota, usual?: number): number {
  return patienceMs("a", { hedgeAfterMs }, day, { usualPatienceMs: () => usual });
}

describe("the patience with a silent model", () => {
  test("is the time of the setting, whatever is left of the day", () => {
    for (const day of [quota(0), quota(49, 50)]) assert.equal(patience(8_000, day, 2_000), 8_000);
  });

  test("has no end if the setting is 0", () => {
    assert.equal(patience(0, quota(0), 2_000), Infinity);
  });

  test("auto: is what is usual for the model, and 5 seconds without a record", () => {
    assert.equal(patience("auto", quota(0, 50), 2_000), 2_000);
    assert.equal(patience("auto", quota(0, 50)), 5_000);
  });

  test("auto: has no end for the last 5 requests of a day", () => {
    assert.equal(patience("auto", quota(44, 50), 2_000), 2_000);
    for (const used of [45, 49, 50]) assert.equal(patience("auto", quota(used, 50), 2_000), Infinity, `${used} used`);
    assert.equal(patience("auto", quota(994, 1_000), 2_000), 2_000);
    assert.equal(patience("auto", quota(995, 1_000), 2_000), Infinity);
  });

  test("auto: assumes the limit of 50 until the service reports one, unless more was used", () => {
    assert.equal(patience("auto", quota(44), 2_000), 2_000);
    assert.equal(patience("auto", quota(45), 2_000), Infinity);
    assert.equal(patience("auto", quota(49), 2_000), Infinity);
    assert.equal(patience("auto", quota(50), 2_000), 2_000, "the account has a higher limit");
  });
});
