import * as vscode from "vscode";
import type { LineRange } from "./locateCode";
import type { OpenProposal } from "./openProposal";

/** Shows the document and, beside it, the diff to what is proposed, both at the place that it is about. The cursor stays where it is. */
export async function showDiff({ document, uri }: OpenProposal, place: LineRange): Promise<void> {
  const selection = new vscode.Range(place.start, 0, place.start, 0);
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  if (shown) shown.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  else if (document.uri.scheme !== "vscode-notebook-cell")
    await vscode.window.showTextDocument(document, { selection, preview: false, viewColumn: textColumn() });
  // The proposal's own language would be guessed from its name, which cells and new files do not have.
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

/** Closes the diff, if it is still open. */
export async function closeDiff({ uri }: OpenProposal): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const ours = tabs.filter(({ input }) => isDiffTo(input, uri));
  if (ours.length > 0) await vscode.window.tabGroups.close(ours, true);
}

/** Puts the cursor back into the document, where it is still on the screen and the cursor not there anyway. */
export async function revealDocument(document: vscode.TextDocument): Promise<void> {
  if (vscode.window.activeTextEditor?.document === document) return;
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  if (shown?.viewColumn !== undefined && document.uri.scheme !== "vscode-notebook-cell")
    await vscode.window.showTextDocument(document, { viewColumn: shown.viewColumn });
}

function isDiffTo(input: unknown, uri: vscode.Uri): boolean {
  return input instanceof vscode.TabInputTextDiff && input.modified.toString() === uri.toString();
}

/** Where the user reads code: the active column, which may be empty. */
function textColumn(): vscode.ViewColumn {
  return vscode.window.tabGroups.activeTabGroup.viewColumn;
}

function nameOf(document: vscode.TextDocument): string {
  return document.uri.path.replace(/^.*\//, "");
}
