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

/** A window's ledger; several of them may share clock and storage. */
async function startHarness({ storage = memoryStorage(), clock = fakeClock(noon) } = {}): Promise<Harness> {
  const ledger = new Ledger(storage, clock.now, silentLog);
  await ledger.open(key);
  return { ledger, clock, storage };
}

/** A clock that moves by itself, if hardly: whoever waits goes on waiting for it, however long that takes. */
function creepingClock(): FakeClock {
  const clock = fakeClock(noon);
  let looks = 0;
  return { ...clock, now: () => clock.now() + ++looks / 1_000 };
}

/** Admits one request; turns the clock on where it has to wait. Gives the waits, in seconds from now. */
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
/** Waits as long as it takes for somebody else to turn the clock on. */
async function patiently({ ledger }: Harness, signal: AbortSignal): Promise<void> {
  const asking = ledger.admit(20, signal);
  while (!(await asking.next()).done) continue;
}
const refusal = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "admitted",
    (error: unknown) => (isRouterError(error) ? [error.reason, error.retryAt] : error),
  );

describe("the requests of a minute", () => {
  test("twenty go at once; the next waits until the first is a minute old", async () => {
    const harness = await startHarness();
    await admitMany(harness, 10);
    harness.clock.advance(20_000);
    await admitMany(harness, 10);
    assert.deepEqual(harness.ledger.quota(20).minute, { used: 20, limit: 20, resetsAt: noon + minute });
    assert.deepEqual(await admit(harness), [40]);
    await admitMany(harness, 9);
    assert.deepEqual(await admit(harness), [20]);
  });

  test("who waits goes in the order of asking, and is told until when, also behind others", async (t) => {
    const harness = await startHarness({ clock: creepingClock() });
    await admitMany(harness, 20);
    const went: number[] = [];
    const told: number[] = [];
    const asking = Array.from({ length: 4 }, async (_, place) => {
      for await (const until of harness.ledger.admit(20, t.signal)) told.push(Math.floor(until - noon));
      went.push(place);
    });
    await new Promise(setImmediate);
    assert.deepEqual([went, told], [[], Array(4).fill(minute)]);
    harness.clock.set(noon + minute + 1_000);
    await Promise.all(asking);
    assert.deepEqual(went, [0, 1, 2, 3]);
    assert.equal(harness.ledger.quota(20).minute.used, 4);
  });

  test("two windows together never exceed the limit, whatever the order", async () => {
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

  test("another window's request a moment after our look at the clock counts as well", async () => {
    const harness = await startHarness();
    const other = await startHarness(harness);
    harness.clock.advance(5);
    await admitMany(harness, 20);
    harness.clock.advance(-5);
    assert.ok(await other.ledger.tryReserve(20), "has to wait");
  });

  test("a clock that was set back by an hour stops nobody", async () => {
    const harness = await startHarness();
    await admitMany(harness, 20);
    await harness.ledger.blockMinute(undefined);
    await harness.ledger.blockDay(undefined);
    harness.clock.advance(-36 * hour);
    assert.deepEqual(await admit(harness), []);
    assert.equal(harness.ledger.quota(20).minute.used, 1);
  });

  test("the user's stop leaves the queue to the others", async (t) => {
    const harness = await startHarness({ clock: creepingClock() });
    await admitMany(harness, 20);
    const stops = [new AbortController(), new AbortController()] as const;
    const wait = (signal: AbortSignal) => refusal(patiently(harness, AbortSignal.any([signal, t.signal])));
    const [head, behind, last] = [wait(stops[0].signal), wait(stops[1].signal), wait(t.signal)];
    await new Promise(setImmediate);
    stops[1].abort(new Error("behind"));
    assert.match(String(await behind), /behind/);
    stops[0].abort(new Error("head"));
    assert.match(String(await head), /head/);
    harness.clock.set(noon + minute + 1_000);
    assert.equal(await last, "admitted");
    assert.equal(harness.ledger.quota(20).minute.used, 1, "who left is not counted");
  });

  test("a caller who goes away in the middle of waiting leaves the queue, too", async () => {
    const harness = await startHarness();
    await admitMany(harness, 20);
    const asking = harness.ledger.admit(20);
    assert.equal((await asking.next()).value, noon + minute);
    await asking.return();
    assert.deepEqual(await admit(harness), [60]);
  });

  const blocks: [what: string, until: number | undefined, seconds: number][] = [
    ["until the service says", noon + 17_000, 17],
    ["until the next full minute, where it does not say", undefined, 45],
    ["for a minute at most", noon + 30 * hour, 60],
  ];
  for (const [what, until, seconds] of blocks)
    test(`refused by the service: blocked ${what}`, async () => {
      const harness = await startHarness({ clock: fakeClock(until === undefined ? noon + 15_000 : noon) });
      await harness.ledger.blockMinute(until);
      const { used, resetsAt } = harness.ledger.quota(20).minute;
      assert.deepEqual([used, resetsAt], [20, harness.clock.now() + seconds * 1_000]);
      assert.deepEqual(await admit(harness), [seconds]);
    });

  test("the service's own limit counts where it is stricter, until tomorrow", async () => {
    const harness = await startHarness();
    await harness.ledger.blockMinute(noon + 1_000, 2);
    harness.clock.advance(1_000);
    await admitMany(harness, 2);
    assert.deepEqual(await admit(harness), [60]);
    assert.equal(harness.ledger.quota(1).minute.limit, 1);
    harness.clock.set(midnight + hour);
    assert.equal(harness.ledger.quota(20).minute.limit, 20);
  });

  test("a limit of nothing would stop everything: one goes all the same", async () => {
    const harness = await startHarness();
    assert.deepEqual(await admit(harness, 0), []);
    assert.deepEqual(await admit(harness, -3), [60]);
  });
});

describe("the requests of a day", () => {
  test("are counted, the failed ones too; what never reached the service is given back", async () => {
    const harness = await startHarness();
    await admitMany(harness, 3);
    await harness.ledger.release();
    const { used, minute: now } = harness.ledger.quota(20);
    assert.deepEqual([used, now.used], [2, 2]);
    for (let time = 0; time < 5; time++) await harness.ledger.release();
    assert.equal(harness.ledger.quota(20).used, 0);
  });

  test("begin anew at midnight, UTC; the minute does not", async () => {
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

  test("survive a restart, and are nothing where nonsense is stored", async () => {
    const harness = await startHarness();
    await admitMany(harness, 4);
    assert.equal((await startHarness(harness)).ledger.quota(20).used, 4);
    for (const nonsense of ["", "[]", '{"account":"x"}', '{"sent":"now"}']) {
      await harness.storage.update("ledger", () => nonsense);
      assert.equal((await startHarness(harness)).ledger.quota(20).used, 0);
    }
  });

  test("of another key may be another account's", async () => {
    const harness = await startHarness();
    await admitMany(harness, 4);
    await harness.ledger.blockDay(undefined);
    await harness.ledger.open("sk-or-v1-another");
    assert.deepEqual(await admit(harness), []);
    assert.equal(harness.ledger.quota(20).used, 1);
    assert.doesNotMatch((await harness.storage.read("ledger")) ?? "", /sk-or/);
  });
});

describe("the daily latch", () => {
  const untils: [what: string, told: number | undefined, until: number][] = [
    ["until midnight, where the service does not say", undefined, midnight],
    ["until the service says", noon + hour, noon + hour],
    ["until tomorrow at most", noon + 9_999 * hour, noon + 24 * hour],
  ];
  for (const [what, told, until] of untils)
    test(`holds ${what}`, async () => {
      const harness = await startHarness();
      await harness.ledger.blockDay(told, 50);
      assert.deepEqual(await refusal(admit(harness)), ["rate-limit-day", until]);
      const { exhausted, limit, remaining, resetsAt, used } = harness.ledger.quota(20);
      assert.deepEqual([exhausted, limit, remaining, resetsAt, used], [true, 50, 0, until, 0]);
      harness.clock.set(until);
      assert.deepEqual(await admit(harness), []);
      assert.equal(harness.ledger.quota(20).exhausted, false);
    });

  test("survives a restart, and holds in other windows", async () => {
    const harness = await startHarness();
    const other = await startHarness(harness);
    await harness.ledger.blockDay(undefined);
    for (const each of [other, await startHarness(harness)])
      assert.deepEqual(await refusal(admit(each)), ["rate-limit-day", midnight]);
    assert.equal(harness.ledger.dayBlockedSince(), noon);
  });

  test("set while others wait for their minute ends their wait", async (t) => {
    const harness = await startHarness({ clock: creepingClock() });
    await admitMany(harness, 20);
    const waiting = refusal(patiently(harness, t.signal));
    await new Promise(setImmediate);
    await harness.ledger.blockDay(midnight);
    harness.clock.set(noon + minute + 1_000);
    assert.deepEqual(await waiting, ["rate-limit-day", midnight]);
  });
});

describe("what the service says of today", () => {
  type Daily = Parameters<Ledger["correct"]>[0];
  /** Set before: nothing; a latch a moment ago, one of two minutes ago. Five requests are sent just now, or none. */
  type Latch = "open" | "just latched" | "latched long ago";
  const cases: [says: Daily, latch: Latch, sent: number, exhausted: boolean, used: number, remaining?: number][] = [
    [{ used: 3, limit: 50, remaining: 47 }, "open", 0, false, 3, 47],
    [{ used: 3, limit: 50 }, "open", 0, false, 3, 47],
    [{ used: 3 }, "open", 0, false, 3],
    [{ used: 3, remaining: 47 }, "open", 0, false, 3],
    [{ used: 3, limit: 50, remaining: 47 }, "open", 5, false, 5, 45],
    [{ used: 9, limit: 50, remaining: 41 }, "open", 5, false, 9, 41],
    [{ used: 50, limit: 50, remaining: 0 }, "open", 0, true, 50, 0],
    [{ used: 1060, limit: 1000 }, "open", 0, true, 1060, 0],
    [{ used: 60, limit: 50, remaining: -10 }, "open", 0, true, 60, 0],
    [{ used: 0, limit: 0, remaining: 0 }, "open", 0, true, 0, 0],
    [{ used: 50, limit: 1000, remaining: 950 }, "just latched", 0, true, 50, 0],
    [{ used: 50, limit: 1000, remaining: 950 }, "latched long ago", 0, false, 50, 950],
    [{ used: 50, limit: 50, remaining: 0 }, "latched long ago", 0, true, 50, 0],
    [{ used: 50 }, "latched long ago", 0, true, 50, 0],
    [{ used: 0 }, "just latched", 0, true, 0, 0],
  ];
  for (const [says, latch, sent, exhausted, used, remaining] of cases)
    test(`${JSON.stringify(says)}, ${latch}, ${sent} sent: ${exhausted ? "used up" : "goes on"}`, async () => {
      const harness = await startHarness();
      if (latch !== "open") await harness.ledger.blockDay(undefined);
      if (latch === "latched long ago") harness.clock.advance(2 * minute);
      if (latch === "open") await admitMany(harness, sent);
      await harness.ledger.correct(says);
      const quota = harness.ledger.quota(20);
      assert.deepEqual([quota.exhausted, quota.used, quota.remaining], [exhausted, used, remaining]);
      assert.equal((await refusal(admit(harness))) === "admitted", !exhausted);
    });

  test("knows of other machines, and forgets what was sent here long ago", async () => {
    const harness = await startHarness();
    await admitMany(harness, 5);
    harness.clock.advance(2 * minute);
    await harness.ledger.correct({ used: 2, limit: 50 });
    assert.equal(harness.ledger.quota(20).used, 2);
  });
});
