import * as vscode from "vscode";
import { languageIdOf } from "./languageId";

/** Opens code of an answer as a new, untitled file in its language. */
export async function newFile(code: string, language: string): Promise<void> {
  const id = languageIdOf(language, await vscode.languages.getLanguages());
  const document = await vscode.workspace.openTextDocument({ content: `${code.trimEnd()}\n`, language: id });
  await vscode.window.showTextDocument(document);
}
