import * as vscode from "vscode";
import { showQuickPick } from "../../iconLabels";
import { icon, iconText } from "../../iconText";
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
    { label: iconText(icon("replace"), vscode.l10n.t("Replace Selection")), run: () => replaceSelection(code) },
    { label: iconText(icon("new-file"), vscode.l10n.t("New File")), run: () => openNewFile(code, language) },
    { label: iconText(icon("insert"), vscode.l10n.t("Insert at Cursor")), run: () => insertAtCursor(code) },
    {
      label: iconText(icon("terminal"), vscode.l10n.t("Insert into Terminal")),
      run: () => insertIntoTerminal(code, terminals),
    },
  ];
  return (await showQuickPick(actions, { title: vscode.l10n.t("Use Code") }))?.run();
}

async function openNewFile(code: string, language: string): Promise<undefined> {
  await newFile(code, language);
}
