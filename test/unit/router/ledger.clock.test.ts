import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Ledger } from "../../../src/router/ledger";
import { type Book } from "../../../src/router/book";
import { type Reservation } from "../../../src/router/ledgerEntries";
import { silentLog } from "../../../src/router/log";
import { memoryStorage } from "../../../src/router/storage";
import { fakeClock, snapshotDay } from "../../support/clock";

const minute = 60_000;
const hour = 60 * minute;
const noon = snapshotDay + 12 * hour;
const midnight = snapshotDay + 24 * hour;

async function startHarness({ storage = memoryStorage(), clock = fakeClock(noon) } = {}) {
  const book = await new Ledger(storage, clock.now, silentLog).open("sk-mine");
  return { book, clock, storage };
}
async function send(book: Book, count: number): Promise<void> {
  for (let request = 0; request < count; request++) assert.ok("reserved" in (await book.tryReserve(20)));
}
const numRuns = Number(process.env["RUNS"] ?? 150);

describe("a clock that is set back", () => {
  for (const [name, jump] of [
    ["half a minute", 30_000],
    ["an hour", hour],
    ["a week", 7 * 24 * hour],
  ] as const)
    test(`by ${name} delays requests by at most a minute, and lets none exceed the limit`, async () => {
      const { book, clock } = await startHarness();
      await send(book, 20);
      clock.advance(-jump);
      const now = clock.now();
      assert.deepEqual(await book.tryReserve(20), { waitUntil: now + minute });
      clock.advance(minute - 1);
      assert.deepEqual(await book.tryReserve(20), { waitUntil: now + minute });
      clock.advance(1);
      await send(book, 20);
    });

  test("by a week ends blocks of the service, which would last a week otherwise", async () => {
    const { book, clock } = await startHarness();
    await book.blockMinute(undefined);
    await book.blockDay(undefined);
    clock.advance(-7 * 24 * hour);
    await send(book, 1);
  });

  test("by an hour does not prolong a running wait", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let elapsed = 0;
    t.mock.method(performance, "now", () => elapsed);
    const { book, clock } = await startHarness();
    await send(book, 20);
    const state = { isAdmitted: false };
    const readAll = async (): Promise<void> => {
      const admission = book.admit(20, t.signal);
      while (!(await admission.next()).done) continue;
      state.isAdmitted = true;
    };
    void readAll();
    for (; !state.isAdmitted && elapsed < 10 * minute; elapsed += 50) {
      if (elapsed === 20_000) clock.advance(-hour);
      for (let step = 0; step < 30; step++) await Promise.resolve();
      clock.advance(50);
      t.mock.timers.tick(50);
      for (let step = 0; step < 30; step++) await Promise.resolve();
    }
    assert.ok(elapsed <= 90_000, `${elapsed} ms`);
  });

  test("to yesterday keeps the count of the day, and lets the figures of the service end its block", async () => {
    const { book, clock } = await startHarness({ clock: fakeClock(snapshotDay + 10 * minute) });
    await send(book, 3);
    await book.blockDay(undefined);
    clock.advance(-hour);
    assert.equal(book.quota(20).used, 3);
    assert.equal(book.isDayBlocked(), false, "it would last longer than a day");
    clock.advance(30 * minute);
    await book.blockDay(clock.now() + 2 * hour);
    clock.advance(-minute);
    assert.equal(book.isDayBlocked(), true);
    await book.correct({ used: 3, limit: 50 });
    assert.equal(book.quota(20).exhausted, false);
  });
});

test("eight hours of sleep during a wait end it", async () => {
  const { book, clock } = await startHarness();
  await send(book, 20);
  const admission = book.admit(20);
  await admission.next();
  clock.advance(8 * hour);
  assert.equal((await admission.next()).done, true);
  assert.equal(book.quota(20).minute.used, 1);
});

