import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log, RouterStorage } from "../router/index";
import { lockFile, type LockPatience } from "./fileLock";

const patience: LockPatience = { staleMs: 3_000, pauseMs: 8 };

/**
 * What the router keeps over a restart, one file a name in `folder`, shared by all windows: changes happen under a lock and reach the
 * disk by a rename, so a reader sees the old text or the new one. A file that is empty or unreadable counts as absent. Where the
 * disk refuses (full, read-only), this window goes on from memory, since no answer should fail for it. `change` may run more
 * than once for one update.
 */
export function fileStorage(folder: string, log: Log, lock: LockPatience = patience): RouterStorage {
  const queues = new Map<string, Promise<unknown>>();
  const onlyInMemory = new Map<string, string>();
  const fileOf = (name: string): string => join(folder, `${encodeURIComponent(name)}.json`);

  const read = async (name: string): Promise<string | undefined> =>
    onlyInMemory.get(name) ?? (await readText(fileOf(name)));

  const update = async (name: string, change: (text: string | undefined) => string): Promise<string> => {
    if (!onlyInMemory.has(name)) {
      try {
        return await updateFile(fileOf(name), folder, change, lock);
      } catch (error) {
        if (error instanceof ChangeFailed) throw error.cause;
        log.warn(`${name} is kept in memory only, since its file cannot be written: ${String(error)}`);
      }
    }
    const text = change(await read(name));
    onlyInMemory.set(name, text);
    return text;
  };

  return {
    read,
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
  patience: LockPatience,
): Promise<string> {
  for (;;) {
    // The folder is made when it is missed, which is once: asking for it each time would cost as much as the writing.
    const lock = await lockFile(`${file}.lock`, patience).catch(async () => {
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
