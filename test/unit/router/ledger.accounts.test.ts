import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { Ledger } from "../../../src/router/ledger";
import { type Book } from "../../../src/router/book";
import { silentLog } from "../../../src/router/log";
import { defaultSettings } from "../../../src/router/settings";
import { memoryStorage, type RouterStorage } from "../../../src/router/storage";
import { fakeClock, snapshotDay } from "../../support/clock";

const hour = 3_600_000;
const noon = snapshotDay + 12 * hour;
const { baseUrl } = defaultSettings;
const otherUrl = "https://mirror.example/v1";
const fingerprint = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 8);

function startWindow({ storage = memoryStorage(), clock = fakeClock(noon) } = {}) {
  const ledger = new Ledger(storage, clock.now, silentLog);
  return { storage, clock, open: (key = "sk-mine", url = baseUrl) => ledger.open(key, url) };
}
async function send(book: Book, count: number): Promise<void> {
  for (let request = 0; request < count; request++) assert.ok("reserved" in (await book.tryReserve(20)));
}
const usedOf = (book: Book) => [book.quota(20).used, book.quota(20).minute.used];
const accountsIn = async (storage: RouterStorage): Promise<string[]> =>
  Object.keys((JSON.parse((await storage.read("ledger")) ?? "{}") as { accounts: object }).accounts);

describe("the books of two accounts", () => {
  test("have separate counts and blocks, even if they are used at the same time", async () => {
    const { open, storage, clock } = startWindow();
    const [mine, yours] = [await open("sk-mine"), await open("sk-yours")];
    await Promise.all([send(mine, 3), send(yours, 5)]);
    await mine.blockDay(undefined, 50);
    await yours.correct({ used: 5, limit: 1_000 });
    assert.deepEqual(
      [usedOf(mine), usedOf(yours)],
      [
        [3, 3],
        [5, 5],
      ],
    );
    await assert.rejects(mine.tryReserve(20), /used up/);
    await send(yours, 1);
    const restarted = startWindow({ storage, clock });
    const [mineAgain, yoursAgain] = [await restarted.open("sk-mine"), await restarted.open("sk-yours")];
    assert.deepEqual([mineAgain.quota(20).limit, yoursAgain.quota(20).limit], [50, 1_000]);
    assert.deepEqual(
      [usedOf(mineAgain), usedOf(yoursAgain)],
      [
        [3, 3],
        [6, 6],
      ],
    );
    assert.doesNotMatch((await storage.read("ledger")) ?? "", /sk-/);
  });

  test("have separate queues", async () => {
    const { open } = startWindow();
    const [mine, yours] = [await open("sk-mine"), await open("sk-yours")];
    await send(mine, 20);
    const waiting = mine.admit(20);
    assert.equal((await waiting.next()).value, noon + 60_000);
    assert.equal((await yours.admit(20).next()).done, true);
  });

  test("can belong to one key at two services", async () => {
    const { open } = startWindow();
    const [here, there] = [await open("sk-mine", baseUrl), await open("sk-mine", otherUrl)];
    await send(here, 2);
    assert.deepEqual(
      [usedOf(here), usedOf(there)],
      [
        [2, 2],
        [0, 0],
      ],
    );
    assert.deepEqual(usedOf(await open("sk-mine", `${baseUrl}/`)), [2, 2], "a trailing slash does not matter");
  });
});

describe("the stored accounts", () => {
  test("include the one that version 0.1.0 stored", async () => {
    const { open, storage } = startWindow();
    const day = "2026-08-22";
    const old = { account: fingerprint("sk-mine"), day, used: 7, limit: 50, sent: [noon - 1_000], minuteLimit: 10 };
    await storage.update("ledger", () => JSON.stringify(old));
    const book = await open("sk-mine");
    const { used, limit, minute } = book.quota(20);
    assert.deepEqual([used, limit, minute.used, minute.limit], [7, 50, 1, 10]);
    assert.deepEqual(usedOf(await open("sk-yours")), [0, 0]);
    await send(await open("sk-yours"), 1);
    assert.deepEqual(await accountsIn(storage), [fingerprint("sk-mine"), fingerprint("sk-yours")]);
  });

  test("do not include those that were not used for two days", async () => {
    const { open, storage, clock } = startWindow();
    await send(await open("sk-old"), 1);
    clock.advance(24 * hour);
    await send(await open("sk-mine"), 1);
    clock.advance(24 * hour);
    await send(await open("sk-yours"), 1);
    assert.deepEqual(await accountsIn(storage), [fingerprint("sk-mine"), fingerprint("sk-yours")]);
  });

  test("are the eight that were used last", async () => {
    const { open, storage, clock } = startWindow();
    for (let index = 0; index < 12; index++) {
      clock.advance(1_000);
      await send(await open(`sk-${index}`), 1);
    }
    const kept = Array.from({ length: 8 }, (_, index) => fingerprint(`sk-${index + 4}`));
    assert.deepEqual((await accountsIn(storage)).sort(), kept.sort());
  });

  test("are read one by one", async () => {
    const { open, storage } = startWindow();
    const accounts = { [fingerprint("sk-mine")]: { day: "2026-08-22", used: 7, sent: [] }, other: { used: "many" } };
    await storage.update("ledger", () => JSON.stringify({ accounts }));
    assert.deepEqual(usedOf(await open("sk-mine")), [7, 0]);
  });
});

describe("a storage that fails", () => {
  test("does not lose a block of the day, a count, or a request to give back", async () => {
    const { storage, clock } = startWindow();
    let isBroken = true;
    const update: RouterStorage["update"] = (name, change) =>
      isBroken ? Promise.reject(new Error("disk full")) : storage.update(name, change);
    const book = await startWindow({ storage: { ...storage, update }, clock }).open();
    await storage.update("ledger", () => JSON.stringify({ accounts: {} }));
    const first = await book.tryReserve(20);
    await send(book, 2);
    assert.ok("reserved" in first);
    await book.release(first.reserved);
    await book.blockDay(undefined, 50);
    await assert.rejects(book.tryReserve(20), /used up/);
    isBroken = false;
    clock.advance(10_000);
    await book.blockMinute(undefined);
    const other = await startWindow({ storage, clock }).open();
    for (const each of [book, other]) {
      assert.equal(each.quota(20).used, 2);
      await assert.rejects(each.tryReserve(20), /used up/);
    }
  });
});
