import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { copyFile, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { cachedFolder } from "./cachedFolder";
import { isSource, packageExtension } from "./packageExtension";
import { cacheFolder, projectRoot } from "./projectRoot";
import { temporaryFolder } from "./temporaryFolder";

const prefix = "vsix-";

/** The path of the packaged extension in .vscode-test, which is packaged once per state of the sources, for all processes. */
export async function packagedVsix(): Promise<string> {
  const folder = await cachedFolder(`${prefix}${await sourceHash()}`, async (unfinished, final) => {
    await using work = await temporaryFolder();
    const { vsix } = await packageExtension(work.path);
    await copyFile(vsix, path.join(unfinished, "extension.vsix"));
    await removeOlder(final);
  });
  return path.join(folder, "extension.vsix");
}

/** Changes with any file that packaging reads. package-lock.json stands for node_modules. */
async function sourceHash(): Promise<string> {
  const hash = createHash("sha256");
  const roots = (await readdir(projectRoot, { withFileTypes: true })).filter(({ name }) => isSource(name));
  const files = await Promise.all(roots.map(filesBelow));
  for (const file of files.flat().sort()) hash.update(`${file}\0`).update(await readFile(path.join(projectRoot, file)));
  return hash.digest("hex").slice(0, 16);
}

/** The path of a file in the root of the project, or the paths of all files in a folder there, relative to the root. */
async function filesBelow(root: Dirent): Promise<string[]> {
  if (!root.isDirectory()) return [root.name];
  const entries = await readdir(path.join(projectRoot, root.name), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(projectRoot, path.join(entry.parentPath, entry.name)));
}

/** Removes the packages of earlier states of the sources. */
async function removeOlder(current: string): Promise<void> {
  for (const name of await readdir(cacheFolder))
    if (name.startsWith(prefix) && !name.startsWith(path.basename(current)))
      await rm(path.join(cacheFolder, name), { recursive: true, force: true });
}
