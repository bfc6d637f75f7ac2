import { writeFile } from "node:fs/promises";
import path from "node:path";
import { runOwned } from "./ownedProcess";

/** Runs npm in a folder, apart from the project's own install and from what `npm test` hands down about it. */
export function npm(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(config_(local_)?prefix|package_|lifecycle_)/.test(name),
  );
  return runOwned("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
  });
}

/** Installs packages into a folder of their own, without running their install scripts. */
export async function npmInstall(folder: string, ...packages: readonly string[]): Promise<void> {
  await writeFile(path.join(folder, "package.json"), '{ "private": true }\n');
  await npm(folder, ["install", "--omit=dev", "--ignore-scripts", ...packages]);
}
