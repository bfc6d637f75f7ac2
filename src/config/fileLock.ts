import { randomUUID } from "node:crypto";
import { access, mkdir, readdir, readFile, rename, rm, rmdir, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

export interface FileLock {
  /** False once another process has broken the lock as stale. */
  isHeld(): Promise<boolean>;
  /**
   * Replaces `file`, which is in the same folder as the lock, atomically. Returns false and changes nothing if another process has broken the
   * lock.
   */
  replaceFile(file: string, content: string | Uint8Array): Promise<boolean>;
  /** Never rejects: a lock that cannot be released becomes stale. */
  release(): Promise<void>;
}

export interface LockOptions {
  /** How long to wait for the same holder before its lock counts as stale, in milliseconds. */
  staleAfterMs: number;
  /** The longest delay between two attempts, in milliseconds. */
  maxRetryDelayMs: number;
}

const lockSuffix = ".lock";

/** The path of the lock for this file. */
export function lockPath(file: string): string {
  return `${file}${lockSuffix}`;
}

/** Whether a folder entry of this name is a lock or belongs to one. */
export function isLockName(name: string): boolean {
  return name.includes(lockSuffix);
}

/**
 * Waits for and acquires the lock at `path`: a folder that contains a folder named by the random token of its holder. A process prepares both
 * and renames the outer one to `path`, which fails while another process holds the lock.
 *
 * Everything that only the holder may do uses a path with its token. A process that was suspended until another one broke its lock can
 * therefore neither replace a file nor release the lock of its successor, and no check can be outdated by the time it acts.
 *
 * A lock counts as stale when the waiting process has seen the same token for `staleAfterMs`. This avoids comparing the clocks or process ids of
 * different processes. Rejects if the file system denies access, with `ENOENT` if the folder that contains the lock does not exist.
 */
export async function acquireFileLock(path: string, { staleAfterMs, maxRetryDelayMs }: LockOptions): Promise<FileLock> {
  const token = randomUUID();
  const prepared = `${path}.${token}`;
  await mkdir(prepared, folderMode);
  try {
    await mkdir(join(prepared, token), folderMode);
    let holder: string | undefined;
    let holderSince = performance.now();
    for (let busy = await tryRename(prepared, path); busy; busy = await tryRename(prepared, path)) {
      const currentHolder = await readHolder(path);
      if (currentHolder !== holder) {
        holder = currentHolder;
        holderSince = performance.now();
      } else if (performance.now() - holderSince > staleAfterMs) {
        // No process holds the lock, yet it cannot be acquired: access is denied.
        if (currentHolder === undefined) throw busy;
        await breakLock(path, currentHolder);
      }
      await delay(1 + Math.random() * maxRetryDelayMs);
    }
  } catch (error) {
    await rm(prepared, { recursive: true, force: true });
    throw error;
  }
  return heldLock(path, join(path, token));
}

/** Only the user may read what is written under a lock. */
const folderMode = 0o700;
const fileMode = 0o600;

/** The lock at `path`, whose holder owns the folder `own` in it. */
function heldLock(path: string, own: string): FileLock {
  return {
    isHeld: () =>
      access(own).then(
        () => true,
        () => false,
      ),
    replaceFile: async (file, content) => {
      const temporaryFile = join(own, "new");
      try {
        await writeFile(temporaryFile, content, { mode: fileMode });
        await rename(temporaryFile, file);
        return true;
      } catch (error) {
        if (hasErrorCode(error, "ENOENT")) return false;
        await rm(temporaryFile, { force: true });
        throw error;
      }
    },
    release: async () => {
      try {
        await rmdir(own);
        await rmdir(path);
      } catch {
        // The lock was broken, or has its next holder already.
      }
    },
  };
}

/** Acquires the lock, or resolves to the error that indicates another holder. */
async function tryRename(prepared: string, path: string): Promise<Error | undefined> {
  try {
    await rename(prepared, path);
    return undefined;
  } catch (error) {
    if (isBusy(error)) return error;
    throw error;
  }
}

/** The token of the holder. Removes a lock without one: Windows does not replace the empty folder that a crash during a release leaves. */
async function readHolder(path: string): Promise<string | undefined> {
  try {
    const [holder] = await readdir(path);
    if (holder === undefined) await rmdir(path).catch(() => undefined);
    return holder;
  } catch (error) {
    if (hasErrorCode(error, "ENOTDIR")) return readFile(path, "utf8").catch(() => undefined);
    if (hasErrorCode(error, "ENOENT") || isBusy(error)) return undefined;
    throw error;
  }
}

/** Takes a stale lock from this holder. Does nothing if it has another holder by now. */
async function breakLock(path: string, staleHolder: string): Promise<void> {
  const broken = `${path}.${randomUUID()}`;
  try {
    await rename(join(path, staleHolder), broken);
    await rm(broken, { recursive: true, force: true });
  } catch (error) {
    if (!isBusy(error) && !hasErrorCode(error, "ENOENT")) throw error;
    // A lock of version 0.1.0 is a file with the token. This does not delete a folder.
    await unlink(path).catch(() => undefined);
  }
}

/**
 * Whether another process may hold the lock. `ENOTDIR`: it is a lock of version 0.1.0, a file. Windows reports EPERM, EACCES or EBUSY for what
 * exists, is being deleted or is scanned for viruses.
 */
function isBusy(error: unknown): error is Error {
  const busy = ["ENOTEMPTY", "EEXIST", "ENOTDIR"];
  const codes = process.platform === "win32" ? [...busy, "EPERM", "EACCES", "EBUSY"] : busy;
  return codes.some((code) => hasErrorCode(error, code));
}

export function hasErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
