import * as vscode from "vscode";

/** Whether an address, whoever wrote it, leads into a folder of the workspace. With `..` in it, it counts as where it ends. */
export function isInWorkspace(address: string): boolean {
  try {
    const uri = vscode.Uri.joinPath(vscode.Uri.parse(address, true), ".");
    return vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  } catch {
    return false;
  }
}
