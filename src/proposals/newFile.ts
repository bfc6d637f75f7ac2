import * as vscode from "vscode";
import { withoutFileName } from "./codeFileName";
import { languageIdOf } from "./languageId";

/** Opens code of an answer as a new, untitled file: `uri`, whose name determines the language, or a file without a name in `language`. */
export async function newFile(code: string, language: string, uri?: vscode.Uri): Promise<void> {
  const content = `${(uri ? withoutFileName(code, uri.path) : code).trimEnd()}\n`;
  if (!uri) {
    const id = languageIdOf(language, await vscode.languages.getLanguages());
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language: id }));
    return;
  }
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), content));
}
