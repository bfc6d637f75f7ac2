import { chmod, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Chats are read by their user only, also where others may read the home folder. Windows ignores modes; its profile folders are private. */
export const privateFileMode = 0o600;
const privateFolderMode = 0o700;

/** Creates a folder, and those that contain it, unless it exists. */
export async function createPrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: privateFolderMode });
}

/** Makes a folder and these files in it private, by default all: version 0.1.0 created them with the default modes. Never rejects. */
export async function makePrivate(folder: string, names?: readonly string[]): Promise<void> {
  if (process.platform === "win32") return;
  const files = names ?? (await filesIn(folder));
  const changes = files.map((name) => chmod(join(folder, name), privateFileMode));
  // They may be missing, or belong to another user.
  await Promise.allSettled([chmod(folder, privateFolderMode), ...changes]);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}
