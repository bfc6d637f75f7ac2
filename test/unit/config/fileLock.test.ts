import assert from "node:assert/strict";
import fs from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { acquireFileLock } from "../../../src/config/fileLock";

describe("acquireFileLock", () => {
  test("rejects if Windows denies access to the folder permanently", async (context) => {
    const platform = Object.getOwnPropertyDescriptor(process, "platform") ?? {};
    Object.defineProperty(process, "platform", { ...platform, value: "win32" });
    const accessError = Object.assign(new Error("operation not permitted"), { code: "EPERM" });
    const failing = context.mock.method(fs, "writeFile", () => Promise.reject(accessError));
    try {
      await assert.rejects(
        acquireFileLock(path.join(tmpdir(), "free-models-test.lock"), { staleAfterMs: 300, maxRetryDelayMs: 4 }),
        accessError,
      );
      assert.ok(failing.mock.callCount() > 1, "the first error may mean that the file is busy");
    } finally {
      Object.defineProperty(process, "platform", platform);
    }
  });
});
