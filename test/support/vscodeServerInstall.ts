import path from "node:path";
import { cachedFolder } from "./cachedFolder";
import { nodePackage } from "./nodeRelease";
import { npm, npmInstall } from "./npm";

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
  const folder = await cachedFolder(`code-server-${codeServer}`, async (unfinished) => {
    log(`Installing VS Code server ${codeServer} into .vscode-test (once, about a minute)`);
    await install(unfinished, (step) => log(`  ${step}`));
  });
  return {
    version: codeServer.replace(/^4/, "1"),
    node: path.join(folder, "node_modules", nodePackage, "bin", "node"),
    main: path.join(vscodeFolder(folder), "out", "server-main.js"),
  };
}

async function install(folder: string, tell: (step: string) => void): Promise<void> {
  tell("packages");
  await npmInstall(folder, `code-server@${codeServer}`, `${nodePackage}@${node}`);
  const nodeFolder = path.join(folder, "node_modules", nodePackage);
  const env = {
    PATH: [path.join(nodeFolder, "bin"), process.env["PATH"]].join(path.delimiter),
    // The Node package has the headers that native modules are built against, so that node-gyp has nothing to download.
    npm_config_nodedir: nodeFolder,
  };
  const vscode = vscodeFolder(folder);
  // Without install scripts: kerberos would want system headers, and the two native modules in use are built below.
  const withoutScripts = ["install", "--omit=dev", "--ignore-scripts"];
  tell("packages of VS Code");
  await npm(vscode, withoutScripts, env);
  tell("packages of its built-in extensions");
  await npm(path.join(vscode, "extensions"), withoutScripts, env);
  tell("native modules");
  await npm(vscode, ["rebuild", "@vscode/spdlog", "@vscode/native-watchdog"], env);
}

function vscodeFolder(folder: string): string {
  return path.join(folder, "node_modules", "code-server", "lib", "vscode");
}
