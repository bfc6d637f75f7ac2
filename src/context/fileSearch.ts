import * as vscode from "vscode";
import { withTimeout } from "../lifecycle";

/** Folders that are never searched. Callers filter out files that Git ignores. */
const excludePattern = "**/{node_modules,.git}/**";

/**
 * If no folder of the window is on disk, VS Code waits without limit for an extension that can search them, which many virtual
 * file systems do not bring. In milliseconds.
 */
const virtualTimeoutMs = 3_000;

/**
 * Finds up to `maxResults` workspace files that match a glob pattern. Resolves to `undefined` if VS Code cannot search: it runs ripgrep, which
 * may be missing or blocked on the machine, and virtual folders may have no search.
 */
export async function searchFiles(
  pattern: vscode.GlobPattern,
  maxResults: number,
  token?: vscode.CancellationToken,
): Promise<vscode.Uri[] | undefined> {
  try {
    const search = vscode.workspace.findFiles(pattern, excludePattern, maxResults, token);
    const isOnDisk = vscode.workspace.workspaceFolders?.some(({ uri }) => uri.scheme === "file") ?? false;
    return isOnDisk ? await search : await withTimeout(virtualTimeoutMs, search);
  } catch {
    return undefined;
  }
}

/** Whether the URI refers to an existing file. */
export async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}
