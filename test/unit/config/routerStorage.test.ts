import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import fs, { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { acquireFileLock } from "../../../src/config/fileLock";
import { createRouterStorage } from "../../../src/config/routerStorage";
import { logLines } from "../../support/logLines";

/** Short delays for tests with crashed lock holders. On a busy machine, a live holder could take longer than 60 ms. */
const shortDelays = { staleAfterMs: 60, maxRetryDelayMs: 4, retryDiskAfterMs: 0 };
const addOne = (text: string | undefined): string => String(Number(text ?? 0) + 1);

describe("createRouterStorage", () => {
  let folder: string;
  let log: ReturnType<typeof logLines>;
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), "free-models-storage-")), "router");
    log = logLines();
  });
  afterEach(() => rm(path.dirname(folder), { recursive: true, force: true }));

  const open = (): ReturnType<typeof createRouterStorage> => createRouterStorage(folder, log);
  const openWithShortDelays = (): ReturnType<typeof createRouterStorage> =>
    createRouterStorage(folder, log, shortDelays);

  test("creates no files before the first update", async () => {
    const storage = open();
    assert.equal(await storage.read("ledger"), undefined);
    assert.deepEqual(await readdir(path.dirname(folder)), []);
    await storage.update("ledger", () => "{}");
    assert.deepEqual(await readdir(folder), ["ledger.json"]);
  });

  test("reads what another window has written, under any name", async () => {
    const names = ["ledger", "a/../b", "Straße ☕", "con"];
    for (const name of names) await open().update(name, () => `{"of":"${name}"}`);
    for (const name of names) assert.equal(await open().read(name), `{"of":"${name}"}`);
    assert.equal((await readdir(folder)).length, names.length);
  });

  test("loses no update when two windows write concurrently", async () => {
    const [first, second] = [open(), open()];
    await Promise.all(Array.from({ length: 100 }, (_, index) => (index % 2 ? first : second).update("count", addOne)));
    assert.equal(await open().read("count"), "100");
  });

  test("loses no update when four processes write concurrently", async () => {
    const [processes, times] = [4, 60];
    const writer = path.join(import.meta.dirname, "routerStorageWriter.js");
    const writers = Array.from({ length: processes }, () => fork(writer, [folder, String(times)]));
    const codes = await Promise.all(writers.map(async (child): Promise<unknown> => (await once(child, "exit"))[0]));
    assert.deepEqual(codes, [0, 0, 0, 0]);
    assert.equal(await open().read("count"), String(processes * times));
    assert.deepEqual(await readdir(folder), ["count.json"], "lock or temporary files are left");
  });

  test("recovers from a window that crashed while it held the lock", async () => {
    await open().update("count", addOne);
    await acquireFileLock(path.join(folder, "count.json.lock"), shortDelays); // Never released.
    await Promise.all([openWithShortDelays().update("count", addOne), open().update("count", addOne)]);
    assert.equal(await open().read("count"), "3");
    assert.deepEqual(await readdir(folder), ["count.json"]);
  });

  test("reports to the holder that its stale lock was broken", async () => {
    const lock = await lockIn(folder, "count");
    // Waits until the lock is stale, then breaks it.
    assert.equal(await openWithShortDelays().update("count", addOne), "1");
    assert.equal(await lock.isHeld(), false);
    await lock.release();
    assert.equal(await open().read("count"), "1");
  });

  for (const [description, bytes] of [
    ["empty", ""],
    ["all NULs, as after a power failure", "\0\0\0\0"],
  ]) {
    test(`treats a file that is ${description} as absent`, async () => {
      await mkdir(folder);
      await writeFile(path.join(folder, "ledger.json"), bytes ?? "");
      assert.equal(await open().read("ledger"), undefined);
      assert.equal(await open().update("ledger", (text) => text ?? "new"), "new");
    });
  }

  test("rejects with an error thrown by a change, keeps the old text and accepts the next change", async () => {
    const storage = open();
    await storage.update("count", () => "1");
    const broken = storage.update("count", () => {
      throw new RangeError("no more");
    });
    await assert.rejects(broken, new RangeError("no more"));
    assert.equal(await storage.update("count", addOne), "2");
    assert.deepEqual(log.lines, []);
  });

  test("keeps changes in memory if the disk fails, and logs it once", async () => {
    await writeFile(folder, "a file in place of the folder");
    const storage = open();
    assert.equal(await storage.update("count", addOne), "1");
    assert.equal(await storage.update("count", addOne), "2");
    assert.equal(await storage.read("count"), "2");
    assert.equal(log.lines.length, 1);
    assert.match(log.lines[0] ?? "", /^warn Could not save count, keeping it in memory: /);
  });

  test("writes changes from memory as soon as the disk works again", async () => {
    await writeFile(folder, "a file in place of the folder");
    const storage = openWithShortDelays();
    for (let time = 0; time < 3; time++) await storage.update("count", addOne);
    await rm(folder);
    assert.equal(await storage.update("count", addOne), "4");
    assert.equal(await open().read("count"), "4");
    assert.deepEqual(
      log.lines.map((line) => line.split(":")[0]),
      ["warn Could not save count, keeping it in memory", "info Saved count to disk again."],
    );
  });

  test("continues from what another window wrote after this one failed to write", async (context) => {
    const storage = openWithShortDelays();
    await storage.update("count", () => "10");
    const failing = context.mock.method(fs, "rename", () => Promise.reject(new Error("ENOSPC")));
    assert.equal(await storage.update("count", addOne), "11");
    failing.mock.restore();
    await open().update("count", () => "20");
    assert.equal(await storage.read("count"), "20");
    assert.equal(await storage.update("count", addOne), "21");
    assert.deepEqual(await readdir(folder), ["count.json"]);
  });

  test("does not retry the disk right after a failure", async (context) => {
    const storage = open();
    const failing = context.mock.method(fs, "writeFile", () => Promise.reject(new Error("EROFS")));
    for (let time = 0; time < 3; time++) await storage.update("count", addOne);
    assert.equal(failing.mock.callCount(), 1);
  });

  test("applies a change once even if its lock cannot be removed", async () => {
    const lock = path.join(folder, "count.json.lock");
    let changes = 0;
    const text = await open().update("count", () => {
      // `rmdir` fails for a folder that is not empty.
      for (const token of readdirSync(lock)) writeFileSync(path.join(lock, token, "obstacle"), "");
      return String(++changes);
    });
    assert.equal(text, "1");
    assert.equal(await open().read("count"), "1");
    assert.deepEqual(log.lines, []);
  });
});

async function lockIn(folder: string, name: string): ReturnType<typeof acquireFileLock> {
  await mkdir(folder);
  return acquireFileLock(path.join(folder, `${name}.json.lock`), shortDelays);
}
