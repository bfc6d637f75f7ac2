import assert from "node:assert/strict";
import fs, { readdir, readFile, rm, type FileHandle, stat, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { JsonLinesFile } from "../../../../src/chat/storage/jsonLines";
import { fileHandlePrototype } from "../../../support/fileHandlePrototype";
import { temporaryFolder } from "../../../support/temporaryFolder";

interface Entry {
  n: number;
  text: string;
}

const isEntry = (value: unknown): Entry | undefined =>
  typeof value === "object" && value !== null && "n" in value && "text" in value ? (value as Entry) : undefined;

const entries = (from: number, to: number): Entry[] =>
  Array.from({ length: to - from }, (_, index) => ({ n: from + index, text: `line\n"${from + index}" é漢🙂` }));

describe("JsonLog", () => {
  test("reads what was appended", async () => {
    await using folder = await temporaryFolder();
    const log = new JsonLinesFile(path.join(folder.path, "log"), isEntry);
    assert.deepEqual((await log.read()).values, []);
    await log.append(entries(0, 3));
    await log.append(entries(3, 5));
    assert.deepEqual(await log.read(), { values: entries(0, 5), damagedBytes: 0, unknown: 0 });
  });

  test("reads all records before the cut and after it if the file was truncated at any byte", async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, "log");
    await new JsonLinesFile(file, isEntry).append(entries(0, 4));
    const whole = await readFile(file);
    const ends = [...whole.entries()].filter(([, byte]) => byte === 0x0a).map(([index]) => index);
    for (let length = 0; length <= whole.length; length++) {
      await writeFile(file, whole.subarray(0, length));
      const log = new JsonLinesFile(file, isEntry);
      const complete = ends.filter((_, index) => (ends[index + 1] ?? whole.length) <= length).length;
      const { values, damagedBytes } = await log.read();
      assert.deepEqual(values, entries(0, complete), `cut at ${length}`);
      assert.equal(damagedBytes > 0, length > (ends[complete] ?? Infinity) + 1, `cut at ${length}`);
      await log.append(entries(10, 12));
      assert.deepEqual((await log.read()).values, [...entries(0, complete), ...entries(10, 12)], `cut at ${length}`);
    }
  });

  test("does not recreate a deleted file unless asked to", async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, "log");
    const log = new JsonLinesFile(file, isEntry);
    await log.append(entries(0, 2));
    await rm(file);
    await assert.rejects(log.append(entries(2, 3)), { code: "ENOENT" });
    await log.append(entries(2, 3), { recreate: true });
    assert.deepEqual((await log.read()).values, entries(2, 3));
  });

  test("removes a partial write to a full disk, so that a retry does not duplicate it", async (context) => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, "log");
    const log = new JsonLinesFile(file, isEntry);
    await log.append(entries(0, 2));
    const prototype = await fileHandlePrototype(file);
    const full = context.mock.method(prototype, "appendFile", async function (this: FileHandle, bytes: Buffer) {
      await this.write(bytes.subarray(0, bytes.length - 3));
      throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
    });
    await assert.rejects(log.append(entries(2, 5)), { code: "ENOSPC" });
    full.mock.restore();
    await log.append(entries(2, 5));
    assert.deepEqual(await log.read(), { values: entries(0, 5), damagedBytes: 0, unknown: 0 });
  });

  test("counts and skips records of unknown types", async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, "log");
    await writeFile(file, '\n{"n":1,"text":"a"}\n{"news":true}\n{"n":2,"text":"b"}');
    const { values, unknown, damagedBytes } = await new JsonLinesFile(file, isEntry).read();
    assert.deepEqual([values.map(({ n }) => n), unknown, damagedBytes], [[1, 2], 1, 0]);
  });

  test("reports records of another process exactly once", async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, "log");
    const [one, two] = [new JsonLinesFile(file, isEntry), new JsonLinesFile(file, isEntry)];
    await Promise.all([one.read(), two.read()]);
    await one.append(entries(0, 2));
    assert.deepEqual(await two.append(entries(2, 3)), entries(0, 2));
    assert.deepEqual(await one.refresh(), entries(2, 3));
    assert.deepEqual(await one.refresh(), []);
    assert.deepEqual(await two.refresh(), []);
  });

  test("reports a record once that is appended while it reads", async (context) => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, "log");
    const [one, two] = [new JsonLinesFile(file, isEntry), new JsonLinesFile(file, isEntry)];
    await one.append(entries(0, 1));
    await two.read();
    await one.append(entries(1, 2));
    const slow = context.mock.method(await fileHandlePrototype(file), "stat", async function (this: FileHandle) {
      slow.mock.restore();
      const stats = await this.stat();
      await one.append(entries(2, 3));
      return stats;
    });
    assert.deepEqual([await two.refresh(), await two.refresh()], [entries(1, 3), []]);
  });

  test("reports a record that is still being written once it is complete", async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, "log");
    const reader = new JsonLinesFile(file, isEntry);
    await new JsonLinesFile(file, isEntry).append(entries(0, 1));
    const whole = await readFile(file);
    await truncate(file, whole.length - 5);
    assert.deepEqual(await reader.refresh(), []);
    await writeFile(file, whole.subarray(-5), { flag: "a" });
    assert.deepEqual(await reader.refresh(), entries(0, 1));
  });

  test("is replaced only by a process that has read everything, and the others notice", async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, "log");
    const [one, two] = [new JsonLinesFile(file, isEntry), new JsonLinesFile(file, isEntry)];
    await one.append(entries(0, 9));
    await two.read();
    await one.append(entries(9, 10));
    assert.equal(await two.replace(entries(0, 9)), false);
    assert.equal(await one.replace(entries(0, 2)), true);
    assert.equal(await two.refresh(), "replaced");
    assert.deepEqual((await two.read()).values, entries(0, 2));
    const { size } = await stat(file);
    assert.ok(size > 0);
  });

  test("notices each replacement, although the file system reuses inodes", async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, "log");
    const [one, two] = [new JsonLinesFile(file, isEntry), new JsonLinesFile(file, isEntry)];
    await one.append(entries(0, 2));
    await two.read();
    for (let time = 0; time < 10; time++) {
      // The file has the inode of the last but one: on ext4 that which `two` has read.
      for (let replacement = 0; replacement < 2; replacement++) assert.equal(await one.replace(entries(0, 9)), true);
      assert.equal(await two.replace(entries(0, 2)), false);
      assert.equal(await two.refresh(), "replaced");
      assert.deepEqual((await two.read()).values, entries(0, 9));
    }
  });

  for (const [point, name] of [
    ["before the other process checks the file", "open"],
    ["while the other process writes the new file", "writeFile"],
    ["after the other process has replaced the file", "rename"],
    ["when the other process has finished", undefined],
  ] as const) {
    test(`keeps once what a process appends that was suspended until another one broke its lock: ${point}`, async (context) => {
      await using folder = await temporaryFolder();
      const file = path.join(folder.path, "log");
      const delays = { staleAfterMs: 60, maxRetryDelayMs: 4 };
      const [suspended, other] = [1, 2].map(() => new JsonLinesFile(file, isEntry, delays));
      await suspended!.append(entries(0, 2));
      await other!.read();

      // The suspended process holds the lock and continues when the other one reaches this point.
      const [hasLock, continues, isDone] = [1, 2, 3].map(() => Promise.withResolvers<unknown>());
      let isFirst = true;
      context.mock.method(
        await fileHandlePrototype(file),
        "appendFile",
        async function (this: FileHandle, bytes: Buffer) {
          const isSuspended = isFirst;
          isFirst = false;
          if (isSuspended) {
            hasLock!.resolve(undefined);
            await continues!.promise;
          }
          await this.write(bytes);
          if (isSuspended) isDone!.resolve(undefined);
        },
      );
      const appended = suspended!.append(entries(2, 3));
      await hasLock!.promise;
      if (name !== undefined) {
        const original = fs[name] as (...parameters: unknown[]) => Promise<unknown>;
        context.mock.method(fs, name, async (...parameters: unknown[]) => {
          const [from, to] = parameters;
          if (name === "writeFile" || (name === "open" && from === file)) await continueSuspended();
          const result = await original(...parameters);
          if (name === "rename" && to === file) await continueSuspended();
          return result;
        });
      }
      async function continueSuspended(): Promise<void> {
        continues!.resolve(undefined);
        await isDone!.promise;
      }
      await other!.replace(entries(0, 2));
      await continueSuspended();
      await appended;
      assert.deepEqual((await new JsonLinesFile(file, isEntry).read()).values, entries(0, 3));
      assert.deepEqual(await readdir(folder.path), ["log"]);
    });
  }
});
