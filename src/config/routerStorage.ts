import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log, RouterStorage } from "../router/index";
import { acquireFileLock, hasErrorCode, lockPath, type LockOptions } from "./fileLock";

export interface RouterStorageOptions extends LockOptions {
  /** How long to keep changes in memory after a failed write, in milliseconds. Some disks fail slowly, and answers wait for the write. */
  retryDiskAfterMs: number;
}

const defaultOptions: RouterStorageOptions = { staleAfterMs: 3_000, maxRetryDelayMs: 8, retryDiskAfterMs: 30_000 };

/** A text that could not be written. */
interface PendingWrite {
  text: string;
  /** The text on disk that `text` was derived from. */
  basedOn: string | undefined;
  /** On the clock of `performance.now()`. */
  retryAt: number;
}

/**
 * The router's storage on disk, shared by all windows: one JSON file per name in `folder`. Updates hold a file lock and replace the file with a
 * rename, so that readers see either the old or the new text. Empty and unreadable files count as absent.
 *
 * If the disk is full or read-only, this window keeps its changes in memory, so that no answer fails. It writes them once the disk works again,
 * unless another window has written the file in the meantime. An update may call `change` more than once.
 */
export function createRouterStorage(
  folder: string,
  log: Log,
  options: RouterStorageOptions = defaultOptions,
): RouterStorage {
  const queues = new Map<string, Promise<unknown>>();
  const pendingWrites = new Map<string, PendingWrite>();
  const fileOf = (name: string): string => join(folder, `${encodeURIComponent(name)}.json`);

  const latest = (name: string, onDisk: string | undefined): string | undefined => {
    const pending = pendingWrites.get(name);
    return pending && pending.basedOn === onDisk ? pending.text : onDisk;
  };

  const update = async (name: string, change: (text: string | undefined) => string): Promise<string> => {
    const pending = pendingWrites.get(name);
    let retryAt = pending?.retryAt ?? 0;
    if (performance.now() >= retryAt) {
      try {
        const text = await updateFile(fileOf(name), folder, (onDisk) => change(latest(name, onDisk)), options);
        if (pendingWrites.delete(name)) log.info(`Saved ${name} to disk again.`);
        return text;
      } catch (error) {
        if (error instanceof ChangeError) throw error.cause;
        retryAt = performance.now() + options.retryDiskAfterMs;
        if (!pending) log.warn(`Could not save ${name}, keeping it in memory: ${String(error)}`);
      }
    }
    const basedOn = await readText(fileOf(name));
    const text = change(latest(name, basedOn));
    pendingWrites.set(name, { text, basedOn, retryAt });
    return text;
  };

  return {
    read: async (name) => latest(name, await readText(fileOf(name))),
    update(name, change) {
      const updated = (queues.get(name) ?? Promise.resolve()).then(() => update(name, change));
      queues.set(
        name,
        updated.catch(() => undefined),
      );
      return updated;
    },
  };
}

/** Wraps an error thrown by the caller's `change`, to distinguish it from disk errors. */
class ChangeError extends Error {}

async function updateFile(
  file: string,
  folder: string,
  change: (text: string | undefined) => string,
  options: LockOptions,
): Promise<string> {
  for (;;) {
    // Creates the folder only when it is missing: a `mkdir` per update would cost as much as the write.
    const lock = await acquireFileLock(lockPath(file), options).catch(async (error: unknown) => {
      if (!hasErrorCode(error, "ENOENT")) throw error;
      await mkdir(folder, { recursive: true });
      return acquireFileLock(lockPath(file), options);
    });
    try {
      const text = applyChange(change, await readText(file));
      if (await lock.replaceFile(file, text)) return text;
      // This process was suspended so long that another one broke the lock. Retry with the current text.
    } finally {
      await lock.release();
    }
  }
}

function applyChange(change: (text: string | undefined) => string, text: string | undefined): string {
  try {
    return change(text);
  } catch (error) {
    throw new ChangeError("change", { cause: error });
  }
}

/** After a power failure a file may be empty or full of NUL characters. */
async function readText(file: string): Promise<string | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text === "" || text.startsWith("\0") ? undefined : text;
}
