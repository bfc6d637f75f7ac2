import { execFile } from "node:child_process";
import * as vscode from "vscode";
import { findExcluded } from "./freeModelsIgnore";
import { getGitApi } from "./git";

/** The URIs that Git ignores or a `.freemodelsignore` excludes, as strings. */
export async function findGitIgnored(uris: readonly vscode.Uri[]): Promise<ReadonlySet<string>> {
  const [byGit, excluded] = await Promise.all([findIgnoredByGit(uris), findExcluded(uris)]);
  return new Set([...byGit, ...excluded]);
}

/**
 * Runs the Git executable, since ignore rules come from many files. Nothing counts as ignored without Git, without a repository, or in an
 * untrusted workspace, where no programs may run.
 */
async function findIgnoredByGit(uris: readonly vscode.Uri[]): Promise<ReadonlySet<string>> {
  const onDisk = uris.filter(({ scheme }) => scheme === "file");
  const git = onDisk.length > 0 && vscode.workspace.isTrusted ? await getGitApi() : undefined;
  if (!git) return new Set();
  const urisByRoot = new Map<string, vscode.Uri[]>();
  for (const uri of onDisk) {
    const root = git.getRepository(uri)?.rootUri;
    if (root?.scheme !== "file" || root.path === uri.path) continue;
    urisByRoot.set(root.fsPath, [...(urisByRoot.get(root.fsPath) ?? []), uri]);
  }
  const ignored = await Promise.all([...urisByRoot].map(([root, files]) => checkIgnore(git.git.path, root, files)));
  return new Set(ignored.flat());
}

/**
 * Runs `git check-ignore -z`, which reads and writes NUL-separated paths. Its exit code is irrelevant: 1 means that no path is ignored, 128 that
 * it failed.
 */
function checkIgnore(gitPath: string, root: string, uris: readonly vscode.Uri[]): Promise<string[]> {
  const urisByPath = new Map(uris.map((uri) => [uri.fsPath, uri.toString()]));
  return new Promise((resolve) => {
    const child = execFile(
      gitPath,
      ["check-ignore", "-z", "--stdin"],
      { cwd: root, maxBuffer: 16 * 1024 * 1024, timeout: 5_000, windowsHide: true },
      (_error, stdout) => resolve(stdout.split("\0").flatMap((path) => urisByPath.get(path) ?? [])),
    );
    child.stdin?.on("error", () => undefined); // Git exited before it read all input; its output is still used.
    child.stdin?.end([...urisByPath.keys()].join("\0"));
  });
}
