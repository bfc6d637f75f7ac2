import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import type { Quota } from "../../../src/router/index";
import { QuotaWatch } from "../../../src/status/quotaWatch";

const hour = 60 * 60_000;
const settle = (): Promise<void> => new Promise(setImmediate);

function left(remaining: number, resetsAt: number): Quota {
  const minute = { used: 0, limit: 20, resetsAt: 0 };
  return { used: 50 - remaining, limit: 50, remaining, resetsAt, exhausted: remaining === 0, minute };
}

/** A watch whose questions wait for their answer, and a clock that stands still with a machine that sleeps, as its timers do. */
function start({ mock }: TestContext) {
  mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  const asked: { answer(quota: Quota): void; refuse(error: Error): void }[] = [];
  const watch = new QuotaWatch(
    () => {
      const { promise, resolve, reject } = Promise.withResolvers<Quota>();
      asked.push({ answer: resolve, refuse: reject });
      return promise;
    },
    () => now,
  );
  return {
    watch,
    asked,
    tell: (index: number, quota: Quota) => {
      asked[index]?.answer(quota);
      return settle();
    },
    refuse: (index: number) => {
      asked[index]?.refuse(new Error("offline"));
      return settle();
    },
    pass: (ms: number) => {
      now += ms;
      mock.timers.tick(ms);
    },
    sleep: (ms: number) => (now += ms),
  };
}

suite("what is left of today", () => {
  for (const remaining of [3, 0])
    test(`is read again when the day is over, with ${remaining} left of it`, async (context) => {
      const { watch, asked, tell, pass } = start(context);
      void watch.read();
      await tell(0, left(remaining, 3 * hour));
      pass(3 * hour - 1);
      assert.equal(asked.length, 1);
      pass(1);
      await tell(1, left(50, 27 * hour));
      assert.deepEqual([asked.length, watch.quota?.remaining], [2, 50]);
      watch.dispose();
    });

  test("is read again after a sleep past the day's end, and not before", async (context) => {
    const { watch, asked, tell, sleep } = start(context);
    await watch.wake();
    void watch.read();
    await tell(0, left(3, 3 * hour));
    await watch.wake();
    assert.equal(asked.length, 1);
    sleep(4 * hour);
    void watch.wake();
    await tell(1, left(50, 27 * hour));
    assert.equal(watch.quota?.remaining, 50);
    watch.dispose();
  });

  test("of an older key is no news once another key was asked about", async (context) => {
    const { watch, tell } = start(context);
    void watch.read();
    void watch.readAnew();
    await tell(1, left(40, 3 * hour));
    await tell(0, left(2, 3 * hour));
    assert.equal(watch.quota?.remaining, 40);
    watch.dispose();
  });

  test("stays as it was told where nobody tells it now", async (context) => {
    const { watch, asked, tell, refuse, pass } = start(context);
    void watch.read();
    await tell(0, left(3, 3 * hour));
    pass(3 * hour);
    await refuse(1);
    assert.equal(watch.quota?.remaining, 3);
    pass(hour);
    assert.equal(asked.length, 2, "and nobody is asked over and over");
    watch.dispose();
  });
});