describe("figures of the service around midnight", () => {
  const exhausted = { used: 50, limit: 50, remaining: 0 };

  test("that were requested yesterday are ignored", async () => {
    const { book, clock } = await startHarness({ clock: fakeClock(midnight - 1_000) });
    const requestedAt = clock.now();
    clock.set(midnight + 1_000);
    await book.correct(exhausted, requestedAt);
    const { used, exhausted: isExhausted } = book.quota(20);
    assert.deepEqual([used, isExhausted], [0, false]);
    await send(book, 1);
  });

  test("that may be yesterday's do not block the new day", async () => {
    const { book, clock } = await startHarness({ clock: fakeClock(midnight - hour) });
    await book.correct(exhausted);
    await book.blockDay(undefined);
    await assert.rejects(book.tryReserve(20), /used up/);
    clock.set(midnight + 30_000);
    await book.correct(exhausted);
    assert.deepEqual([book.quota(20).used, book.quota(20).exhausted], [0, false]);
    clock.advance(2 * minute);
    await book.correct({ used: 4, limit: 50, remaining: 46 });
    assert.equal(book.quota(20).used, 4);
  });

  test("that are below yesterday's count are those of the new day", async () => {
    const { book, clock } = await startHarness({ clock: fakeClock(midnight - hour) });
    await book.correct(exhausted);
    clock.set(midnight + 30_000);
    await book.correct({ used: 2, limit: 50, remaining: 48 });
    assert.equal(book.quota(20).used, 2);
  });

  test("end a block of the new day early", async () => {
    const { book, clock } = await startHarness({ clock: fakeClock(midnight + hour) });
    await book.blockDay(undefined);
    clock.advance(30_000);
    await book.correct({ used: 5, limit: 1_000, remaining: 995 });
    assert.equal(book.quota(20).exhausted, true, "the figures can be older than the block");
    clock.advance(minute);
    await book.correct({ used: 5, limit: 1_000, remaining: 995 }, clock.now() - 65_000);
    assert.equal(book.quota(20).exhausted, true, "they were requested too early");
    await book.correct({ used: 5, limit: 1_000, remaining: 995 });
    assert.equal(book.quota(20).exhausted, false);
  });
});

describe("the limit per minute, whatever happens", () => {
  /** What a window does next. */
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("send" as const), window: fc.nat(2) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 40_000 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("set back" as const),
        ms: fc.oneof(fc.integer({ min: 1, max: 90_000 }), fc.constantFrom(hour, 24 * hour, 7 * 24 * hour)),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("release" as const), index: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const), window: fc.nat(2) }) },
  );

  test("is kept by three windows in any real minute, and no wait is longer than a minute", async () => {
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 80 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, limit) => {
        const storage = memoryStorage();
        const clock = fakeClock(noon);
        const open = () => new Ledger(storage, clock.now, silentLog).open("sk-mine");
        const books = [await open(), await open(), await open()];
        let realTime = 0;
        const sent: { at: number; reserved: Reservation }[] = [];
        for (const each of steps) {
          if (each.do === "pass") {
            realTime += each.ms;
            clock.advance(each.ms);
          } else if (each.do === "set back") clock.advance(-each.ms);
          else if (each.do === "restart") books[each.window] = await open();
          else if (each.do === "release") {
            const [given] = sent.splice(each.index % Math.max(1, sent.length), 1);
            if (given) await books[0]?.release(given.reserved);
          } else {
            const result = await books[each.window]?.tryReserve(limit);
            if (result && "reserved" in result) sent.push({ at: realTime, reserved: result.reserved });
            else assert.ok(result && result.waitUntil > clock.now() && result.waitUntil - clock.now() <= minute);
          }
        }
        for (const { at } of sent) {
          const inTheMinute = sent.filter((other) => other.at > at - minute && other.at <= at).length;
          assert.ok(inTheMinute <= limit, `${inTheMinute} of ${limit}`);
        }
      },
    );
    await fc.assert(property, { numRuns });
  });

  test("is kept by concurrent completions, some of which stop waiting or never go on", async () => {
    const callers = fc.array(fc.constantFrom("reads", "breaks", "never goes on"), { minLength: 1, maxLength: 12 });
    const property = fc.asyncProperty(
      callers,
      fc.integer({ min: 1, max: 3 }),
      fc.scheduler(),
      async (all, limit, s) => {
        const memory = memoryStorage();
        const storage = {
          read: (name: string) => s.schedule(Promise.resolve()).then(() => memory.read(name)),
          update: (name: string, change: (text: string | undefined) => string) =>
            s.schedule(Promise.resolve()).then(() => memory.update(name, change)),
        };
        const clock = fakeClock(noon);
        const book = await s.waitFor(new Ledger(storage, clock.now, silentLog).open("sk-mine"));
        const admitted: number[] = [];
        const run = async (kind: (typeof all)[number]): Promise<void> => {
          const admission = book.admit(limit);
          for (let wait = await admission.next(); ; wait = await admission.next()) {
            if (wait.done) {
              admitted.push(clock.now());
              return;
            }
            if (kind === "breaks") await admission.return(undefined as never);
            if (kind !== "reads") return;
            clock.set(Math.max(clock.now(), wait.value));
          }
        };
        await s.waitFor(Promise.all(all.map(run)));
        assert.ok(admitted.length >= all.filter((kind) => kind === "reads").length);
        for (const at of admitted)
          assert.ok(admitted.filter((other) => other > at - minute && other <= at).length <= limit);
      },
    );
    await fc.assert(property, { numRuns: Math.ceil(numRuns / 5) });
  });
});
