import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isLockName } from "../../config/fileLock";
import { ignoreMissing } from "./jsonLines";
import { createPrivateFolder } from "./privateFiles";

/** The folder of deleted conversations, inside the folder of all conversations. */
export const trashName = ".trash";

/** Deleted conversations can be restored for this long. The list of chats states it as "the last two days". */
export const trashDays = 2;

const eventsName = "events.jsonl";

/** The conversations in the trash. */
export async function readTrash(folder: string): Promise<{ id: string; path: string; deletedAt: number }[]> {
  const trash = join(folder, trashName);
  const ids = (await readdir(trash).catch(ignoreMissing)) ?? [];
  return Promise.all(
    ids.map(async (id) => {
      const path = join(trash, id);
      return { id, path, deletedAt: (await stat(path)).ctimeMs };
    }),
  );
}

/** Removes conversations that were deleted longer ago than the trash keeps them. */
export async function emptyTrash(folder: string, now: number): Promise<void> {
  for (const { path, deletedAt } of await readTrash(folder))
    if (now - deletedAt > trashDays * 24 * 60 * 60 * 1000) await rm(path, { recursive: true, force: true });
}

/** Moves the folder of a conversation, with everything in it, to the trash. */
export async function moveToTrash(folder: string, id: string): Promise<void> {
  const to = join(folder, trashName, id);
  await createPrivateFolder(join(folder, trashName));
  await rm(to, { recursive: true, force: true });
  await rename(join(folder, id), to).catch(ignoreMissing);
}

/**
 * Moves a conversation back and returns whether the trash had it. Its folder can exist: another window may have saved a draft
 * there in the meantime, which is newer and stays.
 */
export async function restoreFromTrash(folder: string, id: string): Promise<boolean> {
  const [from, to] = [join(folder, trashName, id), join(folder, id)];
  const names = await readdir(from).catch(ignoreMissing);
  if (!names) return false;
  await createPrivateFolder(to);
  const existing = new Set(await readdir(to));
  // The conversation is restored already; its events are newer than those in the trash.
  if (existing.has(eventsName)) return true;
  // The events move last: until then the conversation counts as deleted, and an interrupted restore can run again.
  const missing = names
    .filter((name) => !existing.has(name) && !isLockName(name))
    .sort((a, b) => Number(a === eventsName) - Number(b === eventsName));
  for (const name of missing) await rename(join(from, name), join(to, name));
  await rm(from, { recursive: true, force: true });
  return true;
}
