import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isRouterError } from "../../../src/router/errors";
import { Ledger } from "../../../src/router/ledger";
import { type Book } from "../../../src/router/book";
import { type Reservation } from "../../../src/router/ledgerEntries";
import type { DailyRequests } from "../../../src/router/ledgerEntries";
import { silentLog } from "../../../src/router/log";
import { memoryStorage, type RouterStorage } from "../../../src/router/storage";
import { fakeClock, snapshotDay, type FakeClock } from "../../support/clock";

const minute = 60_000;
const hour = 60 * minute;
const noon = snapshotDay + 12 * hour;
const midnight = snapshotDay + 24 * hour;
const key = "sk-or-v1-mine";

interface Harness {
  book: Book;
  clock: FakeClock;
  storage: RouterStorage;
}

/** The book of an account in one window. Several windows may share a clock and a storage. */
async function startHarness({ storage = memoryStorage(), clock = fakeClock(noon) } = {}): Promise<Harness> {
  const book = await new Ledger(storage, clock.now, silentLog).open(key);
  return { book, clock, storage };
}

/** A clock that advances a little each time it is read. A clock that stands still would end the wait. */
function creepingClock(): FakeClock {
  const clock = fakeClock(noon);
  let reads = 0;
  return { ...clock, now: () => clock.now() + ++reads / 1_000 };
}

/** Admits one request and advances the clock by the necessary waits. Returns the waits in seconds. */
async function admit({ book, clock }: Harness, perMinute = 20): Promise<number[]> {
  const waits: number[] = [];
  for await (const until of book.admit(perMinute)) {
    waits.push((until - clock.now()) / 1_000);
    clock.set(until);
  }
  return waits;
}
/** Counts a request that may be sent now. */
async function reserve({ book }: Harness): Promise<Reservation> {
  const result = await book.tryReserve(20);
  assert.ok("reserved" in result);
  return result.reserved;
}
async function admitMany(harness: Harness, count: number): Promise<void> {
  for (let request = 0; request < count; request++) assert.deepEqual(await admit(harness), []);
}
/** Waits for admission without advancing the clock. */
async function waitForAdmission({ book }: Harness, signal: AbortSignal): Promise<void> {
  const admission = book.admit(20, signal);
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
    assert.deepEqual(harness.book.quota(20).minute, { used: 20, limit: 20, resetsAt: noon + minute });
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
      for await (const until of harness.book.admit(20, t.signal)) waits.push(Math.floor(until - noon));
      admitted.push(index);
    });
    await new Promise(setImmediate);
    assert.deepEqual([admitted, waits], [[], Array(4).fill(minute)]);
    harness.clock.set(noon + minute + 1_000);
    await Promise.all(admissions);
    assert.deepEqual(admitted, [0, 1, 2, 3]);
    assert.equal(harness.book.quota(20).minute.used, 4);
  });

  test("is never exceeded by two windows together", async () => {
    const one = await startHarness();
    const other = await startHarness(one);
    const admitted: number[] = [];
    const ask = async (harness: Harness) => {
      for await (const until of harness.book.admit(20)) if (until > harness.clock.now()) harness.clock.set(until);
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
    assert.deepEqual(await other.book.tryReserve(20), { waitUntil: noon + minute }, "the request has to wait");
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
    assert.equal(harness.book.quota(20).minute.used, 1, "aborted requests are not counted");
  });

  test("lets a request leave the queue when its caller stops iterating", async () => {
    const harness = await startHarness();
    await admitMany(harness, 20);
    const admission = harness.book.admit(20);
    assert.equal((await admission.next()).value, noon + minute);
    await admission.return({ at: noon });
    assert.deepEqual(await admit(harness), [60]);
  });

  const blocks: [name: string, until: number | undefined, seconds: number][] = [
    ["until the time given by the service", noon + 17_000, 17],
    ["until the next full minute without a given time", undefined, 45],
    ["for at most a minute", noon + 30 * hour, 60],
  ];
  for (const [name, until, seconds] of blocks)
    test(`blocks requests after a refusal ${name}`, async () => {
      const harness = await startHarness({ clock: fakeClock(until === undefined ? noon + 15_000 : noon) });
      await harness.book.blockMinute(until);
      const { used, resetsAt } = harness.book.quota(20).minute;
      assert.deepEqual([used, resetsAt], [20, harness.clock.now() + seconds * 1_000]);
      assert.deepEqual(await admit(harness), [seconds]);
    });

  test("uses a stricter limit of the service until the next day", async () => {
    const harness = await startHarness();
    await harness.book.blockMinute(noon + 1_000, 2);
    harness.clock.advance(1_000);
    await admitMany(harness, 2);
    assert.deepEqual(await admit(harness), [60]);
    assert.equal(harness.book.quota(1).minute.limit, 1);
    harness.clock.set(midnight + hour);
    assert.equal(harness.book.quota(20).minute.limit, 20);
  });

  test("is at least one request", async () => {
    const harness = await startHarness();
    assert.deepEqual(await admit(harness, 0), []);
    assert.deepEqual(await admit(harness, -3), [60]);
  });
});

