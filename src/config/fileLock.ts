import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, unlink, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

export interface FileLock {
  /** False once another process took the lock for abandoned: then nothing may be written under it any more. */
  held(): Promise<boolean>;
  /** Never rejects: who comes next can tell a lock that was left behind. */
  release(): Promise<void>;
}

export interface LockOptions {
  /** How long one and the same holder is waited for before it counts as crashed, in ms. */
  staleMs: number;
  /** The longest pause between two looks, in ms. */
  pauseMs: number;
}

/**
 * Waits for, and takes, the lock at `path`, a file that only one process can create. A holder that crashed is found by watching: the same
 * token in the file for `staleMs` of our own time, so that neither clocks nor process ids are compared. Rejects where the file system refuses.
 */
export async function lockFile(path: string, { staleMs, pauseMs }: LockOptions): Promise<FileLock> {
  const token = randomUUID();
  let holder: string | undefined;
  let seenSince = performance.now();
  for (let busy = await create(path, token); busy; busy = await create(path, token)) {
    const present = await tokenAt(path);
    if (present !== holder) {
      holder = present;
      seenSince = performance.now();
    } else if (performance.now() - seenSince > staleMs) {
      // Nobody has it, and still it cannot be had: what looked busy was a refusal.
      if (present === undefined) throw busy;
      await breakLock(path, present);
      continue;
    }
    await delay(1 + Math.random() * pauseMs);
  }
  const takenAt = performance.now();
  // Nobody takes a lock away before it was watched for so long: until then there is no need to look.
  const held = async (): Promise<boolean> => performance.now() - takenAt < staleMs || (await tokenAt(path)) === token;
  return {
    held,
    release: async () => {
      try {
        if (await held()) await unlink(path);
      } catch {
        // What was done under it is done: the next one finds the lock abandoned.
      }
    },
  };
}

/** Takes the lock, or resolves to the error that says that somebody else has it. */
async function create(path: string, token: string): Promise<Error | undefined> {
  try {
    await writeFile(path, token, { flag: "wx" });
    return undefined;
  } catch (error) {
    if (isBusy(error)) return error;
    throw error;
  }
}

/** Takes an abandoned lock away, by a rename that only one of several waiters can win. */
async function breakLock(path: string, abandoned: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    // Between our look and the rename somebody else may have broken it and taken the lock anew: give that one back.
    if ((await tokenAt(aside)) !== abandoned) await link(aside, path);
  } catch (error) {
    if (!isBusy(error) && !hasCode(error, "ENOENT")) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function tokenAt(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT") || isBusy(error)) return undefined;
    throw error;
  }
}

/** Windows answers EPERM, EACCES or EBUSY for a file that is just being deleted or read by a virus scanner. */
function isBusy(error: unknown): error is Error {
  const codes = process.platform === "win32" ? ["EEXIST", "EPERM", "EACCES", "EBUSY"] : ["EEXIST"];
  return codes.some((code) => hasCode(error, code));
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
