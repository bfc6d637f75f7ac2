import * as vscode from "vscode";

/** Why the document cannot be changed, in a sentence; undefined where it can. What only the editor knows shows when it is tried. */
export async function readOnlyReason({ uri, isUntitled }: vscode.TextDocument): Promise<string | undefined> {
  if (isUntitled) return undefined;
  const name = vscode.workspace.asRelativePath(uri, false);
  // A cell lives in the notebook's file; its own scheme has no file system.
  const file = uri.scheme === "vscode-notebook-cell" ? uri.with({ scheme: "file", fragment: "" }) : uri;
  // Undefined where there is no file system at all: a text that an extension shows, as a diff's left side is.
  if (vscode.workspace.fs.isWritableFileSystem(file.scheme) !== true)
    return vscode.l10n.t("{0} comes from a place that cannot be written to. Copy it into a new file to edit it.", name);
  try {
    const { permissions = 0 } = await vscode.workspace.fs.stat(file);
    if (permissions & vscode.FilePermission.Readonly)
      return vscode.l10n.t("{0} is read-only. Make it writable, or copy it into a new file to edit it.", name);
  } catch {
    return undefined; // Not saved yet, or of a kind without files: the attempt will show.
  }
  return undefined;
}