describe("a caller that stops reading", () => {
  test("after a wait blocks no other", async (t) => {
    const harness = await startHarness({ clock: creepingClock() });
    await admitMany(harness, 20);
    const abandoned = harness.book.admit(20);
    assert.equal(Math.floor(((await abandoned.next()).value as number) - noon), minute);
    const waiting = outcomeOf(waitForAdmission(harness, t.signal));
    await new Promise(setImmediate);
    harness.clock.set(noon + minute + 1_000);
    assert.equal(await waiting, "admitted");
  });

  test("at a later wait blocks no other", async (t) => {
    const harness = await startHarness({ clock: creepingClock() });
    const other = await startHarness(harness);
    await admitMany(harness, 20);
    const abandoned = harness.book.admit(20);
    await abandoned.next();
    await other.book.blockMinute(noon + 59_000);
    assert.equal((await abandoned.next()).value, noon + 59_000, "it is the first of the queue");
    const waiting = outcomeOf(waitForAdmission(harness, t.signal));
    await new Promise(setImmediate);
    harness.clock.set(noon + minute + 1_000);
    assert.equal(await waiting, "admitted");
  });

  test("keeps its place if it goes on before the wait is over", async (t) => {
    const harness = await startHarness({ clock: creepingClock() });
    await admitMany(harness, 20);
    const admitted: string[] = [];
    const slow = harness.book.admit(20, t.signal);
    await slow.next();
    const second = waitForAdmission(harness, t.signal).then(() => admitted.push("second"));
    await new Promise(setImmediate);
    const first = slow.next().then(() => admitted.push("first"));
    await new Promise(setImmediate);
    harness.clock.set(noon + minute + 1_000);
    await Promise.all([first, second]);
    assert.deepEqual(admitted, ["first", "second"]);
  });

  test("during the last step is not counted", async () => {
    let finish = (): void => undefined;
    const memory = memoryStorage();
    const slow = new Promise<void>((resolve) => (finish = resolve));
    const storage: RouterStorage = {
      ...memory,
      update: async (name, change) => (await slow, memory.update(name, change)),
    };
    const harness = await startHarness({ storage });
    const stop = new AbortController();
    const admission = outcomeOf(waitForAdmission(harness, stop.signal));
    await new Promise(setImmediate);
    stop.abort(new Error("stopped"));
    assert.match(String(await admission), /stopped/);
    finish();
    for (let step = 0; step < 5; step++) await new Promise(setImmediate);
    assert.equal(harness.book.quota(20).used, 0);
  });
});

describe("the count of the day", () => {
  test("includes failed requests, but not those that never reached the service", async () => {
    const harness = await startHarness();
    await admitMany(harness, 2);
    const reserved = await reserve(harness);
    await harness.book.release(reserved);
    const { used, minute: now } = harness.book.quota(20);
    assert.deepEqual([used, now.used], [2, 2]);
    await harness.book.release(reserved);
    assert.equal(harness.book.quota(20).used, 2, "a request is given back only once");
  });

  test("gives back the request itself, not the newest", async () => {
    const harness = await startHarness();
    const first = await reserve(harness);
    harness.clock.advance(20_000);
    await admitMany(harness, 19);
    await harness.book.release(first);
    await admitMany(harness, 1);
    assert.deepEqual(await admit(harness), [60], "the oldest request left is 20 s younger");
  });

  test("of a new day does not give back a request of yesterday", async () => {
    const harness = await startHarness({ clock: fakeClock(midnight - 1_000) });
    const late = await reserve(harness);
    harness.clock.set(midnight + 1_000);
    await admitMany(harness, 1);
    await harness.book.release(late);
    const { used, minute: now } = harness.book.quota(20);
    assert.deepEqual([used, now.used], [1, 1]);
  });

  test("starts over at midnight UTC, while the minute continues", async () => {
    const harness = await startHarness({ clock: fakeClock(midnight - 1_000) });
    await harness.book.correct({ used: 0, limit: 50 });
    await admitMany(harness, 20);
    const before = harness.book.quota(20);
    assert.deepEqual([before.used, before.remaining, before.resetsAt], [20, 30, midnight]);
    harness.clock.set(midnight);
    const after = harness.book.quota(20);
    assert.deepEqual([after.used, after.limit, after.remaining], [0, 50, 50]);
    assert.deepEqual([after.resetsAt, after.minute.used], [midnight + 24 * hour, 20]);
    assert.deepEqual(await admit(harness), [59]);
  });

  test("survives a restart and ignores invalid stored values", async () => {
    const harness = await startHarness();
    await admitMany(harness, 4);
    assert.equal((await startHarness(harness)).book.quota(20).used, 4);
    for (const invalid of ["", "[]", '{"account":"x"}', '{"sent":"now"}']) {
      await harness.storage.update("ledger", () => invalid);
      assert.equal((await startHarness(harness)).book.quota(20).used, 0);
    }
  });
});

