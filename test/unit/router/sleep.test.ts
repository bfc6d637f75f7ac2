import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { sleepUntil, unlessAborted } from "../../../src/router/sleep";
import { fakeClock } from "../../support/clock";

/** A clock that is so much later each time somebody looks at it. */
const steppingClock = (step: number) => {
  let instant = 0;
  return () => (instant += step);
};

describe("sleeping until an instant", () => {
  test("that is past takes no time", async () => {
    const { now } = fakeClock(1_000);
    assert.equal(await sleepUntil(1_000, now), true);
    assert.equal(await sleepUntil(-Infinity, now), true);
    assert.equal(await sleepUntil(NaN, now), true);
  });

  test("ends when the clock gets there, also by a jump", async () => {
    assert.equal(await sleepUntil(100, steppingClock(40)), true);
    assert.equal(await sleepUntil(86_400_000, steppingClock(50_000_000)), true);
  });

  test("gives up on a clock that stands still, however little is left", async () => {
    const { now } = fakeClock(0);
    for (const until of [0.1, 1, 100, Infinity]) assert.equal(await sleepUntil(until, now), false);
  });

  test("goes on when the clock is set back", async () => {
    const times = [0, 10, -3_600_000, -3_600_000 + 20, 200];
    assert.equal(await sleepUntil(100, () => times.shift() ?? 200), true);
  });

  test("never mistakes the machine's clock for one that stands still", async () => {
    const slept = await Promise.all(Array.from({ length: 200 }, () => sleepUntil(Date.now() + 1, Date.now)));
    assert.ok(slept.every(Boolean));
  });

  test("ends with the signal's reason", async () => {
    const stop = new AbortController();
    const sleep = sleepUntil(1e12, steppingClock(1), stop.signal);
    stop.abort(new Error("enough"));
    await assert.rejects(sleep, /enough/);
    await assert.rejects(
      sleepUntil(0, () => 1, stop.signal),
      /enough/,
      "even if there was nothing to wait for",
    );
  });
});

describe("a promise, unless the signal comes first", () => {
  const never = new Promise<never>(() => undefined);

  test("is the promise where there is no signal, or none that comes", async () => {
    assert.equal(await unlessAborted(Promise.resolve(1), undefined), 1);
    await assert.rejects(unlessAborted(Promise.reject(new Error("no")), undefined), /no/);
    const { signal } = new AbortController();
    assert.equal(await unlessAborted(Promise.resolve(1), signal), 1);
    await assert.rejects(unlessAborted(Promise.reject(new Error("no")), signal), /no/);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });

  test("is the signal's reason where it comes first", async () => {
    const stop = new AbortController();
    const waiting = unlessAborted(never, stop.signal);
    stop.abort(new Error("enough"));
    await assert.rejects(waiting, /enough/);
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
  });

  test("is an error also for a reason that is none", async () => {
    const stop = new AbortController();
    const waiting = unlessAborted(never, stop.signal);
    stop.abort("a word");
    await assert.rejects(waiting, Error);
  });

  test("lets nobody see the failure of a promise that nobody waits for", async () => {
    const unseen: unknown[] = [];
    const note = (reason: unknown) => void unseen.push(reason);
    process.on("unhandledRejection", note);
    try {
      const failing = new Promise((_, reject) => setImmediate(() => reject(new Error("unseen"))));
      await assert.rejects(unlessAborted(failing, AbortSignal.abort(new Error("enough"))), /enough/);
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
      assert.deepEqual(unseen, []);
    } finally {
      process.off("unhandledRejection", note);
    }
  });
});
