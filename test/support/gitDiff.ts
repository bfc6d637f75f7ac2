import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Files by their path in the repository. */
export type Files = Readonly<Record<string, string | Buffer>>;

/** What `git diff --cached` prints in a new repository for the change from `before` to `after`. `settings`: such as `diff.noprefix=true`. */
export function gitDiff(before: Files, after: Files, settings: readonly string[] = []): string {
  const folder = mkdtempSync(path.join(tmpdir(), "free-models-diff-"));
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
      maxBuffer: 64 * 1024 * 1024,
    });
  try {
    git("init", "-q");
    writeAll(folder, before);
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", "Before");
    for (const name of Object.keys(before)) rmSync(path.join(folder, name));
    writeAll(folder, after);
    git("add", "-A");
    return git(...settings.flatMap((setting) => ["-c", setting]), "diff", "--cached");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeAll(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
