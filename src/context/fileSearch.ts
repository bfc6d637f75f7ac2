import * as vscode from "vscode";

/** What no question is about; what Git ignores is left out where it matters. */
const never = "**/{node_modules,.git}/**";

/**
 * At most so many files of the workspace that fit a pattern. Undefined where VS Code cannot search: that takes a program of
 * its own, which may be missing on a machine or forbidden there.
 */
export async function searchFiles(
  pattern: string,
  most: number,
  token?: vscode.CancellationToken,
): Promise<vscode.Uri[] | undefined> {
  try {
    return await vscode.workspace.findFiles(pattern, never, most, token);
  } catch {
    return undefined;
  }
}

/** Whether there is a file. */
export async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}
