import * as vscode from "vscode";
import type { Attachment, TextAttachment } from "./attachment";
import { attachFiles } from "./attachFiles";
import { fileName, selectionParts, locationLabel } from "./location";
import { textAttachment } from "./textAttachment";

/**
 * What the user is looking at: the selections of the active editor, or its whole text where nothing is selected; the selected cells
 * of a notebook; a picture in its preview. Empty where there is none of these, or an empty file.
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

/** One attachment a selection, or the whole text where nothing is selected. */
export function editorAttachments({ document, selections }: vscode.TextEditor): readonly TextAttachment[] {
  const name = nameOf(document);
  const { pieces, joined } = selectionParts(
    selections.map((each) => ({ text: document.getText(each), range: plain(each) })),
  );
  if (pieces.length === 0) return wholeDocument(document);
  return pieces.map(({ range, text }) => {
    const place = locationLabel(name, range);
    const label = joined ? vscode.l10n.t("{0} ({1} selections)", place, selections.length) : place;
    return textAttachment({ kind: "selection", label, text, range, ...originOf(document) });
  });
}

function wholeDocument(document: vscode.TextDocument): readonly TextAttachment[] {
  const text = document.getText();
  if (text === "") return [];
  const kind = notebookOf(document) ? "selection" : "file";
  return [textAttachment({ kind, label: nameOf(document), text, ...originOf(document) })];
}

/** One of them may hold the cursor all the same. */
function selectsSeveralCells({ selections }: vscode.NotebookEditor): boolean {
  return selections.length > 1 || selections.some(({ start, end }) => end - start > 1);
}

function selectedCells({ notebook, selections }: vscode.NotebookEditor): readonly TextAttachment[] {
  return selections.flatMap((range) => notebook.getCells(range)).flatMap(({ document }) => wholeDocument(document));
}

/** `router.ts`, `Untitled-1`, `notebook.ipynb › cell 3`. */
function nameOf(document: vscode.TextDocument): string {
  const notebook = notebookOf(document);
  if (!notebook) return fileName(document.uri.path);
  const cell = notebook.getCells().findIndex((each) => each.document === document) + 1;
  return vscode.l10n.t("{0} › cell {1}", fileName(notebook.uri.path), cell);
}

function notebookOf(document: vscode.TextDocument): vscode.NotebookDocument | undefined {
  return vscode.workspace.notebookDocuments.find((notebook) =>
    notebook.getCells().some((cell) => cell.document === document),
  );
}

function originOf(document: vscode.TextDocument): Pick<TextAttachment, "uri" | "languageId"> {
  const prose = document.languageId === "plaintext";
  return { uri: document.uri.toString(), ...(!prose && { languageId: document.languageId }) };
}

function plain({ start, end }: vscode.Range): NonNullable<TextAttachment["range"]> {
  return { startLine: start.line, startCharacter: start.character, endLine: end.line, endCharacter: end.character };
}
