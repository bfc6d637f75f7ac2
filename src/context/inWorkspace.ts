import * as vscode from "vscode";

/** Whether a URI from an untrusted source refers to a file in a workspace folder. Resolves `..` first. */
export function isInWorkspace(address: string): boolean {
  try {
    const uri = vscode.Uri.joinPath(vscode.Uri.parse(address, true), ".");
    return vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  } catch {
    return false;
  }
}
