import path from "node:path";
import * as vscode from "vscode";
import { isInWorkspace } from "../context/inWorkspace";
import { isBehindLink } from "../context/symlinks";

/**
 * The URI of an untitled document that VS Code saves as this path of the workspace. `undefined` if something is there already, if a symbolic link
 * may lead out of the workspace, or if the path is ambiguous because several folders are open.
 */
export async function newFileUri(relativePath: string): Promise<vscode.Uri | undefined> {
  const [folder, ...others] = vscode.workspace.workspaceFolders ?? [];
  if (folder?.uri.scheme !== "file" || others.length > 0) return undefined;
  const file = vscode.Uri.joinPath(folder.uri, relativePath);
  const untitled = file.with({ scheme: "untitled" });
  const isOpen = vscode.workspace.textDocuments.some(({ uri }) => uri.toString() === untitled.toString());
  if (isOpen || !isInWorkspace(file.toString()) || (await exists(file.fsPath))) return undefined;
  let parent = path.dirname(file.fsPath);
  while (!(await exists(parent))) parent = path.dirname(parent);
  return (await isBehindLink(parent, folder.uri.fsPath)) ? undefined : untitled;
}

async function exists(fsPath: string): Promise<boolean> {
  return vscode.workspace.fs.stat(vscode.Uri.file(fsPath)).then(
    () => true,
    () => false,
  );
}
