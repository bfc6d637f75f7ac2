import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";

/** A child process that never outlives this process. It leads its own process group, which is killed as a whole. */
export interface OwnedProcess extends AsyncDisposable {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** The output so far, stdout and stderr, for error messages. */
  readonly output: () => string;
  /** Resolves to the exit code, or to the name of the signal that ended the process. */
  readonly exited: Promise<number | string>;
}

const running = new Set<number>();

/** Starts a child process; `onText` receives its output as it arrives. */
export function startOwned(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; onText?: (text: string) => void } = {},
): OwnedProcess {
  const child = spawn(command, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env ?? process.env,
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      options.onText?.(text);
    });
  }
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  const exited = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (pid !== undefined) running.delete(pid);
      resolve(code ?? signal ?? "unknown");
    });
  });
  exited.catch(() => undefined);
  return {
    child,
    exited,
    output: () => output,
    async [Symbol.asyncDispose]() {
      if (pid === undefined || !running.has(pid)) return;
      const closed = once(child, "close");
      killGroup(pid, "SIGTERM");
      const killTimer = setTimeout(() => killGroup(pid, "SIGKILL"), 5_000);
      await closed;
      clearTimeout(killTimer);
    },
  };
}

/** Runs a program and resolves to its output. Rejects with the end of the output if the exit code is not 0. */
export async function runOwned(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  await using program = startOwned(command, args, options);
  const code = await program.exited;
  if (code === 0) return program.output();
  throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${program.output().slice(-4_000)}`);
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // It has already exited.
  }
}

process.on("exit", () => {
  for (const pid of running) killGroup(pid, "SIGKILL");
});
// By default, a signal ends Node without an "exit" event, and the children would keep running.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
