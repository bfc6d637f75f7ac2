import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import path from "node:path";
import { promisify } from "node:util";
import { startOwned } from "./ownedProcess";
import type { Sandbox } from "./sandbox";
import { installVscodeServer } from "./vscodeServerInstall";

/** A running VS Code server, whose windows open in a browser. */
export interface VscodeServer extends AsyncDisposable {
  version: string;
  /** The URL of a window that opens a folder or a .code-workspace file; `payload` corresponds to the desktop's command-line flags. */
  windowUrl(opened: string, payload?: WindowPayload): string;
  /** The output of the server so far, for error messages. */
  output(): string;
  /** The process id of the current extension host. Changes after a crash or a reload. */
  extensionHostPid(): Promise<number>;
  /** Resolves to the exit code or signal when the server exits, which it should not do on its own. */
  exited: Promise<number | string>;
}

export interface WindowPayload {
  /** The folder of an extension to load, as F5 does. */
  extensionDevelopmentPath?: string;
  /** The compiled test runner to run in the extension host. The window closes afterwards. */
  extensionTestsPath?: string;
}

/** Installs the server if necessary and starts it on a free port, with the settings and extensions of `sandbox`. */
export async function startVscodeServer(
  sandbox: Sandbox,
  options: {
    env?: NodeJS.ProcessEnv;
    log: (line: string) => void;
    /** Whether VS Code asks which workspaces are trusted. By default all are. */
    asksForTrust?: boolean;
  },
): Promise<VscodeServer> {
  const { version, node, main } = await installVscodeServer(options.log);
  const token = randomUUID();
  const server = startOwned(
    node,
    [
      main,
      ...["--host", "127.0.0.1", "--port", "0", "--connection-token", token],
      ...["--accept-server-license-terms", "--disable-telemetry"],
      ...(options.asksForTrust ? [] : ["--disable-workspace-trust"]),
      // The workbench ignores the payload without this flag, and with code-server's own entry point.
      "--enable-smoke-test-driver",
      ...serverFolders(sandbox),
    ],
    { env: serverEnvironment(options.env) },
  );
  const port = await new Promise<string>((resolve, reject) => {
    server.child.stdout.on("data", () => {
      const found = /Extension host agent listening on (\d+)/.exec(server.output())?.[1];
      if (found !== undefined) resolve(found);
    });
    server.exited.then(
      (code) => reject(new Error(`The VS Code server exited with ${code}:\n${server.output()}`)),
      (error: unknown) => reject(new Error("The VS Code server did not start", { cause: error })),
    );
  });
  return {
    version,
    exited: server.exited,
    output: server.output,
    extensionHostPid: () => findExtensionHost(server.child.pid ?? 0),
    windowUrl: (opened, payload = {}) => {
      const url = new URL(`http://127.0.0.1:${port}/`);
      const remote = (file: string): string => `vscode-remote://127.0.0.1:${port}${file}`;
      url.searchParams.set("tkn", token);
      url.searchParams.set(opened.endsWith(".code-workspace") ? "workspace" : "folder", opened);
      const pairs = Object.entries(payload).map(([key, file]: [string, string]) => [key, remote(file)]);
      url.searchParams.set("payload", JSON.stringify(pairs));
      return url.href;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The newest extension host process of the server: an older one may not have exited yet. */
async function findExtensionHost(serverPid: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,pgid=,args="]);
  const hosts = Array.from(stdout.matchAll(/^ *(\d+) +(\d+) .*--type=extensionHost/gm), ([, pid, group]) => ({
    pid: Number(pid),
    group: Number(group),
  }));
  const pid = hosts.filter(({ group }) => group === serverPid).at(-1)?.pid;
  if (pid === undefined) throw new Error("the server has no extension host");
  return pid;
}

/** Installs a packaged extension into `sandbox`, as *Install from VSIX* does. */
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

/** The environment of the server and its extension host, without the variables that a terminal of VS Code sets. */
function serverEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name));
  return { ...Object.fromEntries(inherited), ...extra };
}
