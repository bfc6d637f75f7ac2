import * as vscode from "vscode";
import type { Log } from "../router/index";
import type { TextAttachment } from "./attachment";
import { isFile } from "./fileSearch";
import { linksOutside } from "./linksOutside";
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
 * One that seems to hold a key is not sent unasked either, nor one that is a link to somewhere else; `@` attaches it after a question. One
 * that VS Code does not read as text is left out: it must not stand in the way of every question.
 */
export async function projectInstructions(log: Pick<Log, "warn">): Promise<TextAttachment[]> {
  if (!vscode.workspace.isTrusted) return [];
  const files = await Promise.all((await instructionFiles()).map((uri) => unasked(uri, log)));
  return files.flat().filter(({ text }) => text.trim() !== "" && findSecret({ text }) === undefined);
}

/** They are read for each question; what is wrong with one is logged once. */
const logged = new Set<string>();

/** One that VS Code cannot read (binary, too large, just deleted) is left out: no question fails for it. */
async function unasked(uri: vscode.Uri, log: Pick<Log, "warn">): Promise<TextAttachment[]> {
  try {
    return (await isElsewhere(uri)) ? [] : [await attachInstructions(uri)];
  } catch (error) {
    const line = `${vscode.workspace.asRelativePath(uri)} goes with no question: ${String(error)}`;
    if (!logged.has(line)) log.warn(line);
    logged.add(line);
    return [];
  }
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
  if (uri.scheme === "file") return linksOutside(uri.fsPath);
  return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.SymbolicLink) !== 0;
}
