import * as vscode from "vscode";
import type { Attachment, TextAttachment } from "./attachment";
import { attachFiles } from "./attachFiles";
import { displayName, locationLabel } from "./location";
import { mergeSelections } from "./selections";
import { textAttachment } from "./textAttachment";

/**
 * Attachments for the active editor: its selections, or its whole text if nothing is selected; the selected cells of a notebook; the image
 * in an image preview. Empty for other editors and empty files.
 */
export async function activeAttachments(): Promise<readonly Attachment[]> {
  const { activeTextEditor, activeNotebookEditor, tabGroups } = vscode.window;
  const tab: unknown = tabGroups.activeTabGroup.activeTab?.input;
  if (tab instanceof vscode.TabInputCustom && tab.viewType === "imagePreview.previewEditor")
    return attachFiles([tab.uri]);
  const editsCell = activeTextEditor && notebookOf(activeTextEditor.document) === activeNotebookEditor?.notebook;
  if (activeNotebookEditor && (!editsCell || selectsSeveralCells(activeNotebookEditor)))
    return selectedCells(activeNotebookEditor);
  return activeTextEditor ? editorAttachments(activeTextEditor) : [];
}

/** One attachment per selection, or the whole text if nothing is selected. */
export function editorAttachments({ document, selections }: vscode.TextEditor): readonly TextAttachment[] {
  const name = nameOf(document);
  const { selections: selected, merged } = mergeSelections(
    selections.map((selection) => ({ text: document.getText(selection), range: plainRange(selection) })),
  );
  if (selected.length === 0) return wholeDocument(document);
  return selected.map(({ range, text }) => {
    const location = locationLabel(name, range);
    const label = merged ? vscode.l10n.t("{0} ({1} selections)", location, selections.length) : location;
    return textAttachment({ kind: "selection", label, text, range, ...originOf(document) });
  });
}

function wholeDocument(document: vscode.TextDocument): readonly TextAttachment[] {
  const text = document.getText();
  if (text === "") return [];
  const kind = notebookOf(document) ? "selection" : "file";
  return [textAttachment({ kind, label: nameOf(document), text, ...originOf(document) })];
}

/** Several cells can be selected even while the cursor is in one of them. */
function selectsSeveralCells({ selections }: vscode.NotebookEditor): boolean {
  return selections.length > 1 || selections.some(({ start, end }) => end - start > 1);
}

function selectedCells({ notebook, selections }: vscode.NotebookEditor): readonly TextAttachment[] {
  return selections.flatMap((range) => notebook.getCells(range)).flatMap(({ document }) => wholeDocument(document));
}

/** `router.ts`, `Untitled-1`, `notebook.ipynb › cell 3`. */
function nameOf(document: vscode.TextDocument): string {
  const notebook = notebookOf(document);
  if (!notebook) return displayName(document.uri.path);
  const number = notebook.getCells().findIndex((cell) => cell.document === document) + 1;
  return vscode.l10n.t("{0} › cell {1}", displayName(notebook.uri.path), number);
}

function notebookOf(document: vscode.TextDocument): vscode.NotebookDocument | undefined {
  return vscode.workspace.notebookDocuments.find((notebook) =>
    notebook.getCells().some((cell) => cell.document === document),
  );
}

function originOf(document: vscode.TextDocument): Pick<TextAttachment, "uri" | "languageId"> {
  const isProse = document.languageId === "plaintext";
  return { uri: document.uri.toString(), ...(!isProse && { languageId: document.languageId }) };
}

function plainRange({ start, end }: vscode.Range): NonNullable<TextAttachment["range"]> {
  return { startLine: start.line, startCharacter: start.character, endLine: end.line, endCharacter: end.character };
}
