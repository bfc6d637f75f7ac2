import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isRouterError } from "../../../src/router/errors";
import { Ledger } from "../../../src/router/ledger";
import { silentLog } from "../../../src/router/log";
import { memoryStorage, type RouterStorage } from "../../../src/router/storage";
import { fakeClock, snapshotDay, type FakeClock } from "../../support/clock";

const minute = 60_000;
const hour = 60 * minute;
const noon = snapshotDay + 12 * hour;
const midnight = snapshotDay + 24 * hour;
const key = "sk-or-v1-mine";

interface Harness {
  ledger: Ledger;
  clock: FakeClock;
  storage: RouterStorage;
}

/** The ledger of one window. Several windows may share a clock and a storage. */
async function startHarness({ storage = memoryStorage(), clock = fakeClock(noon) } = {}): Promise<Harness> {
  const ledger = new Ledger(storage, clock.now, silentLog);
  await ledger.open(key);
  return { ledger, clock, storage };
}

/** A clock that advances a little each time it is read. A clock that stands still would end the wait. */
function creepingClock(): FakeClock {
  const clock = fakeClock(noon);
  let reads = 0;
  return { ...clock, now: () => clock.now() + ++reads / 1_000 };
}

/** Admits one request and advances the clock by the necessary waits. Returns the waits in seconds. */
async function admit({ ledger, clock }: Harness, perMinute = 20): Promise<number[]> {
  const waits: number[] = [];
  for await (const until of ledger.admit(perMinute)) {
    waits.push((until - clock.now()) / 1_000);
    clock.set(until);
  }
  return waits;
}
async function admitMany(harness: Harness, count: number): Promise<void> {
  for (let request = 0; request < count; request++) assert.deepEqual(await admit(harness), []);
}
/** Waits for admission without advancing the clock. */
async function waitForAdmission({ ledger }: Harness, signal: AbortSignal): Promise<void> {
  const admission = ledger.admit(20, signal);
  while (!(await admission.next()).done) continue;
}
const outcomeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "admitted",
    (error: unknown) => (isRouterError(error) ? [error.reason, error.retryAt] : error),
  );

