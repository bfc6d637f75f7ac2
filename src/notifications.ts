import * as vscode from "vscode";
import { escapeMessage } from "./escapeMessage";

/** Shows a VS Code message with links escaped, so only its buttons can run commands. Resolves to the pressed button's label. */
type ShowMessage = (
  sentence: string,
  optionsOrLabel?: vscode.MessageOptions | string,
  ...labels: readonly string[]
) => Thenable<string | undefined>;

export const showInformation: ShowMessage = (sentence, ...rest) =>
  vscode.window.showInformationMessage(escapeMessage(sentence), ...withOptions(...rest));

export const showWarning: ShowMessage = (sentence, ...rest) =>
  vscode.window.showWarningMessage(escapeMessage(sentence), ...withOptions(...rest));

export const showError: ShowMessage = (sentence, ...rest) =>
  vscode.window.showErrorMessage(escapeMessage(sentence), ...withOptions(...rest));

function withOptions(
  optionsOrLabel: vscode.MessageOptions | string = {},
  ...labels: readonly string[]
): [vscode.MessageOptions, ...string[]] {
  return typeof optionsOrLabel === "string" ? [{}, optionsOrLabel, ...labels] : [optionsOrLabel, ...labels];
}

/** Shows a message with a button for each action and runs the one that the user chooses. Callers do not wait for it. */
export function showWithActions(
  show: (...labels: readonly string[]) => PromiseLike<string | undefined>,
  actions: Readonly<Record<string, () => unknown>>,
  log: { error(message: string): void },
): void {
  const run = async (): Promise<void> => {
    const chosen = await show(...Object.keys(actions));
    if (chosen !== undefined) await actions[chosen]?.();
  };
  void run().catch((error: unknown) => log.error(`The action of a message failed: ${String(error)}`));
}
