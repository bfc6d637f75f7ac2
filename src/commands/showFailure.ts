import * as vscode from "vscode";
import type { FailureAction } from "../failureAction";
import { failureCommand } from "../failureCommand";
import { showError, showWithActions } from "../notifications";
import type { CommandDependencies } from "./commandDependencies";

/** Shows why generating the edit, commit message or review failed, with an action that helps. */
export function showFailure(
  what: "edit" | "commit message" | "review",
  error: unknown,
  askAgain: () => unknown,
  { errorMessage, log }: Pick<CommandDependencies, "errorMessage" | "log">,
): void {
  log.warn(`No ${what}: ${String(error)}`);
  const { sentence, label, action } = errorMessage(error);
  const actions = actionsFor(action, label, askAgain);
  showWithActions((...labels) => showError(sentence, ...labels), actions, log);
}

/** After these actions succeed, the question is asked again. */
const solutions: readonly FailureAction["do"][] = ["sign-in", "set-key", "use-local-models", "choose-order"];
/** Before these actions, asking again would fail the same way. */
const necessities: readonly FailureAction["do"][] = ["sign-in", "set-key", "show-log"];

function actionsFor(action: FailureAction, label: string, askAgain: () => unknown): Record<string, () => unknown> {
  const retryAction = { [vscode.l10n.t("Ask Again")]: askAgain };
  const run = failureCommand(action);
  if (!run) return retryAction;
  const runAndAsk = async (): Promise<void> => {
    if ((await run()) === true && solutions.includes(action.do)) await askAgain();
  };
  return { [label]: runAndAsk, ...(!necessities.includes(action.do) && retryAction) };
}
