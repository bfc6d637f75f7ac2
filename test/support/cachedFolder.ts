import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { cacheFolder } from "./projectRoot";

/**
 * A folder of .vscode-test that is made once and kept between runs. `fill` gets another folder to write to, which takes
 * the name only when it is whole: an interrupted install is never taken for a good one, and two at a time do not meet.
 */
export async function cachedFolder(
  name: string,
  fill: (unfinished: string, final: string) => Promise<void>,
): Promise<string> {
  const final = path.join(cacheFolder, name);
  if (existsSync(final)) return final;
  await sweepAbandoned();
  const unfinished = `${final}.unfinished-${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    await fill(unfinished, final);
    await rename(unfinished, final);
  } catch (error) {
    // Somebody else may have finished the same in the meantime.
    if (!existsSync(final)) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return final;
}

/** Removes what was killed on its way. */
async function sweepAbandoned(): Promise<void> {
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
