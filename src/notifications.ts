import * as vscode from "vscode";
import { escapeMessage } from "./escapeMessage";

/** VS Code's messages, with nothing in them that a click could run but their own buttons. Each resolves to the button that was pressed. */
type Show = (
  sentence: string,
  first?: vscode.MessageOptions | string,
  ...labels: readonly string[]
) => Thenable<string | undefined>;

export const showInformation: Show = (sentence, ...how) =>
  vscode.window.showInformationMessage(escapeMessage(sentence), ...complete(...how));

export const showWarning: Show = (sentence, ...how) =>
  vscode.window.showWarningMessage(escapeMessage(sentence), ...complete(...how));

export const showError: Show = (sentence, ...how) =>
  vscode.window.showErrorMessage(escapeMessage(sentence), ...complete(...how));

function complete(
  first: vscode.MessageOptions | string = {},
  ...labels: readonly string[]
): [vscode.MessageOptions, ...string[]] {
  return typeof first === "string" ? [{}, first, ...labels] : [first, ...labels];
}
