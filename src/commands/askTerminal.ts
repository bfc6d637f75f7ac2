import * as vscode from "vscode";
import { terminalSelection } from "../context/terminal";
import type { CommandDependencies } from "./commandDependencies";
import { showInformation } from "../notifications";

/** Attaches the text that is selected in the terminal. */
export async function askTerminalSelection({ ask }: CommandDependencies): Promise<void> {
  const selection = await terminalSelection();
  if (!selection) {
    // If there is a terminal, VS Code says so itself.
    if (!vscode.window.activeTerminal)
      void showInformation(vscode.l10n.t("Nothing is selected in the terminal. Select some text and try again."));
    return;
  }
  await ask({ attachments: [selection], submit: false });
}
