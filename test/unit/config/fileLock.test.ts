import assert from "node:assert/strict";
import fs, { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { acquireFileLock } from "../../../src/config/fileLock";
import { temporaryFolder } from "../../support/temporaryFolder";

const shortDelays = { staleAfterMs: 60, maxRetryDelayMs: 4 };
const patient = { staleAfterMs: 60_000, maxRetryDelayMs: 4 };

describe("acquireFileLock", () => {
  test("rejects if Windows denies access to the folder permanently", async (context) => {
    await using folder = await temporaryFolder();
    const platform = Object.getOwnPropertyDescriptor(process, "platform") ?? {};
    Object.defineProperty(process, "platform", { ...platform, value: "win32" });
    const accessError = Object.assign(new Error("operation not permitted"), { code: "EPERM" });
    const failing = context.mock.method(fs, "rename", () => Promise.reject(accessError));
    try {
      await assert.rejects(acquireFileLock(path.join(folder.path, "lock"), shortDelays), accessError);
      assert.ok(failing.mock.callCount() > 1, "the first error may mean that the folder is busy");
    } finally {
      Object.defineProperty(process, "platform", platform);
    }
    assert.deepEqual(await readdir(folder.path), []);
  });

  test("excludes others until it is released", async () => {
    await using folder = await temporaryFolder();
    const lock = path.join(folder.path, "lock");
    let holders = 0;
    const work = async (): Promise<void> => {
      const held = await acquireFileLock(lock, patient);
      assert.equal((holders += 1), 1);
      await delay(1);
      holders -= 1;
      assert.equal(await held.isHeld(), true);
      await held.release();
    };
    await Promise.all(Array.from({ length: 40 }, work));
    assert.deepEqual(await readdir(folder.path), []);
  });

  test("does not release the lock of the next holder, if this one was suspended while it acquired the lock", async (context) => {
    await using folder = await temporaryFolder();
    const lock = path.join(folder.path, "lock");
    let isSlow = true;
    // The operation is complete, but the process continues only after the lock has become stale.
    for (const name of ["mkdir", "rename", "writeFile"] as const) {
      const original = fs[name] as (...parameters: unknown[]) => Promise<unknown>;
      context.mock.method(fs, name, async (...parameters: unknown[]) => {
        const isSuspended = isSlow;
        const result = await original(...parameters);
        if (isSuspended) await delay(500);
        return result;
      });
    }
    const acquired = acquireFileLock(lock, shortDelays);
    while (!existsSync(lock)) await delay(1);
    isSlow = false;
    const next = await acquireFileLock(lock, shortDelays);
    const suspended = await acquired;
    assert.equal(await suspended.isHeld(), false);
    await suspended.release();
    assert.equal(await next.isHeld(), true);
    await next.release();
    assert.deepEqual(await readdir(folder.path), []);
  });

  test("does not let a suspended holder replace a file, at whatever point it was suspended", async (context) => {
    await using folder = await temporaryFolder();
    const [lock, file] = [path.join(folder.path, "lock"), path.join(folder.path, "file")];
    const suspended = await acquireFileLock(lock, shortDelays);
    const { rename } = fs;
    context.mock.method(fs, "rename", async (from: string, to: string) => {
      if (to === file && (await readFile(from, "utf8")) === "old") {
        const next = await acquireFileLock(lock, shortDelays);
        assert.equal(await next.replaceFile(file, "new"), true);
      }
      await rename(from, to);
    });
    assert.equal(await suspended.replaceFile(file, "old"), false);
    assert.equal(await readFile(file, "utf8"), "new");
  });

  test("breaks locks that crashed processes left, also of version 0.1.0", async () => {
    await using folder = await temporaryFolder();
    const lock = path.join(folder.path, "lock");
    await mkdir(lock);
    await (await acquireFileLock(lock, patient)).release();
    await writeFile(lock, "a token");
    await (await acquireFileLock(lock, shortDelays)).release();
    await acquireFileLock(lock, shortDelays);
    await (await acquireFileLock(lock, shortDelays)).release();
    assert.deepEqual(await readdir(folder.path), []);
  });
});
