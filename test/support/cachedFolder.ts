import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { cacheFolder } from "./projectRoot";

/**
 * Creates a folder in .vscode-test once and reuses it in later runs. `fill` writes to a temporary folder that is renamed when
 * complete: an interrupted install is never reused, and concurrent installs do not interfere.
 */
export async function cachedFolder(
  name: string,
  fill: (unfinished: string, final: string) => Promise<void>,
): Promise<string> {
  const final = path.join(cacheFolder, name);
  if (existsSync(final)) return final;
  await removeAbandoned();
  const unfinished = `${final}.unfinished-${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    await fill(unfinished, final);
    await rename(unfinished, final);
  } catch (error) {
    // Another process may have created the same folder in the meantime.
    if (!existsSync(final)) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return final;
}

/** Removes unfinished folders of processes that no longer run. */
async function removeAbandoned(): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  for (const name of await readdir(cacheFolder)) {
    const pid = /\.unfinished-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(path.join(cacheFolder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
