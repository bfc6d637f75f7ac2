import * as vscode from "vscode";

/** Folders that are never searched. Callers filter out files that Git ignores. */
const excludePattern = "**/{node_modules,.git}/**";

/**
 * Finds up to `maxResults` workspace files that match a glob pattern. Resolves to `undefined` if VS Code cannot search: it runs ripgrep, which
 * may be missing or blocked on the machine.
 */
export async function searchFiles(
  pattern: string,
  maxResults: number,
  token?: vscode.CancellationToken,
): Promise<vscode.Uri[] | undefined> {
  try {
    return await vscode.workspace.findFiles(pattern, excludePattern, maxResults, token);
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
