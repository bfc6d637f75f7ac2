import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Ledger } from "../../../src/router/ledger";
import { type Book } from "../../../src/router/book";
import { silentLog } from "../../../src/router/log";
import type { ServiceLimits } from "../../../src/router/services/service";
import { memoryStorage } from "../../../src/router/storage";
import { fakeClock } from "../../support/clock";

const baseUrl = "https://api.example/v1";
const limits: ServiceLimits = {
  ...{ per: "model", requestsPerMinute: 30, requestsPerDay: 1_000, refills: true, tokensPerMinute: 8_000 },
};
const hourMs = 3_600_000;

async function start(given: ServiceLimits = limits) {
  const [storage, clock] = [memoryStorage(), fakeClock()];
  const open = async (): Promise<Book> =>
    (await new Ledger(storage, clock.now, silentLog).open("key", baseUrl, { limits: given })).forModel("a");
  return { storage, clock, open, book: await open() };
}

const reserve = async (book: Book, tokens = 0) => {
  const result = await book.tryReserve(30, tokens);
  assert.ok("reserved" in result);
  return result.reserved;
};
/** Headers of an answer, as `services/limitHeaders.ts` reads them. */
const tokensLeft = (remaining: number, resetsInMs: number) => ({
  tokensPerMinute: { limit: 8_000, remaining, resetsInMs },
});
const dayLeft = (remaining: number, limit = 1_000) => ({
  requestsPerDay: { limit, remaining, resetsInMs: undefined },
});

describe("the tokens of a minute", () => {
  test("of requests without an answer count for a minute", async () => {
    const { book, clock } = await start();
    await reserve(book, 5_000);
    assert.deepEqual(
      [book.limit(30, 3_000), book.limit(30, 3_001), book.limit(30, 8_001)],
      [undefined, "minute", "day"],
    );
    assert.deepEqual(await book.tryReserve(30, 3_001), { waitUntil: clock.now() + 60_000 });
    clock.advance(60_000);
    assert.equal(book.limit(30, 8_000), undefined);
  });

  test("are what the answer says is left, until all are back", async () => {
    const { book, clock } = await start();
    await book.note(tokensLeft(7_500, 3_750), await reserve(book, 5_000));
    assert.deepEqual([book.limit(30, 7_500), book.limit(30, 7_501)], [undefined, "minute"]);
    clock.advance(3_750);
    assert.equal(book.limit(30, 8_000), undefined);
  });

  test("exclude those of requests that are on their way", async () => {
    const { book } = await start();
    const first = await reserve(book, 2_000);
    await reserve(book, 3_000);
    await book.note(tokensLeft(6_000, 60_000), first);
    assert.deepEqual([book.limit(30, 3_000), book.limit(30, 3_001)], [undefined, "minute"]);
  });

  test("are not raised by the answer to an earlier request", async () => {
    const { book, clock } = await start();
    const first = await reserve(book, 2_000);
    clock.advance(10);
    const second = await reserve(book, 3_000);
    await book.note(tokensLeft(3_000, 60_000), second);
    await book.note(tokensLeft(6_000, 60_000), first);
    assert.deepEqual([book.limit(30, 3_000), book.limit(30, 3_001)], [undefined, "minute"]);
  });

  test("are given back with a request that was not sent", async () => {
    const { book } = await start();
    await book.release(await reserve(book, 5_000));
    assert.equal(book.limit(30, 8_000), undefined);
    assert.equal(book.quota(30).used, 0);
  });

  test("are known to other windows", async () => {
    const { book, open } = await start();
    await reserve(book, 5_000);
    assert.equal((await open()).limit(30, 3_001), "minute");
  });
});

describe("the requests of a day that come back evenly", () => {
  test("begin with the documented number", async () => {
    const { book } = await start({ ...limits, requestsPerDay: 2 });
    await reserve(book);
    await reserve(book);
    await assert.rejects(book.tryReserve(30), { reason: "rate-limit-day" });
    assert.equal(book.limit(30), "day");
    assert.equal(book.blockedError()?.link, undefined, "the page for credits is OpenRouter's");
  });

  test("come back one by one, without a midnight", async () => {
    const { book, clock } = await start({ ...limits, requestsPerDay: 2 });
    await reserve(book);
    await reserve(book);
    const { retryAt } = book.blockedError() ?? {};
    assert.equal(retryAt, clock.now() + 12 * hourMs);
    clock.advance(12 * hourMs - 1_000);
    assert.equal(book.limit(30), "day", "midnight has passed");
    clock.advance(1_000);
    await reserve(book);
    assert.equal(book.limit(30), "day");
  });

  test("are what the answer says is left", async () => {
    const { book, clock } = await start();
    await book.note(dayLeft(13_999, 14_400), await reserve(book));
    const { limit, remaining, resetsAt, used } = book.quota(30);
    assert.deepEqual([limit, remaining, resetsAt - clock.now(), used], [14_400, 13_999, 401 * 6_000, 1]);
    await book.note(dayLeft(0), await reserve(book));
    assert.deepEqual([book.limit(30), book.quota(30).exhausted], ["day", true]);
    clock.advance(86_400);
    assert.equal(book.limit(30), undefined);
  });

  test("are blocked as long as a refusal says", async () => {
    const { book, clock } = await start();
    await book.blockDay(clock.now() + 5 * hourMs);
    clock.advance(5 * hourMs - 1);
    assert.equal(book.limit(30), "day");
    clock.advance(1);
    assert.equal(book.limit(30), undefined);
  });
});

test("requests that come back at midnight are counted until then", async () => {
  const { book, clock } = await start({ per: "account", requestsPerDay: 1 });
  await reserve(book);
  clock.advance(2 * hourMs);
  assert.equal(book.limit(30), "day");
  assert.equal(book.quota(30).resetsAt, clock.now() + 10 * hourMs);
  clock.advance(10 * hourMs);
  assert.equal(book.limit(30), undefined);
});

test("each model has a book of its own, beside the counts of version 0.1.0", async () => {
  const { storage, clock } = await start();
  const old = { account: "b00b1e5a", day: "2026-08-22", used: 7, sent: [] };
  await storage.update("ledger", () => JSON.stringify(old));
  const account = await new Ledger(storage, clock.now, silentLog).open("key", baseUrl, { limits });
  for (let model = 0; model < 20; model++) await reserve(account.forModel(`m${model}`));
  const stored = JSON.parse((await storage.read("ledger")) ?? "") as { accounts: Record<string, { used: number }> };
  assert.equal(stored.accounts["b00b1e5a"]?.used, 7);
  const models = Object.entries(stored.accounts).filter(([id]) => / m\d+$/.test(id));
  assert.deepEqual([models.length, ...new Set(models.map(([, { used }]) => used))], [20, 1]);
});
