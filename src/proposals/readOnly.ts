import * as vscode from "vscode";
import { proposalScheme } from "../manifest";
import { visibleName } from "../visibleText";

/** Why the document is read-only, as a sentence; `undefined` if it is writable as far as the file system reports. */
export async function readOnlyReason({ uri, isUntitled }: vscode.TextDocument): Promise<string | undefined> {
  if (isUntitled) return undefined;
  if (uri.scheme === proposalScheme)
    return vscode.l10n.t("This is a proposed edit. Keep or undo it first, then edit the file.");
  const name = visibleName(vscode.workspace.asRelativePath(uri, false));
  // A notebook cell belongs to the notebook's file; its own scheme has no file system.
  const file = uri.scheme === "vscode-notebook-cell" ? uri.with({ scheme: "file", fragment: "" }) : uri;
  // Undefined if there is no file system at all, as for virtual documents of extensions.
  if (vscode.workspace.fs.isWritableFileSystem(file.scheme) !== true)
    return vscode.l10n.t("{0} is on a read-only file system. Copy it to a new file to edit it.", name);
  try {
    const { permissions = 0 } = await vscode.workspace.fs.stat(file);
    if (permissions & vscode.FilePermission.Readonly)
      return vscode.l10n.t("{0} is read-only. Make it writable, or copy it to a new file to edit it.", name);
  } catch {
    return undefined; // Unsaved or without a file: editing it will succeed or fail by itself.
  }
  return undefined;
}
