import { existsSync } from "node:fs";
import path from "node:path";

/** The root folder of the checkout. */
export const projectRoot = findUp(import.meta.dirname);

/** The folder for servers, browsers and downloads, reused between runs; git-ignored. */
export const cacheFolder = path.join(projectRoot, ".vscode-test");

function findUp(folder: string): string {
  if (existsSync(path.join(folder, "package-lock.json"))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error(`No package-lock.json above ${import.meta.dirname}`);
  return findUp(parent);
}
