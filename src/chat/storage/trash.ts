import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { ignoreMissing } from "./jsonLog";

/** The folder of deleted conversations, inside the folder of all conversations. */
export const trashName = ".trash";

const eventsName = "events.jsonl";

/** Moves the folder of a conversation, with everything in it, to the trash. */
export async function moveToTrash(folder: string, id: string): Promise<void> {
  const to = join(folder, trashName, id);
  await mkdir(join(folder, trashName), { recursive: true });
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
  await mkdir(to, { recursive: true });
  const existing = new Set(await readdir(to));
  // The conversation is restored already; its events are newer than those in the trash.
  if (existing.has(eventsName)) return true;
  // The events move last: until then the conversation counts as deleted, and an interrupted restore can run again.
  const missing = names
    .filter((name) => !existing.has(name))
    .sort((a, b) => Number(a === eventsName) - Number(b === eventsName));
  for (const name of missing) await rename(join(from, name), join(to, name));
  await rm(from, { recursive: true, force: true });
  return true;
}
