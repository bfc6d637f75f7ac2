import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import fs, { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { lockFile } from "../../../src/config/fileLock";
import { fileStorage } from "../../../src/config/routerStorage";
import { logLines } from "../../support/logLines";

/** For holders that a test lets crash; on a busy machine a live one may well take longer. */
const impatience = { staleMs: 60, pauseMs: 4, refusedMs: 0 };
const addOne = (text: string | undefined): string => String(Number(text ?? 0) + 1);

describe("The storage", () => {
  let folder: string;
  let log: ReturnType<typeof logLines>;
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), "free-models-storage-")), "router");
    log = logLines();
  });
  afterEach(() => rm(path.dirname(folder), { recursive: true, force: true }));

  const open = (): ReturnType<typeof fileStorage> => fileStorage(folder, log);
  const openImpatiently = (): ReturnType<typeof fileStorage> => fileStorage(folder, log, impatience);

  it("touches no disk until something is kept", async () => {
    const storage = open();
    assert.equal(await storage.read("ledger"), undefined);
    assert.deepEqual(await readdir(path.dirname(folder)), []);
    await storage.update("ledger", () => "{}");
    assert.deepEqual(await readdir(folder), ["ledger.json"]);
  });

  it("gives the next window what the last one kept, by any name", async () => {
    const names = ["ledger", "a/../b", "Straße ☕", "con"];
    for (const name of names) await open().update(name, () => `{"of":"${name}"}`);
    for (const name of names) assert.equal(await open().read(name), `{"of":"${name}"}`);
    assert.equal((await readdir(folder)).length, names.length);
  });

  it("loses no update of two windows and a hundred promises", async () => {
    const [one, other] = [open(), open()];
    await Promise.all(Array.from({ length: 100 }, (_, index) => (index % 2 ? one : other).update("count", addOne)));
    assert.equal(await open().read("count"), "100");
  });

  it("loses no update of four processes", async () => {
    const [processes, times] = [4, 60];
    const writer = path.join(import.meta.dirname, "storageWriter.js");
    const writers = Array.from({ length: processes }, () => fork(writer, [folder, String(times)]));
    const codes = await Promise.all(writers.map(async (each): Promise<unknown> => (await once(each, "exit"))[0]));
    assert.deepEqual(codes, [0, 0, 0, 0]);
    assert.equal(await open().read("count"), String(processes * times));
    assert.deepEqual(await readdir(folder), ["count.json"], "locks and drafts are left");
  });

  it("goes on after a window that crashed while it held the lock", async () => {
    await open().update("count", addOne);
    await lockFile(path.join(folder, "count.json.lock"), impatience); // and never releases it
    await Promise.all([openImpatiently().update("count", addOne), open().update("count", addOne)]);
    assert.equal(await open().read("count"), "3");
    assert.deepEqual(await readdir(folder), ["count.json"]);
  });

  it("does not write under a lock that was taken away meanwhile", async () => {
    const lock = await lockIn(folder, "count");
    const slow = openImpatiently().update("count", addOne);
    // The slow one waits; when it decides that this holder crashed, the holder knows it.
    assert.equal(await slow, "1");
    assert.equal(await lock.held(), false);
    await lock.release();
    assert.equal(await open().read("count"), "1");
  });

  for (const [what, bytes] of [
    ["empty", ""],
    ["all NULs, as after a power cut", "\0\0\0\0"],
  ]) {
    it(`counts a file that is ${what} as absent`, async () => {
      await mkdir(folder);
      await writeFile(path.join(folder, "ledger.json"), bytes ?? "");
      assert.equal(await open().read("ledger"), undefined);
      assert.equal(await open().update("ledger", (text) => text ?? "anew"), "anew");
    });
  }

  it("passes on what a change throws, keeps the old text, and takes the next change", async () => {
    const storage = open();
    await storage.update("count", () => "1");
    const broken = storage.update("count", () => {
      throw new RangeError("no more");
    });
    await assert.rejects(broken, new RangeError("no more"));
    assert.equal(await storage.update("count", addOne), "2");
    assert.deepEqual(log.lines, []);
  });

  it("goes on from memory where the disk refuses, and says so once", async () => {
    await writeFile(folder, "a file where the folder should be");
    const storage = open();
    assert.equal(await storage.update("count", addOne), "1");
    assert.equal(await storage.update("count", addOne), "2");
    assert.equal(await storage.read("count"), "2");
    assert.equal(log.lines.length, 1);
    assert.match(log.lines[0] ?? "", /^warn count is kept in memory for now/);
  });

  it("writes what it kept in memory as soon as the disk takes it", async () => {
    await writeFile(folder, "a file where the folder should be");
    const storage = openImpatiently();
    for (let time = 0; time < 3; time++) await storage.update("count", addOne);
    await rm(folder);
    assert.equal(await storage.update("count", addOne), "4");
    assert.equal(await open().read("count"), "4");
    assert.deepEqual(
      log.lines.map((line) => line.split(",")[0]),
      ["warn count is kept in memory for now", "info count is kept in its file again."],
    );
  });

  it("goes on from what another window wrote while the disk refused this one", async (context) => {
    const storage = openImpatiently();
    await storage.update("count", () => "10");
    const refusing = context.mock.method(fs, "rename", () => Promise.reject(new Error("ENOSPC")));
    assert.equal(await storage.update("count", addOne), "11");
    refusing.mock.restore();
    await open().update("count", () => "20");
    assert.equal(await storage.read("count"), "20");
    assert.equal(await storage.update("count", addOne), "21");
    assert.deepEqual(await readdir(folder), ["count.json"]);
  });

  it("leaves a disk alone that refused a moment ago", async (context) => {
    const storage = open();
    const refusing = context.mock.method(fs, "writeFile", () => Promise.reject(new Error("EROFS")));
    for (let time = 0; time < 3; time++) await storage.update("count", addOne);
    assert.equal(refusing.mock.callCount(), 1);
  });

  it("makes a change once, also where its lock cannot be taken away", async () => {
    const lock = path.join(folder, "count.json.lock");
    let changes = 0;
    const text = await open().update("count", () => {
      rmSync(lock);
      mkdirSync(lock); // which no `unlink` removes
      return String(++changes);
    });
    assert.equal(text, "1");
    assert.equal(await open().read("count"), "1");
    assert.deepEqual(log.lines, []);
  });

  it("gives up on a folder that Windows lets nobody write to", async (context) => {
    const platform = Object.getOwnPropertyDescriptor(process, "platform") ?? {};
    Object.defineProperty(process, "platform", { ...platform, value: "win32" });
    const refusal = Object.assign(new Error("operation not permitted"), { code: "EPERM" });
    const refusing = context.mock.method(fs, "writeFile", () => Promise.reject(refusal));
    try {
      await assert.rejects(lockFile(path.join(folder, "count.json.lock"), impatience), refusal);
      assert.ok(refusing.mock.callCount() > 1, "it may only have been busy");
    } finally {
      Object.defineProperty(process, "platform", platform);
    }
  });
});

async function lockIn(folder: string, name: string): ReturnType<typeof lockFile> {
  await mkdir(folder);
  return lockFile(path.join(folder, `${name}.json.lock`), impatience);
}