describe("the limit per minute", () => {
  test("admits 20 requests immediately and the next one when the oldest is a minute old", async () => {
    const harness = await startHarness();
    await admitMany(harness, 10);
    harness.clock.advance(20_000);
    await admitMany(harness, 10);
    assert.deepEqual(harness.ledger.quota(20).minute, { used: 20, limit: 20, resetsAt: noon + minute });
    assert.deepEqual(await admit(harness), [40]);
    await admitMany(harness, 9);
    assert.deepEqual(await admit(harness), [20]);
  });

  test("admits waiting requests in order and yields the end of the wait to each of them", async (t) => {
    const harness = await startHarness({ clock: creepingClock() });
    await admitMany(harness, 20);
    const admitted: number[] = [];
    const waits: number[] = [];
    const admissions = Array.from({ length: 4 }, async (_, index) => {
      for await (const until of harness.ledger.admit(20, t.signal)) waits.push(Math.floor(until - noon));
      admitted.push(index);
    });
    await new Promise(setImmediate);
    assert.deepEqual([admitted, waits], [[], Array(4).fill(minute)]);
    harness.clock.set(noon + minute + 1_000);
    await Promise.all(admissions);
    assert.deepEqual(admitted, [0, 1, 2, 3]);
    assert.equal(harness.ledger.quota(20).minute.used, 4);
  });

  test("is never exceeded by two windows together", async () => {
    const one = await startHarness();
    const other = await startHarness(one);
    const admitted: number[] = [];
    const ask = async (harness: Harness) => {
      for await (const until of harness.ledger.admit(20)) if (until > harness.clock.now()) harness.clock.set(until);
      admitted.push(harness.clock.now());
    };
    await Promise.all(Array.from({ length: 70 }, (_, index) => ask(index % 3 ? one : other)));
    assert.equal(admitted.length, 70);
    for (const at of admitted) {
      const inTheMinute = admitted.filter((each) => each > at - minute && each <= at).length;
      assert.ok(inTheMinute <= 20, `${inTheMinute} within a minute`);
    }
  });

  test("includes requests that another window sent slightly in the future", async () => {
    const harness = await startHarness();
    const other = await startHarness(harness);
    harness.clock.advance(5);
    await admitMany(harness, 20);
    harness.clock.advance(-5);
    assert.ok(await other.ledger.tryReserve(20), "the request has to wait");
  });

  test("blocks no requests after the clock was set back", async () => {
    const harness = await startHarness();
    await admitMany(harness, 20);
    await harness.ledger.blockMinute(undefined);
    await harness.ledger.blockDay(undefined);
    harness.clock.advance(-36 * hour);
    assert.deepEqual(await admit(harness), []);
    assert.equal(harness.ledger.quota(20).minute.used, 1);
  });

  test("lets requests leave the queue when they are aborted", async (t) => {
    const harness = await startHarness({ clock: creepingClock() });
    await admitMany(harness, 20);
    const stops = [new AbortController(), new AbortController()] as const;
    const enqueue = (signal: AbortSignal) => outcomeOf(waitForAdmission(harness, AbortSignal.any([signal, t.signal])));
    const [first, second, last] = [enqueue(stops[0].signal), enqueue(stops[1].signal), enqueue(t.signal)];
    await new Promise(setImmediate);
    stops[1].abort(new Error("second"));
    assert.match(String(await second), /second/);
    stops[0].abort(new Error("first"));
    assert.match(String(await first), /first/);
    harness.clock.set(noon + minute + 1_000);
    assert.equal(await last, "admitted");
    assert.equal(harness.ledger.quota(20).minute.used, 1, "aborted requests are not counted");
  });

  test("lets a request leave the queue when its caller stops iterating", async () => {
    const harness = await startHarness();
    await admitMany(harness, 20);
    const admission = harness.ledger.admit(20);
    assert.equal((await admission.next()).value, noon + minute);
    await admission.return();
    assert.deepEqual(await admit(harness), [60]);
  });

  const blocks: [name: string, until: number | undefined, seconds: number][] = [
    ["until the time given by the service", noon + 17_000, 17],
    ["until the next full minute if the service gives no time", undefined, 45],
    ["for at most a minute", noon + 30 * hour, 60],
  ];
  for (const [name, until, seconds] of blocks)
    test(`blocks requests after a refusal ${name}`, async () => {
      const harness = await startHarness({ clock: fakeClock(until === undefined ? noon + 15_000 : noon) });
      await harness.ledger.blockMinute(until);
      const { used, resetsAt } = harness.ledger.quota(20).minute;
      assert.deepEqual([used, resetsAt], [20, harness.clock.now() + seconds * 1_000]);
      assert.deepEqual(await admit(harness), [seconds]);
    });

  test("uses a stricter limit of the service until the next day", async () => {
    const harness = await startHarness();
    await harness.ledger.blockMinute(noon + 1_000, 2);
    harness.clock.advance(1_000);
    await admitMany(harness, 2);
    assert.deepEqual(await admit(harness), [60]);
    assert.equal(harness.ledger.quota(1).minute.limit, 1);
    harness.clock.set(midnight + hour);
    assert.equal(harness.ledger.quota(20).minute.limit, 20);
  });

  test("is treated as at least one request", async () => {
    const harness = await startHarness();
    assert.deepEqual(await admit(harness, 0), []);
    assert.deepEqual(await admit(harness, -3), [60]);
  });
});

describe("the daily count", () => {
  test("includes failed requests, but not those that never reached the service", async () => {
    const harness = await startHarness();
    await admitMany(harness, 3);
    await harness.ledger.release();
    const { used, minute: now } = harness.ledger.quota(20);
    assert.deepEqual([used, now.used], [2, 2]);
    for (let time = 0; time < 5; time++) await harness.ledger.release();
    assert.equal(harness.ledger.quota(20).used, 0);
  });

  test("starts over at midnight UTC, while the minute continues", async () => {
    const harness = await startHarness({ clock: fakeClock(midnight - 1_000) });
    await harness.ledger.correct({ used: 0, limit: 50 });
    await admitMany(harness, 20);
    const before = harness.ledger.quota(20);
    assert.deepEqual([before.used, before.remaining, before.resetsAt], [20, 30, midnight]);
    harness.clock.set(midnight);
    const after = harness.ledger.quota(20);
    assert.deepEqual([after.used, after.limit, after.remaining], [0, 50, 50]);
    assert.deepEqual([after.resetsAt, after.minute.used], [midnight + 24 * hour, 20]);
    assert.deepEqual(await admit(harness), [59]);
  });

  test("survives a restart and ignores invalid stored values", async () => {
    const harness = await startHarness();
    await admitMany(harness, 4);
    assert.equal((await startHarness(harness)).ledger.quota(20).used, 4);
    for (const invalid of ["", "[]", '{"account":"x"}', '{"sent":"now"}']) {
      await harness.storage.update("ledger", () => invalid);
      assert.equal((await startHarness(harness)).ledger.quota(20).used, 0);
    }
  });

  test("starts over with another API key", async () => {
    const harness = await startHarness();
    await admitMany(harness, 4);
    await harness.ledger.blockDay(undefined);
    await harness.ledger.open("sk-or-v1-another");
    assert.deepEqual(await admit(harness), []);
    assert.equal(harness.ledger.quota(20).used, 1);
    assert.doesNotMatch((await harness.storage.read("ledger")) ?? "", /sk-or/);
  });
});

