import * as vscode from "vscode";
import type { FailureAction } from "../failureAction";
import { commands } from "../manifest";
import { showError, showWithActions } from "../notifications";
import type { CommandDependencies } from "./commandDependencies";

/** Shows why generating the edit or commit message failed, with an action that helps. */
export function showFailure(
  what: "edit" | "commit message",
  error: unknown,
  askAgain: () => unknown,
  { errorMessage, log }: CommandDependencies,
): void {
  log.warn(`No ${what}: ${String(error)}`);
  const { sentence, label, action } = errorMessage(error);
  const actions = actionsFor(action, label, askAgain);
  showWithActions((...labels) => showError(sentence, ...labels), actions, log);
}

function actionsFor(action: FailureAction, label: string, askAgain: () => unknown): Record<string, () => unknown> {
  const retryAction = { [vscode.l10n.t("Ask Again")]: askAgain };
  const run = (command: string) => (): unknown => vscode.commands.executeCommand(command);
  const runAndAsk = (command: string) => async (): Promise<void> => {
    if ((await vscode.commands.executeCommand(command)) === true) await askAgain();
  };
  switch (action.do) {
    case "sign-in":
      return { [label]: runAndAsk(commands.signIn) };
    case "set-key":
      return { [label]: runAndAsk(commands.setApiKey) };
    case "show-log":
      return { [label]: run(commands.showLog) };
    case "test-connection":
      return { [label]: run(commands.testConnection), ...retryAction };
    case "use-local-models":
      return { [label]: runAndAsk(commands.useLocalModels), ...retryAction };
    case "choose-order":
      return { [label]: runAndAsk(commands.chooseServiceOrder), ...retryAction };
    case "choose-model":
      return { [label]: run(commands.selectModel), ...retryAction };
    case "open-link":
      return { [label]: () => vscode.env.openExternal(vscode.Uri.parse(action.url, true)), ...retryAction };
    // Actions of the chat; here they all mean asking again.
    case "retry":
    case "another-model":
    case "continue":
    case "edit":
      return retryAction;
  }
}
