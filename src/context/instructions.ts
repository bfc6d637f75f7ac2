import * as vscode from "vscode";
import type { Log } from "../router/index";
import type { TextAttachment } from "./attachment";
import { displayPath } from "./displayPath";
import { settings } from "../manifest";
import { isFile } from "./fileSearch";
import { fileName } from "./location";
import { linksOutside } from "./symlinks";
import { textAttachment } from "./textAttachment";

/** The common file name for a project's instructions to coding assistants. */
const instructionsFileName = "AGENTS.md";

/** The instructions files at the roots of the workspace folders. */
export async function findInstructionFiles(): Promise<vscode.Uri[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const uris = folders.map((folder) => vscode.Uri.joinPath(folder.uri, instructionsFileName));
  const exists = await Promise.all(uris.map((uri) => isFile(uri)));
  return uris.filter((_, index) => exists[index]);
}

/**
 * The instructions that are sent with every question. Empty in an untrusted workspace, whose author must not give the model instructions in the
 * user's name. Skips files that link to another folder, and unreadable files, so that questions never fail because of them.
 */
export async function projectInstructions(log: Pick<Log, "warn">): Promise<TextAttachment[]> {
  if (!vscode.workspace.isTrusted) return [];
  const files = await Promise.all((await findInstructionFiles()).map((uri) => readInstructions(uri, log)));
  return files.flat().filter(({ text }) => text.trim() !== "");
}

/**
 * The instructions from the workspace's settings, as an attachment that the user can see and remove. Like `projectInstructions`, none in an
 * untrusted workspace.
 */
export function settingInstructions(text: string): TextAttachment[] {
  if (text === "" || !vscode.workspace.isTrusted) return [];
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = vscode.workspace.workspaceFile ?? (folder && vscode.Uri.joinPath(folder, ".vscode", "settings.json"));
  if (!file) return [];
  const label = `${fileName(file.path)} › ${settings.instructions}`;
  return [textAttachment({ kind: "instructions", label, text, uri: file.toString() })];
}

/** Warnings that were already logged: the files are read for every question. */
const loggedWarnings = new Set<string>();

/** Returns an empty list for a link to another folder, and logs a file that VS Code cannot read (binary, too large, just deleted). */
async function readInstructions(uri: vscode.Uri, log: Pick<Log, "warn">): Promise<TextAttachment[]> {
  try {
    return (await isLinkOutside(uri)) ? [] : [await attachInstructions(uri)];
  } catch (error) {
    const name = displayPath(uri);
    const warning = `Could not read ${name}; questions are sent without it: ${String(error)}`;
    if (!loggedWarnings.has(warning)) log.warn(warning);
    loggedWarnings.add(warning);
    return [];
  }
}

/** Attaches the file as instructions instead of as a file that the question is about. */
export async function attachInstructions(uri: vscode.Uri): Promise<TextAttachment> {
  const document = await vscode.workspace.openTextDocument(uri);
  return textAttachment({
    kind: "instructions",
    label: displayPath(uri),
    text: document.getText(),
    uri: uri.toString(),
    languageId: document.languageId,
  });
}

/** A link out of the workspace folder could expose any of the user's files. Outside the local disk, every link counts. */
async function isLinkOutside(uri: vscode.Uri): Promise<boolean> {
  if (uri.scheme === "file") return linksOutside(uri.fsPath);
  return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.SymbolicLink) !== 0;
}
