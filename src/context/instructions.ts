import * as vscode from "vscode";
import type { TextAttachment } from "./attachment";
import { isFile } from "./fileSearch";
import { leadsAway } from "./leadsAway";
import { findSecret } from "./secrets";
import { textAttachment } from "./textAttachment";

/** Where projects tell coding assistants how work is done in them. */
const name = "AGENTS.md";

/** The instructions at the root of each workspace folder that has them. */
export async function instructionFiles(): Promise<vscode.Uri[]> {
  const uris = (vscode.workspace.workspaceFolders ?? []).map((folder) => vscode.Uri.joinPath(folder.uri, name));
  const found = await Promise.all(uris.map((uri) => isFile(uri)));
  return uris.filter((_, index) => found[index]);
}

/**
 * What these files ask of whoever works in the workspace. None where it is not trusted: they would speak to the model in its author's name.
 * One that seems to hold a key is not sent unasked either, nor one that is a link to somewhere else; `@` attaches it after a question.
 */
export async function projectInstructions(): Promise<TextAttachment[]> {
  if (!vscode.workspace.isTrusted) return [];
  const uris = await instructionFiles();
  const elsewhere = await Promise.all(uris.map(isElsewhere));
  const files = await Promise.all(uris.filter((_, index) => !elsewhere[index]).map(attachInstructions));
  return files.filter(({ text }) => text.trim() !== "" && findSecret({ text }) === undefined);
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

/** Whether it is a link out of the workspace's folder: that could lead to any file of the user's, which would then be sent. */
async function isElsewhere(uri: vscode.Uri): Promise<boolean> {
  if (uri.scheme === "file") return leadsAway(uri.fsPath);
  return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.SymbolicLink) !== 0;
}
