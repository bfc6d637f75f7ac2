import * as vscode from "vscode";
import { displayPath } from "../../context/displayPath";
import { showQuickPick } from "../../iconLabels";
import { icon, iconText } from "../../iconText";
import type { CodeBlock } from "../../proposals/applyCode";
import { codeFileName } from "../../proposals/codeFileName";
import { indentationOf } from "../../proposals/documentIndentation";
import { newFile } from "../../proposals/newFile";
import { newFileUri } from "../../proposals/newFileUri";
import { visibleName } from "../../visibleText";
import { insertedCode } from "./insertedCode";
import { terminalLine } from "./terminalLine";
import type { TerminalTracker } from "./terminalTracker";

// Actions for code in answers. Each resolves to a message for the user, if there is one.

/** Inserts the code at the cursor of the active editor, or replaces its selection, with the indentation of the line. */
export function insertAtCursor(code: string): Promise<string | undefined> {
  return edit((builder, selection, document) => {
    const { text: line, range } = document.lineAt(selection.start.line);
    const place = { line, column: selection.start.character, selected: document.getText(selection) };
    const { text, atLineEnd } = insertedCode(code, place, indentationOf(document));
    builder.replace(atLineEnd ? new vscode.Range(range.end, range.end) : selection, text);
  });
}

/** Replaces the selection of the active editor with the code. */
export async function replaceSelection(code: string): Promise<string | undefined> {
  const editor = findEditor();
  if (editor?.selection.isEmpty) return vscode.l10n.t("Nothing is selected. Select the text to replace and try again.");
  return edit((builder, selection) => builder.replace(selection, code));
}

/** Opens a code block as a new file, with the name that the answer gives it. Otherwise VS Code suggests one when it is saved. */
export async function newCodeFile({ code, language, info }: CodeBlock): Promise<void> {
  const name = codeFileName(info, code);
  await newFile(code, language, name === undefined ? undefined : await newFileUri(name));
}

/**
 * Inserts a command into a terminal without running it. A terminal would run several lines at once, so they are copied to the
 * clipboard instead. If the active terminal is running a program, opens a new one.
 */
export async function insertIntoTerminal(
  code: string,
  tracker: TerminalTracker<vscode.Terminal>,
): Promise<string | undefined> {
  const line = terminalLine(code);
  if (line === undefined) {
    await vscode.env.clipboard.writeText(code);
    return vscode.l10n.t(
      "The code has several lines, which a terminal would run immediately. It was copied to the clipboard instead, so you can review it before you paste it.",
    );
  }
  const terminal = await idleTerminal(tracker);
  if (!terminal) return undefined;
  terminal.show();
  terminal.sendText(line, false);
  return undefined;
}

/** The active terminal if it is idle, or a new one. Lets the user select if that is unknown; `undefined` if they cancel. */
async function idleTerminal(tracker: TerminalTracker<vscode.Terminal>): Promise<vscode.Terminal | undefined> {
  const active = vscode.window.activeTerminal;
  const isIdle = active ? tracker.isIdle(active) : false;
  if (active && isIdle) return active;
  if (!active || isIdle === false) return vscode.window.createTerminal();
  const selected = await showQuickPick(
    [
      { label: iconText(icon("add"), vscode.l10n.t("New Terminal")), terminal: () => vscode.window.createTerminal() },
      { label: iconText(icon("terminal"), visibleName(active.name)), terminal: () => active },
    ],
    {
      title: vscode.l10n.t("Insert into Terminal"),
      placeHolder: vscode.l10n.t(
        "A program may be running in {0} and would receive the command. Select a terminal.",
        visibleName(active.name),
      ),
    },
  );
  return selected?.terminal();
}

/** The active editor, or a visible one while the chat has the focus. */
function findEditor(): vscode.TextEditor | undefined {
  return vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
}

async function edit(
  change: (builder: vscode.TextEditorEdit, selection: vscode.Selection, document: vscode.TextDocument) => void,
): Promise<string | undefined> {
  const editor = findEditor();
  if (!editor) return vscode.l10n.t("No editor is open. Open a file and try again.");
  const { document, selection, viewColumn } = editor;
  if (!(await editor.edit((builder) => change(builder, selection, document))))
    return vscode.l10n.t("Could not edit {0} because it is read-only.", displayPath(document.uri));
  await vscode.window.showTextDocument(document, viewColumn);
  return undefined;
}
