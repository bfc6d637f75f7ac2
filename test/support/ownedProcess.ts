import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";

/** A program that never outlives this process: it leads a process group of its own, which ends as a whole. */
export interface OwnedProcess extends AsyncDisposable {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** Everything it wrote so far, both streams, for an error message. */
  readonly output: () => string;
  /** Resolves to its exit code, or to the name of the signal that ended it. */
  readonly exited: Promise<number | string>;
}

const alive = new Set<number>();

/** Starts a program; `onText` gets what it writes, as it comes. */
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
  if (pid !== undefined) alive.add(pid);
  const exited = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (pid !== undefined) alive.delete(pid);
      resolve(code ?? signal ?? "unknown");
    });
  });
  exited.catch(() => undefined);
  return {
    child,
    exited,
    output: () => output,
    async [Symbol.asyncDispose]() {
      if (pid === undefined || !alive.has(pid)) return;
      const closed = once(child, "close");
      killGroup(pid, "SIGTERM");
      const patience = setTimeout(() => killGroup(pid, "SIGKILL"), 5_000);
      await closed;
      clearTimeout(patience);
    },
  };
}

/** Runs a program to its end; rejects with its last words if that is not 0. */
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
    // It ended by itself in the meantime.
  }
}

process.on("exit", () => {
  for (const pid of alive) killGroup(pid, "SIGKILL");
});
// By default a signal ends Node without "exit", and what was started would live on.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
