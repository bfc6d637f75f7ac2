import { execFile } from "node:child_process";
import * as vscode from "vscode";
import { findExcluded } from "./freeModelsIgnore";
import { getGitApi, type GitApi } from "./git";
import { pathsIgnoredByFiles } from "./ignoreFiles";

/** The URIs that Git ignores or a `.freemodelsignore` excludes, as strings. */
export async function findGitIgnored(uris: readonly vscode.Uri[]): Promise<ReadonlySet<string>> {
  const [byGit, excluded] = await Promise.all([findIgnoredByGit(uris), findExcluded(uris)]);
  return new Set([...byGit, ...excluded]);
}

/**
 * Runs the Git executable, since ignore rules come from many files. In an untrusted workspace no programs may run; there, and where Git or a
 * repository is missing, only the `.gitignore` files count.
 */
async function findIgnoredByGit(uris: readonly vscode.Uri[]): Promise<string[]> {
  const onDisk = uris.some(({ scheme }) => scheme === "file");
  const git = onDisk && vscode.workspace.isTrusted ? await getGitApi() : undefined;
  const { byRoot, others } = byRepository(uris, git);
  const ignored = await Promise.all([
    ...[...byRoot].map(([root, files]) => checkIgnore(git?.git.path ?? "git", root, files)),
    ...(vscode.workspace.workspaceFolders ?? []).map((folder) => findIgnoredByFiles(folder, others)),
  ]);
  return ignored.flat();
}

/** The files by the root of the repository that Git can be asked about, and all others. */
function byRepository(
  uris: readonly vscode.Uri[],
  git: GitApi | undefined,
): { byRoot: ReadonlyMap<string, vscode.Uri[]>; others: readonly vscode.Uri[] } {
  const byRoot = new Map<string, vscode.Uri[]>();
  const others: vscode.Uri[] = [];
  for (const uri of uris) {
    const root = uri.scheme === "file" ? git?.getRepository(uri)?.rootUri : undefined;
    if (root?.scheme !== "file") others.push(uri);
    else if (root.path !== uri.path) byRoot.set(root.fsPath, [...(byRoot.get(root.fsPath) ?? []), uri]);
  }
  return { byRoot, others };
}

/** Reads the `.gitignore` files from the root of the repository on, which may be above the workspace folder. */
async function findIgnoredByFiles(
  workspaceFolder: vscode.WorkspaceFolder,
  uris: readonly vscode.Uri[],
): Promise<string[]> {
  const inFolder = uris.filter((uri) => vscode.workspace.getWorkspaceFolder(uri) === workspaceFolder);
  if (inFolder.length === 0) return [];
  const top = await repositoryAbove(workspaceFolder.uri);
  const pathOf = (uri: vscode.Uri): string => uri.path.slice(top.path.replace(/\/+$/, "").length + 1);
  const isTop = ({ path }: vscode.Uri): boolean => path.replace(/\/+$/, "") === top.path.replace(/\/+$/, "");
  const files = inFolder.filter((uri) => !isTop(uri));
  const ignored = await pathsIgnoredByFiles(files.map(pathOf), async (folder) => {
    const rules = await readText(vscode.Uri.joinPath(top, folder, ".gitignore"));
    // Rules of this clone alone. Those of the folders have the last word.
    const own = folder === "" ? await readText(vscode.Uri.joinPath(top, ".git", "info", "exclude")) : undefined;
    return own === undefined ? rules : `${own}\n${rules ?? ""}`;
  });
  return files.filter((uri) => ignored.has(pathOf(uri))).map((uri) => uri.toString());
}

/** The innermost folder with a repository that contains the workspace folder; else the workspace folder itself. */
async function repositoryAbove(folder: vscode.Uri): Promise<vscode.Uri> {
  if (folder.scheme !== "file") return folder;
  for (let each = folder; ; each = vscode.Uri.joinPath(each, "..")) {
    if (await exists(vscode.Uri.joinPath(each, ".git"))) return each;
    if (each.path === vscode.Uri.joinPath(each, "..").path) return folder;
  }
}

function exists(uri: vscode.Uri): Promise<boolean> {
  return Promise.resolve(vscode.workspace.fs.stat(uri)).then(
    () => true,
    () => false,
  );
}

function readText(uri: vscode.Uri): Promise<string | undefined> {
  return Promise.resolve(vscode.workspace.fs.readFile(uri)).then(
    (bytes) => Buffer.from(bytes).toString("utf8"),
    () => undefined, // Most folders have no such file.
  );
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
