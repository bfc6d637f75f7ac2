import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bookAdmission } from "../../../src/router/admission";
import type { Book } from "../../../src/router/book";
import { Ledger } from "../../../src/router/ledger";
import { silentLog } from "../../../src/router/log";
import type { ServiceLimits } from "../../../src/router/services/service";
import { memoryStorage } from "../../../src/router/storage";
import { fakeClock, snapshotDay } from "../../support/clock";

const perMinute = 100;
const hourMs = 3_600_000;
const midnight = snapshotDay + 24 * hourMs;
/** The day is a bucket that refills within a day: a request each 1.2 hours. */
const bucket: ServiceLimits = { per: "account", requestsPerDay: 20, refills: true };

async function start(limits?: ServiceLimits) {
  const [storage, clock] = [memoryStorage(), fakeClock()];
  const service = limits && { name: "Acme", limits };
  const open = (): Promise<Book> => new Ledger(storage, clock.now, silentLog).open("key", undefined, service);
  const book = await open();
  const tryReserve = (reserve?: number) => book.tryReserve(perMinute, 0, reserve);
  return { storage, clock, open, book, tryReserve };
}

describe("requests that are reserved for others", () => {
  test("are not admitted, and neither are those after them", async () => {
    const { book, tryReserve } = await start();
    await book.correct({ used: 39, limit: 50 });
    const limitFor = (reserve?: number) => book.limit(perMinute, 0, reserve);
    assert.deepEqual(
      [limitFor(10), limitFor(11), limitFor(40), limitFor()],
      [undefined, "reserved", "reserved", undefined],
    );
    assert.ok("reserved" in (await tryReserve(10)));
    assert.equal(limitFor(10), "reserved");
    await assert.rejects(tryReserve(10), { name: "RouterError", reason: "reserved", remaining: 10, retryAt: midnight });
    assert.equal(book.blockedError(10)?.reason, "reserved");
    assert.equal(book.blockedError(), undefined);
  });

  test("change nothing about the requests of others", async () => {
    const { book, tryReserve } = await start();
    await book.correct({ used: 40, limit: 50 });
    const before = book.quota(perMinute);
    await assert.rejects(tryReserve(10));
    await assert.rejects(book.admit(perMinute, undefined, 0, 10).next());
    assert.deepEqual([book.quota(perMinute), book.isDayBlocked()], [before, false]);
    assert.ok("reserved" in (await tryReserve()));
  });

  test("are none if the limit of the day is not known", async () => {
    for (const limits of [undefined, { per: "account" } as const]) {
      const { book, tryReserve } = await start(limits);
      assert.equal(book.limit(perMinute, 0, 1_000), undefined);
      assert.ok("reserved" in (await tryReserve(1_000)));
    }
  });

  test("can be none: then only a day without requests left is closed", async () => {
    const { book, tryReserve } = await start();
    await book.correct({ used: 49, limit: 50 });
    assert.ok("reserved" in (await tryReserve(0)));
    await assert.rejects(tryReserve(0), { reason: "reserved", remaining: 0 });
    assert.ok("reserved" in (await tryReserve()), "accounts without a limit report none left too");
  });

  test("count as the part of a request that is left", async () => {
    const { book } = await start();
    await book.correct({ used: 38, limit: 50 });
    assert.deepEqual([book.limit(perMinute, 0, 11.5), book.limit(perMinute, 0, 12.5)], [undefined, "reserved"]);
  });

  test("come back with the others at midnight, and evenly in a bucket", async () => {
    const day = await start();
    await day.book.correct({ used: 45, limit: 50 });
    assert.equal(day.book.limit(perMinute, 0, 10), "reserved");
    day.clock.set(midnight);
    assert.equal(day.book.limit(perMinute, 0, 10), undefined);

    const { book, clock, tryReserve } = await start(bucket);
    for (let sent = 0; sent < 12; sent++) await tryReserve();
    const error = book.blockedError(10);
    assert.deepEqual(
      [error?.reason, error?.service, error?.remaining, error?.retryAt],
      ["reserved", "Acme", 8, clock.now() + 3 * 1.2 * hourMs],
    );
    clock.advance(3 * 1.2 * hourMs - 1_000);
    assert.equal(book.limit(perMinute, 0, 10), "reserved");
    clock.set(error?.retryAt ?? 0);
    assert.equal(book.limit(perMinute, 0, 10), undefined);
    assert.ok("reserved" in (await tryReserve(10)));
    assert.equal(book.limit(perMinute, 0, 10), "reserved");
  });

  test("have a time to retry at within a day, also if a bucket never has so many", async () => {
    const { book, clock } = await start(bucket);
    assert.equal(book.blockedError(20)?.retryAt, clock.now() + 1.2 * hourMs);
    assert.equal(book.blockedError(Infinity)?.retryAt, clock.now() + 24 * hourMs);
  });

  test("matter less than a day that is used up", async () => {
    const { book, clock, tryReserve } = await start();
    await book.correct({ used: 45, limit: 50 });
    await book.blockDay(undefined);
    assert.equal(book.limit(perMinute, 0, 10), "day");
    await assert.rejects(tryReserve(10), { reason: "rate-limit-day" });
    clock.set(midnight);
    assert.equal(book.limit(perMinute, 0, 10), undefined);
  });

  test("are left by any number of requests at once, from two windows", async () => {
    const { book, open } = await start();
    await book.correct({ used: 30, limit: 50 });
    const windows = [book, await open()];
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) => windows[index % 2]!.tryReserve(perMinute, 0, 12)),
    );
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 8);
    assert.equal((await open()).quota(perMinute).remaining, 12);
  });

  test("are left by an admission, also if another window has just sent the last other one", async () => {
    const { book, open } = await start();
    await book.correct({ used: 39, limit: 50 });
    const admissionBy = (each: Book) => bookAdmission(each, { requestsPerMinute: perMinute, reserve: 10 });
    const [here, there] = [admissionBy(book), admissionBy(await open())];
    assert.ok("reserved" in (await there.tryReserve()));
    assert.deepEqual([there.limit(), here.limit()], ["reserved", undefined], "not read yet");
    await assert.rejects(here.tryReserve(), { reason: "reserved" });
    await assert.rejects(here.admit().next(), { reason: "reserved" });
    assert.deepEqual([here.limit(), here.blockedError()?.reason], ["reserved", "reserved"]);
  });

  test("end the wait for the limit per minute once others have used the rest", async () => {
    const { book, clock, tryReserve } = await start();
    await book.correct({ used: 39, limit: 50 });
    await book.blockMinute(clock.now() + 30_000);
    const waiting = book.admit(perMinute, undefined, 0, 10);
    assert.equal((await waiting.next()).value, clock.now() + 30_000);
    clock.advance(30_000);
    await tryReserve();
    await assert.rejects(waiting.next(), { reason: "reserved" });
    assert.equal(book.quota(perMinute).remaining, 10);
  });
});
