import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cacheFolder } from "./projectRoot";

/**
 * Creates a folder in .vscode-test once and reuses it in later runs. `fill` writes to a temporary folder that is renamed when
 * complete: an interrupted install is never reused. If another process is already filling the folder, waits for it.
 */
export async function cachedFolder(
  name: string,
  fill: (unfinished: string, final: string) => Promise<void>,
): Promise<string> {
  const final = path.join(cacheFolder, name);
  if (existsSync(final)) return final;
  const unfinished = `${final}.unfinished-${process.pid}`;
  for (;;) {
    await removeAbandoned();
    await mkdir(unfinished, { recursive: true });
    const isFree = !(await isBeingFilled(name));
    const isFilled = existsSync(final);
    if (isFree && !isFilled) break;
    await rm(unfinished, { recursive: true, force: true });
    if (isFilled) return final;
    // Two processes that start at the same time both withdraw; the first to try again fills the folder.
    await delay(100 + Math.random() * 400);
  }
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

/** Whether another process that still runs has an unfinished folder of this name. */
async function isBeingFilled(name: string): Promise<boolean> {
  const others = (await readdir(cacheFolder)).filter((each) => each.startsWith(`${name}.unfinished-`));
  return others.some((each) => each !== `${name}.unfinished-${process.pid}`);
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
