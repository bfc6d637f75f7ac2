import { cp } from "node:fs/promises";
import path from "node:path";
import { cachedFolder } from "./cachedFolder";
import { runOwned } from "./ownedProcess";
import { projectRoot } from "./projectRoot";

/** Runs npm in a folder, without the environment variables that `npm test` sets about this project. */
export function npm(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(config_(local_)?prefix|package_|lifecycle_)/.test(name),
  );
  return runOwned("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
  });
}

/** The arguments for npm to install exactly the locked packages, without running their install scripts. */
export const cleanInstall = ["ci", "--omit=dev", "--ignore-scripts"] as const;

/** The packages that tests install on first use: a folder each, with a package.json and a package-lock.json. */
export const locksFolder = path.join(projectRoot, "test", "locks");

/**
 * Installs the packages locked in test/locks/`name` into a folder of the same name in .vscode-test, once, without running their
 * install scripts. `finish` completes the new folder. They are no dependencies of the project, so that `npm ci` stays fast.
 */
export function installLocked(
  name: string,
  finish?: (unfinished: string, final: string) => Promise<void>,
): Promise<string> {
  return cachedFolder(name, async (unfinished, final) => {
    await cp(path.join(locksFolder, name), unfinished, { recursive: true });
    await npm(unfinished, cleanInstall);
    await finish?.(unfinished, final);
  });
}
