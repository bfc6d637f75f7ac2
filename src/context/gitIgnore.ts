import { execFile } from "node:child_process";
import * as vscode from "vscode";
import { openGit } from "./git";

/**
 * Which of these git ignores, as their `toString()`. Git's own program is asked, since its rules come from many files; where there is no
 * git, no repository, or no trust to run programs, nothing counts as ignored.
 */
export async function ignoredAmong(uris: readonly vscode.Uri[]): Promise<ReadonlySet<string>> {
  const onDisk = uris.filter(({ scheme }) => scheme === "file");
  const git = onDisk.length > 0 && vscode.workspace.isTrusted ? await openGit() : undefined;
  if (!git) return new Set();
  const byRoot = new Map<string, vscode.Uri[]>();
  for (const uri of onDisk) {
    const root = git.getRepository(uri)?.rootUri;
    if (root?.scheme !== "file" || root.path === uri.path) continue;
    byRoot.set(root.fsPath, [...(byRoot.get(root.fsPath) ?? []), uri]);
  }
  const ignored = await Promise.all([...byRoot].map(([root, those]) => checkIgnore(git.git.path, root, those)));
  return new Set(ignored.flat());
}

/** `git check-ignore`: exit code 1 where none is ignored, 128 where it is at a loss. Reads and writes names between NULs. */
function checkIgnore(program: string, root: string, uris: readonly vscode.Uri[]): Promise<string[]> {
  const byPath = new Map(uris.map((uri) => [uri.fsPath, uri.toString()]));
  return new Promise((resolve) => {
    const child = execFile(
      program,
      ["check-ignore", "-z", "--stdin"],
      { cwd: root, maxBuffer: 16 * 1024 * 1024, timeout: 5_000, windowsHide: true },
      (_error, stdout) => resolve(stdout.split("\0").flatMap((path) => byPath.get(path) ?? [])),
    );
    child.stdin?.on("error", () => undefined); // It ended before it read everything; what it said counts.
    child.stdin?.end([...byPath.keys()].join("\0"));
  });
}
