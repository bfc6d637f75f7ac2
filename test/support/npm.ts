import { writeFile } from "node:fs/promises";
import path from "node:path";
import { runOwned } from "./ownedProcess";

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

/** Installs packages into a separate folder without running their install scripts. */
export async function npmInstall(folder: string, ...packages: readonly string[]): Promise<void> {
  await writeFile(path.join(folder, "package.json"), '{ "private": true }\n');
  await npm(folder, ["install", "--omit=dev", "--ignore-scripts", ...packages]);
}
