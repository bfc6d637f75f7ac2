import * as vscode from "vscode";
import { newFile } from "../../proposals/newFile";
import type { TerminalTracker } from "./terminalTracker";
import { insertAtCursor, replaceSelection, typeIntoTerminal } from "./useCode";

/** What else can be done with a code block, in a list to choose from. */
export async function chooseCodeAction(
  code: string,
  language: string,
  terminals: TerminalTracker<vscode.Terminal>,
): Promise<string | undefined> {
  const actions = [
    { label: vscode.l10n.t("$(replace) Replace Selection"), run: () => replaceSelection(code) },
    { label: vscode.l10n.t("$(new-file) New File"), run: () => openNew(code, language) },
    { label: vscode.l10n.t("$(insert) Insert at Cursor"), run: () => insertAtCursor(code) },
    { label: vscode.l10n.t("$(terminal) Insert into Terminal"), run: () => typeIntoTerminal(code, terminals) },
  ];
  return (await vscode.window.showQuickPick(actions, { title: vscode.l10n.t("Use Code") }))?.run();
}

/** There is nothing to tell about it. */
async function openNew(code: string, language: string): Promise<undefined> {
  await newFile(code, language);
}
