import * as vscode from "vscode";
import { isPortablePath } from "./windowsNames";

/** Whether a URI from an untrusted source refers to a file in a workspace folder, on every platform. Resolves `..` first. */
export function isInWorkspace(address: string): boolean {
  try {
    const uri = vscode.Uri.joinPath(vscode.Uri.parse(address, true), ".");
    return isPortablePath(uri.path) && vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  } catch {
    return false;
  }
}
