import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { ignoreMissing } from "./jsonLog";

/** Where deleted conversations lie for a while, beside those that live. */
export const trashName = ".trash";

/** Takes a conversation out of the list's folder, with all that lies beside it. */
export async function moveToTrash(folder: string, id: string): Promise<void> {
  const to = join(folder, trashName, id);
  await mkdir(join(folder, trashName), { recursive: true });
  await rm(to, { recursive: true, force: true });
  await rename(join(folder, id), to).catch(ignoreMissing);
}

/**
 * Puts it back, and says whether it was there. Its place need not be empty: another window may have kept there what was typed into its
 * composer meanwhile, and that is newer.
 */
export async function restoreFromTrash(folder: string, id: string): Promise<boolean> {
  const [from, to] = [join(folder, trashName, id), join(folder, id)];
  const names = await readdir(from).catch(ignoreMissing);
  if (!names) return false;
  await mkdir(to, { recursive: true });
  const there = new Set(await readdir(to));
  // It lives already: what is said there is more than what was said when it was deleted.
  if (there.has(said)) return true;
  // What was said last: until then it counts as deleted, and can be put back once more.
  const missing = names.filter((name) => !there.has(name)).sort((a, b) => Number(a === said) - Number(b === said));
  for (const name of missing) await rename(join(from, name), join(to, name));
  await rm(from, { recursive: true, force: true });
  return true;
}

const said = "events.jsonl";
