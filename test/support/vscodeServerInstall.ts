import path from "node:path";
import { cachedFolder } from "./cachedFolder";
import { nodeRelease, type NodeRelease } from "./nodeRelease";
import { npm, npmInstall } from "./npm";
import { vscodeRelease, type VscodeRelease } from "./vscodeReleases";

/** A VS Code server on disk, with the Node it was built for. */
export interface VscodeServerInstall {
  version: string;
  node: string;
  main: string;
}

/**
 * Installs a VS Code server from the npm package `code-server` into .vscode-test, once: half a minute and 600 MB. It needs
 * only npm, g++, make and python3. It is not a dependency of the project, so that `npm install` stays fast.
 * VSCODE_VERSION selects the release; several can be installed.
 */
export async function installVscodeServer(log: (line: string) => void): Promise<VscodeServerInstall> {
  const release = vscodeRelease();
  const node = await nodeRelease(release.node);
  const codeServer = `code-server-${release.version.replace(/^1/, "4")}`;
  const folder = await cachedFolder(codeServer, async (unfinished) => {
    log(`Installing VS Code server ${release.version} into .vscode-test (once, about a minute)`);
    await install(unfinished, release, node, (step) => log(`  ${step}`));
  });
  return {
    version: release.version,
    node: node.executable,
    main: path.join(vscodeFolder(folder), "out", "server-main.js"),
  };
}

async function install(
  folder: string,
  { version, replaced, compiled }: VscodeRelease,
  node: NodeRelease,
  report: (step: string) => void,
): Promise<void> {
  const env = {
    PATH: [path.dirname(node.executable), process.env["PATH"]].join(path.delimiter),
    // Otherwise node-gyp would download the headers.
    npm_config_nodedir: node.folder,
  };
  report("packages");
  await npmInstall(folder, `code-server@${version.replace(/^1/, "4")}`);
  const vscode = vscodeFolder(folder);
  // Without install scripts: kerberos would require system headers, and the native modules in use are built below.
  const withoutScripts = ["install", "--omit=dev", "--ignore-scripts"];
  report("packages of VS Code");
  await npm(vscode, [...withoutScripts, ...replaced], env);
  report("packages of its built-in extensions");
  await npm(path.join(vscode, "extensions"), withoutScripts, env);
  report("native modules");
  await npm(vscode, ["rebuild", ...compiled], env);
}

function vscodeFolder(folder: string): string {
  return path.join(folder, "node_modules", "code-server", "lib", "vscode");
}
