import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { runOwned } from "./ownedProcess";
import { cacheFolder } from "./projectRoot";

/** A VS Code server on disk, with the Node it was built for. */
export interface VscodeServerInstall {
  version: string;
  node: string;
  main: string;
}

/** Versions of `code-server` are versions of VS Code: 4.139.1 is 1.139.1. Each wants one major version of Node. */
const codeServer = "4.139.1";
const node = "24.21.0";

/**
 * Puts the VS Code server of the npm package `code-server` into .vscode-test, once: half a minute and 600 MB. Only npm,
 * g++, make and python3 are needed. It stays out of the project's own dependencies, whose install should stay quick.
 */
export async function installVscodeServer(log: (line: string) => void): Promise<VscodeServerInstall> {
  const folder = path.join(cacheFolder, `code-server-${codeServer}`);
  if (!existsSync(folder)) {
    log(`Installing VS Code server ${codeServer} into ${path.relative(process.cwd(), folder)} (once, under a minute)`);
    await installInto(folder, log);
  }
  return {
    version: codeServer.replace(/^4/, "1"),
    node: path.join(nodeFolder(folder), "bin", "node"),
    main: path.join(folder, "node_modules", "code-server", "lib", "vscode", "out", "server-main.js"),
  };
}

/** The folder gets its name only when it is whole, so that an interrupted install is never taken for a good one. */
async function installInto(folder: string, log: (line: string) => void): Promise<void> {
  await sweepAbandoned();
  const unfinished = `${folder}.installing-${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    await writeFile(path.join(unfinished, "package.json"), '{ "private": true }\n');
    // The Node package brings the headers that native modules are built against, so node-gyp has nothing to download.
    const env = {
      ...process.env,
      PATH: [path.join(nodeFolder(unfinished), "bin"), process.env["PATH"]].join(path.delimiter),
      npm_config_nodedir: nodeFolder(unfinished),
      // `npm test` hands npm's own settings down; these packages are not installed into the project it speaks of.
      npm_config_prefix: undefined,
      npm_config_local_prefix: undefined,
    };
    const npm = (label: string, cwd: string, ...args: string[]): Promise<string> => {
      log(`  ${label}`);
      return runOwned("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], { cwd, env });
    };
    // Without install scripts: kerberos would want system headers, and the two native modules in use are built below.
    const install = ["install", "--omit=dev", "--ignore-scripts"];
    const vscode = path.join(unfinished, "node_modules", "code-server", "lib", "vscode");
    await npm("packages", unfinished, ...install, `code-server@${codeServer}`, `${nodePackage()}@${node}`);
    await npm("packages of VS Code", vscode, ...install);
    await npm("packages of its built-in extensions", path.join(vscode, "extensions"), ...install);
    await npm("native modules", vscode, "rebuild", "@vscode/spdlog", "@vscode/native-watchdog");
    await rename(unfinished, folder);
  } catch (error) {
    // Somebody else may have finished the same install in the meantime.
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** What an install left behind that was killed on its way. */
async function sweepAbandoned(): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  for (const name of await readdir(cacheFolder)) {
    const pid = /\.installing-(\d+)$/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
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

function nodePackage(): string {
  const appleSilicon = process.platform === "darwin" && process.arch === "arm64";
  return `${appleSilicon ? "node-bin" : "node"}-${process.platform}-${process.arch}`;
}

function nodeFolder(folder: string): string {
  return path.join(folder, "node_modules", nodePackage());
}
