import * as vscode from "vscode";

/** Puts code where the cursor of the editor used last is, in one undo step; says why where that cannot be. */
export async function insertAtCursor(code: string): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  if (!editor) return vscode.l10n.t("There is no open editor to insert into. Open a file and try again.");
  const done = await editor.edit((builder) => builder.insert(editor.selection.active, code));
  if (!done) return vscode.l10n.t("{0} cannot be changed: it is read-only.", editor.document.fileName);
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
  return undefined;
}
