import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log, RouterStorage } from "../router/index";
import { hasCode, lockFile, type LockOptions } from "./fileLock";

export interface RouterStorageOptions extends LockOptions {
  /** How long a disk that refused is left alone, in ms: some let one wait before they refuse, and an answer waits with them. */
  refusedMs: number;
}

const patience: RouterStorageOptions = { staleMs: 3_000, pauseMs: 8, refusedMs: 30_000 };

/** What could not be written, and the text on the disk that it was made of. */
interface Unwritten {
  text: string;
  over: string | undefined;
  /** On the clock of `performance`. */
  tryAgainAt: number;
}

/**
 * What the router keeps over a restart, one file a name in `folder`, shared by all windows: changes happen under a lock and reach the
 * disk by a rename, so a reader sees the old text or the new one. A file that is empty or unreadable counts as absent. While the
 * disk refuses (full, read-only), this window goes on from memory, since no answer should fail for it; what it kept there is written
 * as soon as it can be, unless another window has written since. `change` may run more than once for one update.
 */
export function fileStorage(folder: string, log: Log, patient: RouterStorageOptions = patience): RouterStorage {
  const queues = new Map<string, Promise<unknown>>();
  const unwritten = new Map<string, Unwritten>();
  const fileOf = (name: string): string => join(folder, `${encodeURIComponent(name)}.json`);

  const newest = (name: string, onDisk: string | undefined): string | undefined => {
    const kept = unwritten.get(name);
    return kept && kept.over === onDisk ? kept.text : onDisk;
  };

  const update = async (name: string, change: (text: string | undefined) => string): Promise<string> => {
    const kept = unwritten.get(name);
    let tryAgainAt = kept?.tryAgainAt ?? 0;
    if (performance.now() >= tryAgainAt) {
      try {
        const text = await updateFile(fileOf(name), folder, (onDisk) => change(newest(name, onDisk)), patient);
        if (unwritten.delete(name)) log.info(`${name} is kept in its file again.`);
        return text;
      } catch (error) {
        if (error instanceof ChangeFailed) throw error.cause;
        tryAgainAt = performance.now() + patient.refusedMs;
        if (!kept) log.warn(`${name} is kept in memory for now, since its file cannot be written: ${String(error)}`);
      }
    }
    const over = await readText(fileOf(name));
    const text = change(newest(name, over));
    unwritten.set(name, { text, over, tryAgainAt });
    return text;
  };

  return {
    read: async (name) => newest(name, await readText(fileOf(name))),
    update(name, change) {
      const turn = (queues.get(name) ?? Promise.resolve()).then(() => update(name, change));
      queues.set(
        name,
        turn.catch(() => undefined),
      );
      return turn;
    },
  };
}

/** The caller's own `change` threw: no reason to think ill of the disk. */
class ChangeFailed extends Error {}

async function updateFile(
  file: string,
  folder: string,
  change: (text: string | undefined) => string,
  patience: LockOptions,
): Promise<string> {
  for (;;) {
    // The folder is made when it is missed, which is once: asking for it each time would cost as much as the writing.
    const lock = await lockFile(`${file}.lock`, patience).catch(async (error: unknown) => {
      if (!hasCode(error, "ENOENT")) throw error;
      await mkdir(folder, { recursive: true });
      return lockFile(`${file}.lock`, patience);
    });
    const draft = `${file}.${randomUUID()}.tmp`;
    try {
      const text = changed(change, await readText(file));
      await writeFile(draft, text);
      if (await lock.held()) {
        await rename(draft, file);
        return text;
      }
      await unlink(draft); // this process slept so long that another one took over: once more, on its result
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    } finally {
      await lock.release();
    }
  }
}

function changed(change: (text: string | undefined) => string, text: string | undefined): string {
  try {
    return change(text);
  } catch (error) {
    throw new ChangeFailed("change", { cause: error });
  }
}

/** A file that lost its contents to a power cut is empty or all NULs. */
async function readText(file: string): Promise<string | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text === "" || text.startsWith("\0") ? undefined : text;
}
