import { rm } from "node:fs/promises";
import path from "node:path";
import { nodeRelease, type NodeRelease } from "./nodeRelease";
import { cleanInstall, installLocked, npm } from "./npm";
import { vscodeRelease, type VscodeRelease } from "./vscodeReleases";

/** A VS Code server on disk, with the Node it was built for. */
export interface VscodeServerInstall {
  version: string;
  node: string;
  main: string;
}

/**
 * Installs a VS Code server from the npm package `code-server` into .vscode-test, once: half a minute and 600 MB. It needs only
 * npm, g++, make and python3. VSCODE_VERSION selects the release; several can be installed.
 */
export async function installVscodeServer(log: (line: string) => void): Promise<VscodeServerInstall> {
  const release = vscodeRelease();
  const node = await nodeRelease(release.node);
  const folder = await installLocked(codeServerLock(release), (unfinished) => {
    log(`Installing VS Code server ${release.version} into .vscode-test (once, half a minute)`);
    return finishInstall(vscodeFolder(unfinished), release, node);
  });
  return {
    version: release.version,
    node: node.executable,
    main: path.join(vscodeFolder(folder), "out", "server-main.js"),
  };
}

/** The folder in test/locks that locks the release. code-server 4.139.1 contains VS Code 1.139.1. */
export function codeServerLock({ version }: VscodeRelease): string {
  return `code-server-${version.replace(/^1/, "4")}`;
}

/**
 * Installs the packages of VS Code and of its built-in extensions, which code-server locks in its own tarball, and builds the
 * native modules in use. Not with its install scripts: its kerberos module would require system headers.
 */
async function finishInstall(vscode: string, { replaced, compiled }: VscodeRelease, node: NodeRelease): Promise<void> {
  const env = {
    PATH: [path.dirname(node.executable), process.env["PATH"]].join(path.delimiter),
    // Otherwise node-gyp would download the headers.
    npm_config_nodedir: node.folder,
    npm_config_jobs: "max",
    // The lock files of code-server lack peer dependencies, which VS Code does not use.
    npm_config_legacy_peer_deps: "true",
  };
  await npm(path.join(vscode, "extensions"), cleanInstall, env);
  await npm(vscode, cleanInstall, env);
  // Node then finds the package of the same name beside code-server.
  for (const name of replaced) await rm(path.join(vscode, "node_modules", name), { recursive: true });
  await npm(vscode, ["rebuild", ...compiled], env);
}

function vscodeFolder(folder: string): string {
  return path.join(folder, "node_modules", "code-server", "lib", "vscode");
}
