import * as vscode from "vscode";
import type { TextAttachment } from "./attachment";
import { textAttachment } from "./textAttachment";

/** Where projects tell coding assistants how work is done in them. */
const name = "AGENTS.md";

/** The instructions at the root of each workspace folder that has them. */
export async function instructionFiles(): Promise<vscode.Uri[]> {
  const uris = (vscode.workspace.workspaceFolders ?? []).map((folder) => vscode.Uri.joinPath(folder.uri, name));
  const found = await Promise.all(uris.map((uri) => isFile(uri)));
  return uris.filter((_, index) => found[index]);
}

/** Such a file as instructions rather than as something asked about. */
export async function attachInstructions(uri: vscode.Uri): Promise<TextAttachment> {
  const document = await vscode.workspace.openTextDocument(uri);
  return textAttachment({
    kind: "instructions",
    label: vscode.workspace.asRelativePath(uri),
    text: document.getText(),
    uri: uri.toString(),
    languageId: document.languageId,
  });
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}
