import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import path from "node:path";
import { promisify } from "node:util";
import { startOwned } from "./ownedProcess";
import type { Sandbox } from "./sandbox";
import { installVscodeServer } from "./vscodeServerInstall";

/** A running VS Code server; its windows are pages of a browser. */
export interface VscodeServer extends AsyncDisposable {
  version: string;
  /** The address of a window on a folder; `payload` is what would be command-line flags on the desktop. */
  windowUrl(folder: string, payload?: WindowPayload): string;
  /** What the server wrote so far, for an error message. */
  output(): string;
  /** The process that our extension runs in; it is another one after a crash or a reload. */
  extensionHost(): Promise<number>;
  /** Resolves when it ended, which it should not do by itself. */
  exited: Promise<number | string>;
}

export interface WindowPayload {
  /** Loads the extension of this folder, as F5 does. */
  extensionDevelopmentPath?: string;
  /** Runs the suite of this compiled file in the extension host, then closes the window. */
  extensionTestsPath?: string;
}

/** Installs the server if need be and starts it on a free port, with the settings and extensions of `sandbox`. */
export async function startVscodeServer(
  sandbox: Sandbox,
  options: { env?: NodeJS.ProcessEnv; log: (line: string) => void },
): Promise<VscodeServer> {
  const { version, node, main } = await installVscodeServer(options.log);
  const token = randomUUID();
  const server = startOwned(
    node,
    [
      main,
      ...["--host", "127.0.0.1", "--port", "0", "--connection-token", token],
      ...["--accept-server-license-terms", "--disable-telemetry", "--disable-workspace-trust"],
      // The inner server, not code-server's own entry point, and this flag: else the workbench ignores the payload.
      "--enable-smoke-test-driver",
      ...serverFolders(sandbox),
    ],
    { env: serverEnvironment(options.env) },
  );
  const port = await new Promise<string>((resolve, reject) => {
    const look = (): void => {
      const found = /Extension host agent listening on (\d+)/.exec(server.output())?.[1];
      if (found !== undefined) resolve(found);
    };
    server.child.stdout.on("data", look);
    server.exited.then(
      (code) => reject(new Error(`The VS Code server ended with ${code}:\n${server.output()}`)),
      (error: unknown) => reject(new Error(`The VS Code server did not start`, { cause: error })),
    );
  });
  return {
    version,
    exited: server.exited,
    output: server.output,
    extensionHost: () => extensionHostOf(server.child.pid ?? 0),
    windowUrl: (folder, payload = {}) => {
      const url = new URL(`http://127.0.0.1:${port}/`);
      const remote = (file: string): string => `vscode-remote://127.0.0.1:${port}${file}`;
      url.searchParams.set("tkn", token);
      url.searchParams.set("folder", folder);
      const pairs = Object.entries(payload).map(([key, file]: [string, string]) => [key, remote(file)]);
      url.searchParams.set("payload", JSON.stringify(pairs));
      return url.href;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Among the server's processes the youngest that hosts extensions: an older one may still be on its way out. */
async function extensionHostOf(server: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,pgid=,args="]);
  const hosts = Array.from(stdout.matchAll(/^ *(\d+) +(\d+) .*--type=extensionHost/gm), ([, pid, group]) => ({
    pid: Number(pid),
    group: Number(group),
  }));
  const pid = hosts.filter(({ group }) => group === server).at(-1)?.pid;
  if (pid === undefined) throw new Error("the server runs no extension host");
  return pid;
}

/** Installs a packaged extension into `sandbox`, as a user does who was given a file. */
export async function installVsix(sandbox: Sandbox, vsix: string, log: (line: string) => void): Promise<void> {
  const { node, main } = await installVscodeServer(log);
  await using install = startOwned(
    node,
    [main, "--install-extension", vsix, "--accept-server-license-terms", ...serverFolders(sandbox)],
    { env: serverEnvironment({}) },
  );
  const code = await install.exited;
  if (code !== 0 || !install.output().includes("was successfully installed"))
    throw new Error(`${path.basename(vsix)} could not be installed:\n${install.output()}`);
}

function serverFolders(sandbox: Sandbox): string[] {
  return [
    ...["--server-data-dir", sandbox.folder, "--user-data-dir", sandbox.userData],
    ...["--extensions-dir", sandbox.extensions],
  ];
}

/** The extension host inherits it. Whoever starts a VS Code from a terminal of VS Code hands down variables that would confuse it. */
function serverEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name));
  return { ...Object.fromEntries(inherited), ...extra };
}
