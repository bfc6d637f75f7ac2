import * as vscode from "vscode";
import type { Indentation } from "./indentation";

/** The document's indentation: from its editor, which detects it from the text, else from the settings. */
export function indentationOf(document: vscode.TextDocument): Indentation {
  const editor = vscode.window.visibleTextEditors.find((each) => each.document === document);
  const settings = vscode.workspace.getConfiguration("editor", document);
  const tabSize = editor?.options.tabSize ?? settings.get<unknown>("tabSize");
  const insertSpaces = editor?.options.insertSpaces ?? settings.get<unknown>("insertSpaces");
  return {
    tabSize: typeof tabSize === "number" ? tabSize : 4,
    insertSpaces: typeof insertSpaces === "boolean" ? insertSpaces : true,
  };
}