describe("the daily block", () => {
  const ends: [name: string, retryAt: number | undefined, until: number][] = [
    ["until midnight if the service gives no time", undefined, midnight],
    ["until the time given by the service", noon + hour, noon + hour],
    ["for at most a day", noon + 9_999 * hour, noon + 24 * hour],
  ];
  for (const [name, retryAt, until] of ends)
    test(`lasts ${name}`, async () => {
      const harness = await startHarness();
      await harness.ledger.blockDay(retryAt, 50);
      assert.deepEqual(await outcomeOf(admit(harness)), ["rate-limit-day", until]);
      const { exhausted, limit, remaining, resetsAt, used } = harness.ledger.quota(20);
      assert.deepEqual([exhausted, limit, remaining, resetsAt, used], [true, 50, 0, until, 0]);
      harness.clock.set(until);
      assert.deepEqual(await admit(harness), []);
      assert.equal(harness.ledger.quota(20).exhausted, false);
    });

  test("survives a restart and applies to other windows", async () => {
    const harness = await startHarness();
    const other = await startHarness(harness);
    await harness.ledger.blockDay(undefined);
    for (const each of [other, await startHarness(harness)])
      assert.deepEqual(await outcomeOf(admit(each)), ["rate-limit-day", midnight]);
    assert.equal(harness.ledger.dayBlockedSince(), noon);
  });

  test("ends the wait of queued requests", async (t) => {
    const harness = await startHarness({ clock: creepingClock() });
    await admitMany(harness, 20);
    const waiting = outcomeOf(waitForAdmission(harness, t.signal));
    await new Promise(setImmediate);
    await harness.ledger.blockDay(midnight);
    harness.clock.set(noon + minute + 1_000);
    assert.deepEqual(await waiting, ["rate-limit-day", midnight]);
  });
});

describe("the daily count from the service", () => {
  type Daily = Parameters<Ledger["correct"]>[0];
  /** Whether the day was blocked before: not at all, just now, or two minutes ago. */
  type Block = "not blocked" | "just blocked" | "blocked earlier";
  const cases: [daily: Daily, block: Block, sent: number, exhausted: boolean, used: number, remaining?: number][] = [
    [{ used: 3, limit: 50, remaining: 47 }, "not blocked", 0, false, 3, 47],
    [{ used: 3, limit: 50 }, "not blocked", 0, false, 3, 47],
    [{ used: 3 }, "not blocked", 0, false, 3],
    [{ used: 3, remaining: 47 }, "not blocked", 0, false, 3],
    [{ used: 3, limit: 50, remaining: 47 }, "not blocked", 5, false, 5, 45],
    [{ used: 9, limit: 50, remaining: 41 }, "not blocked", 5, false, 9, 41],
    [{ used: 50, limit: 50, remaining: 0 }, "not blocked", 0, true, 50, 0],
    [{ used: 1060, limit: 1000 }, "not blocked", 0, true, 1060, 0],
    [{ used: 60, limit: 50, remaining: -10 }, "not blocked", 0, true, 60, 0],
    [{ used: 0, limit: 0, remaining: 0 }, "not blocked", 0, true, 0, 0],
    [{ used: 50, limit: 1000, remaining: 950 }, "just blocked", 0, true, 50, 0],
    [{ used: 50, limit: 1000, remaining: 950 }, "blocked earlier", 0, false, 50, 950],
    [{ used: 50, limit: 50, remaining: 0 }, "blocked earlier", 0, true, 50, 0],
    [{ used: 50 }, "blocked earlier", 0, true, 50, 0],
    [{ used: 0 }, "just blocked", 0, true, 0, 0],
  ];
  for (const [daily, block, sent, exhausted, used, remaining] of cases)
    test(`${JSON.stringify(daily)}, ${block}, ${sent} sent: ${exhausted ? "exhausted" : "not exhausted"}`, async () => {
      const harness = await startHarness();
      if (block !== "not blocked") await harness.ledger.blockDay(undefined);
      if (block === "blocked earlier") harness.clock.advance(2 * minute);
      if (block === "not blocked") await admitMany(harness, sent);
      await harness.ledger.correct(daily);
      const quota = harness.ledger.quota(20);
      assert.deepEqual([quota.exhausted, quota.used, quota.remaining], [exhausted, used, remaining]);
      assert.equal((await outcomeOf(admit(harness))) === "admitted", !exhausted);
    });

  test("replaces the local count of earlier requests", async () => {
    const harness = await startHarness();
    await admitMany(harness, 5);
    harness.clock.advance(2 * minute);
    await harness.ledger.correct({ used: 2, limit: 50 });
    assert.equal(harness.ledger.quota(20).used, 2);
  });
});
