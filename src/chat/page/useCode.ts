import * as vscode from "vscode";
import { terminalLine } from "./terminalLine";
import type { TerminalTracker } from "./terminalTracker";

/** What is done with a block of code from an answer. Each resolves to what the user should know, in a sentence, if anything. */

/** Puts the code where the cursor of the editor used last is. */
export function insertAtCursor(code: string): Promise<string | undefined> {
  return edit((builder, { active }) => builder.insert(active, code));
}

/** Puts the code in the place of what is selected in the editor used last. */
export async function replaceSelection(code: string): Promise<string | undefined> {
  const selected = editor()?.selection.isEmpty === false;
  if (editor() && !selected)
    return vscode.l10n.t("Nothing is selected. Select what the code is to replace, and try again.");
  return edit((builder, selection) => builder.replace(selection, code));
}

/**
 * Types a command into the terminal without running it: Enter is the user's. Several lines would run as they arrive, so they are
 * copied instead. Where something runs in the terminal used last, a new one is opened.
 */
export async function typeIntoTerminal(
  code: string,
  watch: TerminalTracker<vscode.Terminal>,
): Promise<string | undefined> {
  const line = terminalLine(code);
  if (line === undefined) {
    await vscode.env.clipboard.writeText(code);
    return vscode.l10n.t(
      "A terminal would run several lines at once, so they were copied: paste them when you have read them.",
    );
  }
  const terminal = await waitingTerminal(watch);
  if (!terminal) return undefined;
  terminal.show();
  terminal.sendText(line, false);
  return undefined;
}

/** One in which a shell waits, or that the user names; `undefined` where they name none. */
async function waitingTerminal(watch: TerminalTracker<vscode.Terminal>): Promise<vscode.Terminal | undefined> {
  const active = vscode.window.activeTerminal;
  const waits = active ? watch.isIdle(active) : false;
  if (active && waits) return active;
  if (!active || waits === false) return vscode.window.createTerminal();
  const chosen = await vscode.window.showQuickPick(
    [
      { label: vscode.l10n.t("$(add) New Terminal"), terminal: () => vscode.window.createTerminal() },
      { label: `$(terminal) ${active.name}`, terminal: () => active },
    ],
    {
      title: vscode.l10n.t("Insert into Terminal"),
      placeHolder: vscode.l10n.t(
        "Something may run in {0}, and would take the command. Where shall it go?",
        active.name,
      ),
    },
  );
  return chosen?.terminal();
}

function editor(): vscode.TextEditor | undefined {
  return vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
}

async function edit(
  change: (builder: vscode.TextEditorEdit, selection: vscode.Selection) => void,
): Promise<string | undefined> {
  const target = editor();
  if (!target) return vscode.l10n.t("There is no open editor to put it into. Open a file and try again.");
  const { document, selection, viewColumn } = target;
  if (!(await target.edit((builder) => change(builder, selection))))
    return vscode.l10n.t("{0} cannot be changed: it is read-only.", vscode.workspace.asRelativePath(document.uri));
  await vscode.window.showTextDocument(document, viewColumn);
  return undefined;
}
