import * as vscode from "vscode";
import { escapeMessage } from "./escapeMessage";
import { visibleLines } from "./visibleText";

/** Shows a VS Code message with links escaped, so only its buttons can run commands. Resolves to the pressed button's label. */
type ShowMessage = (
  sentence: string,
  optionsOrLabel?: vscode.MessageOptions | string,
  ...labels: readonly string[]
) => Thenable<string | undefined>;

export const showInformation: ShowMessage = (...args) => vscode.window.showInformationMessage(...escaped(...args));

export const showWarning: ShowMessage = (...args) => vscode.window.showWarningMessage(...escaped(...args));

export const showError: ShowMessage = (...args) => vscode.window.showErrorMessage(...escaped(...args));

/** A modal dialog shows plain text with line breaks, a notification renders links in one line. */
function escaped(
  sentence: string,
  optionsOrLabel: vscode.MessageOptions | string = {},
  ...labels: readonly string[]
): [string, vscode.MessageOptions, ...string[]] {
  if (typeof optionsOrLabel === "string") return [escapeMessage(sentence), {}, optionsOrLabel, ...labels];
  const { modal = false, detail } = optionsOrLabel;
  if (!modal) return [escapeMessage(sentence), optionsOrLabel, ...labels];
  const options = { modal, ...(detail !== undefined && { detail: visibleLines(detail) }) };
  return [visibleLines(sentence), options, ...labels];
}

/** Runs a task that the user can cancel, with its progress in a notification. Title and messages are text, as in `showInformation`. */
export function withProgress<T>(
  title: string,
  task: (report: (message: string) => void, token: vscode.CancellationToken) => Promise<T>,
): Thenable<T> {
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title: escapeMessage(title) };
  return vscode.window.withProgress(options, (progress, token) =>
    task((message) => progress.report({ message: escapeMessage(message) }), token),
  );
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
