import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, unlink, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

export interface FileLock {
  /** False once another process has broken the lock as stale. The holder must not write under it anymore. */
  isHeld(): Promise<boolean>;
  /** Never rejects: a lock file that cannot be deleted becomes stale. */
  release(): Promise<void>;
}

export interface LockOptions {
  /** How long to wait for the same holder before its lock counts as stale, in milliseconds. */
  staleAfterMs: number;
  /** The longest delay between two attempts, in milliseconds. */
  maxRetryDelayMs: number;
}

/**
 * Waits for and acquires the lock at `path`: a file with a random token that only one process can create. The lock counts as stale when the
 * waiting process has seen the same token for `staleAfterMs`. This avoids comparing the clocks or process ids of different processes. Rejects
 * if the file system denies access.
 */
export async function acquireFileLock(path: string, { staleAfterMs, maxRetryDelayMs }: LockOptions): Promise<FileLock> {
  const token = randomUUID();
  let holder: string | undefined;
  let holderSince = performance.now();
  for (let busy = await tryCreate(path, token); busy; busy = await tryCreate(path, token)) {
    const currentHolder = await readToken(path);
    if (currentHolder !== holder) {
      holder = currentHolder;
      holderSince = performance.now();
    } else if (performance.now() - holderSince > staleAfterMs) {
      // There is no lock file, yet it cannot be created: access is denied, and no other process holds the lock.
      if (currentHolder === undefined) throw busy;
      await breakLock(path, currentHolder);
      continue;
    }
    await delay(1 + Math.random() * maxRetryDelayMs);
  }
  const acquiredAt = performance.now();
  // Other processes wait at least this long before they break the lock, so the file need not be read earlier.
  const isHeld = async (): Promise<boolean> =>
    performance.now() - acquiredAt < staleAfterMs || (await readToken(path)) === token;
  return {
    isHeld,
    release: async () => {
      try {
        if (await isHeld()) await unlink(path);
      } catch {
        // The work under the lock is complete. The next process breaks the stale lock.
      }
    },
  };
}

/** Creates the lock file, or resolves to the error that indicates another holder. */
async function tryCreate(path: string, token: string): Promise<Error | undefined> {
  try {
    await writeFile(path, token, { flag: "wx" });
    return undefined;
  } catch (error) {
    if (isBusy(error)) return error;
    throw error;
  }
}

/** Removes a stale lock by renaming it, which succeeds in only one of several waiting processes. */
async function breakLock(path: string, staleToken: string): Promise<void> {
  const renamed = `${path}.${randomUUID()}`;
  try {
    await rename(path, renamed);
    // Another process may have broken the stale lock and acquired a new one before the rename. Restore that lock.
    if ((await readToken(renamed)) !== staleToken) await link(renamed, path);
  } catch (error) {
    if (!isBusy(error) && !hasErrorCode(error, "ENOENT")) throw error;
  } finally {
    await rm(renamed, { force: true });
  }
}

async function readToken(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasErrorCode(error, "ENOENT") || isBusy(error)) return undefined;
    throw error;
  }
}

/** Windows reports EPERM, EACCES or EBUSY for a file that is being deleted or scanned for viruses. */
function isBusy(error: unknown): error is Error {
  const codes = process.platform === "win32" ? ["EEXIST", "EPERM", "EACCES", "EBUSY"] : ["EEXIST"];
  return codes.some((code) => hasErrorCode(error, code));
}

export function hasErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
