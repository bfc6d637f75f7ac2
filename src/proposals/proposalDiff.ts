import * as vscode from "vscode";
import { displayName } from "../context/location";
import { hunkPositions } from "./hunkPositions";
import type { OpenProposal } from "./openProposal";

/**
 * Shows the document and the proposed text as a diff, with the focus and with the cursor on the first change. It opens in the editor group
 * of the document: VS Code's settings and the width decide whether both are side by side.
 */
export async function showDiff(proposal: OpenProposal): Promise<void> {
  const { document, uri } = proposal;
  // VS Code would guess the language from the file name, which notebook cells and untitled files do not have.
  const proposed = await vscode.workspace.openTextDocument(uri);
  await vscode.languages.setTextDocumentLanguage(proposed, document.languageId);
  const [first = proposal.writtenLines("proposed")] = hunkPositions(proposal.state.open, "proposed");
  const options: vscode.TextDocumentShowOptions = {
    viewColumn: groupOf(document),
    preview: false,
    selection: new vscode.Range(first.start, 0, first.start, 0),
  };
  const title = vscode.l10n.t("{0}: proposed edit", displayName(document.uri.path));
  await vscode.commands.executeCommand("vscode.diff", document.uri, uri, title, options);
}

/** Whether a tab shows the diff. */
export function isDiffOpen({ uri }: OpenProposal): boolean {
  return diffTabs(uri).length > 0;
}

/** Closes the diff if it is open. Resolves to the editor group where it was active. */
export async function closeDiff({ uri }: OpenProposal): Promise<vscode.ViewColumn | undefined> {
  const tabs = diffTabs(uri);
  const active = tabs.find(({ isActive, group }) => isActive && group.isActive);
  const viewColumn = active?.group.viewColumn;
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs);
  return viewColumn;
}

/** Shows the edited document where its diff was, with the cursor at the start of what was kept last, which is scrolled into view if necessary. */
export async function revealDocument(proposal: OpenProposal, viewColumn: vscode.ViewColumn): Promise<void> {
  const { document } = proposal;
  if (document.uri.scheme === "vscode-notebook-cell") return;
  const { activeTextEditor } = vscode.window;
  const editor =
    activeTextEditor?.document === document
      ? activeTextEditor
      : await vscode.window.showTextDocument(document, { viewColumn, preview: false });
  const { start } = proposal.writtenLines("document");
  editor.selection = new vscode.Selection(start, 0, start, 0);
  editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

function diffTabs(uri: vscode.Uri): vscode.Tab[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(
    ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === uri.toString(),
  );
}

/** The group that shows the document, else one where it is open, else the active one unless that shows a chat. */
function groupOf(document: vscode.TextDocument): vscode.ViewColumn {
  const { activeTextEditor, visibleTextEditors, tabGroups } = vscode.window;
  const editors = activeTextEditor ? [activeTextEditor, ...visibleTextEditors] : visibleTextEditors;
  const shown = editors.find((editor) => editor.document === document && editor.viewColumn !== undefined);
  if (shown?.viewColumn !== undefined) return shown.viewColumn;
  const { activeTabGroup, all } = tabGroups;
  const holding = [activeTabGroup, ...all].find(({ tabs }) => tabs.some((tab) => isTabOf(tab, document)));
  if (holding) return holding.viewColumn;
  const showsChat = activeTabGroup.activeTab?.input instanceof vscode.TabInputWebview;
  return showsChat ? vscode.ViewColumn.Beside : activeTabGroup.viewColumn;
}

function isTabOf({ input }: vscode.Tab, document: vscode.TextDocument): boolean {
  return input instanceof vscode.TabInputText && input.uri.toString() === document.uri.toString();
}
