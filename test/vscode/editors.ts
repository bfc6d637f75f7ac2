import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import type { Attachment } from "../../src/context/attachment";
import { proposalTab } from "./proposals";
import { poll } from "./waitFor";

/** The URI of a file in the sample workspace. */
export function sampleFile(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, "no folder is open");
  return vscode.Uri.joinPath(folder.uri, name);
}

/** The chart in the sample workspace as an attachment, 640 × 400 pixels. */
export async function chartAttachment(): Promise<Attachment> {
  const data = await readFile(sampleFile("pictures/sales.png").fsPath, "base64");
  return { id: "", kind: "image", label: "sales.png", mediaType: "image/png", data };
}

/** Opens a file of the sample workspace and selects whole lines in it, counted from 1. */
export async function openSelection(
  name: string,
  ...ranges: readonly [firstLine: number, lastLine: number][]
): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(sampleFile(name)));
  editor.selections = ranges.map(
    ([first, last]) => new vscode.Selection(first - 1, 0, last - 1, editor.document.lineAt(last - 1).text.length),
  );
  return editor;
}

/** Creates a file in a new folder, so that no other test has opened it before, and opens it. */
export async function openNewFile(name: string, text: string): Promise<vscode.TextEditor> {
  const uri = sampleFile(`edits/${randomUUID()}/${name}`);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

/** Selects whole lines, counted from 1. The selection of a single empty line includes its line break. */
export async function selectLines({ document }: vscode.TextEditor, first: number, last: number): Promise<void> {
  const { text } = document.lineAt(last - 1);
  const selection =
    first === last && text === ""
      ? new vscode.Selection(first - 1, 0, last, 0)
      : new vscode.Selection(first - 1, 0, last - 1, text.length);
  const editor = await vscode.window.showTextDocument(document, { selection });
  editor.selection = selection;
}

/** Undoes the last change of the document, like Ctrl+Z. */
export async function undo(document: vscode.TextDocument): Promise<void> {
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand("undo");
}

/** Waits until the language service has the symbols of the document. */
export async function waitForSymbols(document: vscode.TextDocument): Promise<void> {
  await poll(async () => {
    const symbols = await vscode.commands.executeCommand<unknown[] | undefined>(
      "vscode.executeDocumentSymbolProvider",
      document.uri,
    );
    return symbols !== undefined && symbols.length > 0;
  });
}

/** Rejects the proposed edit, if any, and closes all editors without saving. */
export async function closeEditorsWithoutSaving(): Promise<void> {
  if (proposalTab()) await vscode.commands.executeCommand("freeModels.rejectEdit");
  for (const document of vscode.workspace.textDocuments)
    if (document.isDirty && document.uri.scheme === "file") {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand("workbench.action.files.revert");
    }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}