describe("the block of the day", () => {
  const ends: [name: string, retryAt: number | undefined, until: number][] = [
    ["until midnight without a given time", undefined, midnight],
    ["until the time given by the service", noon + hour, noon + hour],
    ["for at most a day", noon + 9_999 * hour, noon + 24 * hour],
  ];
  for (const [name, retryAt, until] of ends)
    test(`lasts ${name}`, async () => {
      const harness = await startHarness();
      await harness.book.blockDay(retryAt, 50);
      assert.deepEqual(await outcomeOf(admit(harness)), ["rate-limit-day", until]);
      const { exhausted, limit, remaining, resetsAt, used } = harness.book.quota(20);
      assert.deepEqual([exhausted, limit, remaining, resetsAt, used], [true, 50, 0, until, 0]);
      harness.clock.set(until);
      assert.deepEqual(await admit(harness), []);
      assert.equal(harness.book.quota(20).exhausted, false);
    });

  test("survives a restart and applies to other windows", async () => {
    const harness = await startHarness();
    const other = await startHarness(harness);
    await harness.book.blockDay(undefined);
    for (const each of [other, await startHarness(harness)])
      assert.deepEqual(await outcomeOf(admit(each)), ["rate-limit-day", midnight]);
    assert.equal(harness.book.isDayBlocked(), true);
  });

  test("ends the wait of queued requests", async (t) => {
    const harness = await startHarness({ clock: creepingClock() });
    await admitMany(harness, 20);
    const waiting = outcomeOf(waitForAdmission(harness, t.signal));
    await new Promise(setImmediate);
    await harness.book.blockDay(midnight);
    harness.clock.set(noon + minute + 1_000);
    assert.deepEqual(await waiting, ["rate-limit-day", midnight]);
  });
});

describe("the daily count from the service", () => {
  /** Whether the day was blocked before: not at all, just now, or two minutes ago. */
  type Block = "not blocked" | "just blocked" | "blocked earlier";
  const cases: [
    daily: DailyRequests,
    block: Block,
    sent: number,
    exhausted: boolean,
    used: number,
    remaining?: number,
  ][] = [
    [{ used: 3, limit: 50, remaining: 47 }, "not blocked", 0, false, 3, 47],
    [{ used: 3, limit: 50 }, "not blocked", 0, false, 3, 47],
    [{ used: 3 }, "not blocked", 0, false, 3],
    [{ used: 3, remaining: 47 }, "not blocked", 0, false, 3],
    [{ used: 3, limit: 50, remaining: 47 }, "not blocked", 5, false, 5, 45],
    [{ used: 9, limit: 50, remaining: 41 }, "not blocked", 5, false, 9, 41],
    [{ used: 50, limit: 50, remaining: 0 }, "not blocked", 0, false, 50, 0],
    [{ used: 1060, limit: 1000 }, "not blocked", 0, false, 1060, 0],
    [{ used: 60, limit: 50, remaining: -10 }, "not blocked", 0, false, 60, 0],
    [{ used: 0, limit: 0, remaining: 0 }, "not blocked", 0, false, 0, 0],
    [{ used: 50, limit: 1000, remaining: 950 }, "just blocked", 0, true, 50, 0],
    [{ used: 50, limit: 1000, remaining: 950 }, "blocked earlier", 0, false, 50, 950],
    [{ used: 50, limit: 50, remaining: 0 }, "blocked earlier", 0, true, 50, 0],
    [{ used: 50 }, "blocked earlier", 0, true, 50, 0],
    [{ used: 0 }, "just blocked", 0, true, 0, 0],
  ];
  for (const [daily, block, sent, exhausted, used, remaining] of cases)
    test(`${JSON.stringify(daily)}, ${block}, ${sent} sent: ${exhausted ? "exhausted" : "not exhausted"}`, async () => {
      const harness = await startHarness();
      if (block !== "not blocked") await harness.book.blockDay(undefined);
      if (block === "blocked earlier") harness.clock.advance(2 * minute);
      if (block === "not blocked") await admitMany(harness, sent);
      await harness.book.correct(daily);
      const quota = harness.book.quota(20);
      assert.deepEqual([quota.exhausted, quota.used, quota.remaining], [exhausted, used, remaining]);
      assert.equal((await outcomeOf(admit(harness))) === "admitted", !exhausted);
    });

  test("never lowers the local count of the day: the service's can lack the newest requests", async () => {
    const harness = await startHarness();
    await admitMany(harness, 5);
    harness.clock.advance(2 * minute);
    await harness.book.correct({ used: 2, limit: 50 });
    assert.equal(harness.book.quota(20).used, 5);
  });
});
