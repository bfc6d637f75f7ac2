import * as vscode from "vscode";
import type { LineRange } from "../context/lineRange";
import { displayName } from "../context/location";
import type { OpenProposal } from "./openProposal";

/** Shows the document and its diff side by side, both scrolled to the edited lines. The cursor stays where it is. */
export async function showDiff({ document, uri }: OpenProposal, place: LineRange): Promise<void> {
  const selection = new vscode.Range(place.start, 0, place.start, 0);
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  if (shown) shown.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  else if (document.uri.scheme !== "vscode-notebook-cell")
    await vscode.window.showTextDocument(document, { selection, preview: false, viewColumn: textColumn() });
  // VS Code would guess the language from the file name, which notebook cells and untitled files do not have.
  const proposed = await vscode.workspace.openTextDocument(uri);
  await vscode.languages.setTextDocumentLanguage(proposed, document.languageId);
  const options: vscode.TextDocumentShowOptions = {
    viewColumn: vscode.ViewColumn.Beside,
    preserveFocus: true,
    preview: false,
    selection,
  };
  const title = vscode.l10n.t("{0}: proposed edit", nameOf(document));
  await vscode.commands.executeCommand("vscode.diff", document.uri, uri, title, options);
}

/** Closes the diff if it is open. */
export async function closeDiff({ uri }: OpenProposal): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const diffTabs = tabs.filter(({ input }) => isDiffTo(input, uri));
  if (diffTabs.length > 0) await vscode.window.tabGroups.close(diffTabs, true);
}

/** Moves the focus back to the document, if it is visible and not focused already. */
export async function revealDocument(document: vscode.TextDocument): Promise<void> {
  if (vscode.window.activeTextEditor?.document === document) return;
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  if (shown?.viewColumn !== undefined && document.uri.scheme !== "vscode-notebook-cell")
    await vscode.window.showTextDocument(document, { viewColumn: shown.viewColumn });
}

function isDiffTo(input: unknown, uri: vscode.Uri): boolean {
  return input instanceof vscode.TabInputTextDiff && input.modified.toString() === uri.toString();
}

/** The column for the document: the active one, which may be empty. */
function textColumn(): vscode.ViewColumn {
  return vscode.window.tabGroups.activeTabGroup.viewColumn;
}

function nameOf(document: vscode.TextDocument): string {
  return displayName(document.uri.path);
}
