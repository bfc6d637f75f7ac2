import * as vscode from "vscode";
import { newFile } from "../../proposals/newFile";
import type { TerminalTracker } from "./terminalTracker";
import { insertAtCursor, replaceSelection, insertIntoTerminal } from "./useCode";

/** Lets the user select an action for a code block. Resolves to a message for the user, if there is one. */
export async function chooseCodeAction(
  code: string,
  language: string,
  terminals: TerminalTracker<vscode.Terminal>,
): Promise<string | undefined> {
  const actions = [
    { label: vscode.l10n.t("$(replace) Replace Selection"), run: () => replaceSelection(code) },
    { label: vscode.l10n.t("$(new-file) New File"), run: () => openNewFile(code, language) },
    { label: vscode.l10n.t("$(insert) Insert at Cursor"), run: () => insertAtCursor(code) },
    { label: vscode.l10n.t("$(terminal) Insert into Terminal"), run: () => insertIntoTerminal(code, terminals) },
  ];
  return (await vscode.window.showQuickPick(actions, { title: vscode.l10n.t("Use Code") }))?.run();
}

async function openNewFile(code: string, language: string): Promise<undefined> {
  await newFile(code, language);
}
