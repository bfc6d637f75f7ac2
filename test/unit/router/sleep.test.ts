import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { sleepUntil, unlessAborted } from "../../../src/router/sleep";
import { fakeClock } from "../../support/clock";

/** A clock that advances by `step` each time it is read. */
const steppingClock = (step: number) => {
  let time = 0;
  return () => (time += step);
};

describe("sleepUntil", () => {
  test("returns immediately for a past time", async () => {
    const { now } = fakeClock(1_000);
    assert.equal(await sleepUntil(1_000, now), true);
    assert.equal(await sleepUntil(-Infinity, now), true);
    assert.equal(await sleepUntil(NaN, now), true);
  });

  test("ends when the clock reaches the time, even by a jump", async () => {
    assert.equal(await sleepUntil(100, steppingClock(40)), true);
    assert.equal(await sleepUntil(86_400_000, steppingClock(50_000_000)), true);
  });

  test("gives up if the clock stands still", async () => {
    const { now } = fakeClock(0);
    for (const until of [0.1, 1, 100, Infinity]) assert.equal(await sleepUntil(until, now), false);
  });

  test("continues after the clock was set back", async () => {
    const times = [0, 10, -3_600_000, -3_600_000 + 20, 200];
    assert.equal(await sleepUntil(100, () => times.shift() ?? 200), true);
  });

  for (const [name, ms] of [
    ["an hour", 3_600_000],
    ["a week", 7 * 86_400_000],
  ] as const)
    test(`lasts no longer if the clock is set back by ${name} meanwhile`, async () => {
      const startedAt = performance.now();
      let isSetBack = false;
      const now = () => performance.now() - (isSetBack ? ms : 0);
      const sleep = sleepUntil(now() + 120, now);
      isSetBack = true;
      assert.equal(await sleep, true);
      const elapsed = performance.now() - startedAt;
      assert.ok(elapsed >= 115 && elapsed < 1_000, `${elapsed} ms`);
    });

  test("never takes the system clock for one that stands still", async () => {
    const slept = await Promise.all(Array.from({ length: 200 }, () => sleepUntil(Date.now() + 1, Date.now)));
    assert.ok(slept.every(Boolean));
  });

  test("rejects with the reason of an aborted signal", async () => {
    const stop = new AbortController();
    const sleep = sleepUntil(1e12, steppingClock(1), stop.signal);
    stop.abort(new Error("enough"));
    await assert.rejects(sleep, /enough/);
    await assert.rejects(
      sleepUntil(0, () => 1, stop.signal),
      /enough/,
      "even if the time has already passed",
    );
  });
});

describe("unlessAborted", () => {
  const never = new Promise<never>(() => undefined);

  test("settles like the promise if the signal is missing or not aborted", async () => {
    assert.equal(await unlessAborted(Promise.resolve(1), undefined), 1);
    await assert.rejects(unlessAborted(Promise.reject(new Error("no")), undefined), /no/);
    const { signal } = new AbortController();
    assert.equal(await unlessAborted(Promise.resolve(1), signal), 1);
    await assert.rejects(unlessAborted(Promise.reject(new Error("no")), signal), /no/);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });

  test("rejects with the reason if the signal is aborted first", async () => {
    const stop = new AbortController();
    const waiting = unlessAborted(never, stop.signal);
    stop.abort(new Error("enough"));
    await assert.rejects(waiting, /enough/);
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
  });

  test("rejects with an Error even if the reason is not one", async () => {
    const stop = new AbortController();
    const waiting = unlessAborted(never, stop.signal);
    stop.abort("a string");
    await assert.rejects(waiting, Error);
  });

  test("causes no unhandled rejection when the promise fails after the abort", async () => {
    const unhandled: unknown[] = [];
    const record = (reason: unknown) => void unhandled.push(reason);
    process.on("unhandledRejection", record);
    try {
      const failing = new Promise((_, reject) => setImmediate(() => reject(new Error("late"))));
      await assert.rejects(unlessAborted(failing, AbortSignal.abort(new Error("enough"))), /enough/);
      for (let count = 0; count < 3; count++) await new Promise(setImmediate);
      assert.deepEqual(unhandled, []);
    } finally {
      process.off("unhandledRejection", record);
    }
  });
});
