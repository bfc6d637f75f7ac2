import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import type { Quota } from "../../../src/router/index";
import { QuotaWatch } from "../../../src/status/quotaWatch";

const hour = 60 * 60_000;
const nextTick = (): Promise<void> => new Promise(setImmediate);

function quotaOf(remaining: number, resetsAt: number): Quota {
  const minute = { used: 0, limit: 20, resetsAt: 0 };
  return { used: 50 - remaining, limit: 50, remaining, resetsAt, exhausted: remaining === 0, minute };
}

/** A QuotaWatch whose requests the test resolves, with a fake clock. Timers stop during `sleep`, as on a sleeping computer. */
function startWatch({ mock }: TestContext) {
  mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  const requests: { resolve(quota: Quota): void; reject(error: Error): void }[] = [];
  const watch = new QuotaWatch(
    () => {
      const { promise, resolve, reject } = Promise.withResolvers<Quota>();
      requests.push({ resolve, reject });
      return promise;
    },
    () => now,
  );
  return {
    watch,
    requests,
    respond: (index: number, quota: Quota) => {
      requests[index]?.resolve(quota);
      return nextTick();
    },
    fail: (index: number) => {
      requests[index]?.reject(new Error("offline"));
      return nextTick();
    },
    advance: (ms: number) => {
      now += ms;
      mock.timers.tick(ms);
    },
    sleep: (ms: number) => (now += ms),
  };
}

describe("QuotaWatch", () => {
  for (const remaining of [3, 0])
    test(`reads the quota again at the reset, with ${remaining} requests left`, async (context) => {
      const { watch, requests, respond, advance } = startWatch(context);
      void watch.read();
      await respond(0, quotaOf(remaining, 3 * hour));
      advance(3 * hour - 1);
      assert.equal(requests.length, 1);
      advance(1);
      await respond(1, quotaOf(50, 27 * hour));
      assert.deepEqual([requests.length, watch.quota?.remaining], [2, 50]);
      watch.dispose();
    });

  test("reads the quota after the computer slept past the reset, but not before", async (context) => {
    const { watch, requests, respond, sleep } = startWatch(context);
    await watch.refresh();
    void watch.read();
    await respond(0, quotaOf(3, 3 * hour));
    await watch.refresh();
    assert.equal(requests.length, 1);
    sleep(4 * hour);
    void watch.refresh();
    await respond(1, quotaOf(50, 27 * hour));
    assert.equal(watch.quota?.remaining, 50);
    watch.dispose();
  });

  test("reads the quota while the day is used up, because credits may have been bought", async (context) => {
    const { watch, requests, respond } = startWatch(context);
    void watch.read();
    await respond(0, quotaOf(0, 3 * hour));
    void watch.refresh();
    await respond(1, quotaOf(950, 3 * hour));
    await watch.refresh();
    assert.deepEqual([requests.length, watch.quota?.remaining], [2, 950]);
    watch.dispose();
  });

  test("ignores the quota of an earlier key", async (context) => {
    const { watch, respond } = startWatch(context);
    void watch.read();
    void watch.reload();
    await respond(1, quotaOf(40, 3 * hour));
    await respond(0, quotaOf(2, 3 * hour));
    assert.equal(watch.quota?.remaining, 40);
    watch.dispose();
  });

  test("keeps the quota after an error", async (context) => {
    const { watch, requests, respond, fail, advance } = startWatch(context);
    void watch.read();
    await respond(0, quotaOf(3, 3 * hour));
    advance(3 * hour);
    await fail(1);
    assert.equal(watch.quota?.remaining, 3);
    advance(hour);
    assert.equal(requests.length, 2, "no further requests");
    watch.dispose();
  });
});
