import * as vscode from "vscode";
import type { FailureAction, FailureButton } from "../failureAction";
import { failureCommand } from "../failureCommand";
import { showError, showWithActions } from "../notifications";
import type { CommandDependencies } from "./commandDependencies";

/**
 * Shows why generating the edit, commit message or review failed, with an action that helps. `showAnswer` shows what the models had written
 * of an edit by then, if anything.
 */
export function showFailure(
  what: "edit" | "commit message" | "review",
  error: unknown,
  askAgain: () => unknown,
  { errorMessage, log }: Pick<CommandDependencies, "errorMessage" | "log">,
  showAnswer?: () => unknown,
): void {
  log.warn(`No ${what}: ${String(error)}`);
  const { sentence, label, action, others = [] } = errorMessage(error);
  const actions = {
    ...actionsFor([{ label, action }, ...others], askAgain),
    ...(showAnswer && { [vscode.l10n.t("Show Answer")]: showAnswer }),
  };
  // The answer may have been shown while it was written.
  const message = showAnswer ? `${sentence} ${vscode.l10n.t("Nothing was changed.")}` : sentence;
  showWithActions((...labels) => showError(message, ...labels), actions, log);
}

/** After these actions succeed, the question is asked again. */
const solutions: readonly FailureAction["do"][] = [
  "sign-in",
  "set-key",
  "use-local-models",
  "add-service",
  "choose-order",
];
/** Before these actions, asking again would fail the same way. */
const necessities: readonly FailureAction["do"][] = ["sign-in", "set-key", "show-log"];

/** The buttons that a command stands behind, and *Ask Again* for the others. */
function actionsFor(buttons: readonly FailureButton[], askAgain: () => unknown): Record<string, () => unknown> {
  const actions: Record<string, () => unknown> = {};
  for (const { label, action } of buttons) {
    const run = failureCommand(action);
    if (!run) continue;
    actions[label] = async () => {
      if ((await run()) === true && solutions.includes(action.do)) await askAgain();
    };
  }
  const isNecessary = buttons.some(({ action }) => necessities.includes(action.do));
  return { ...actions, ...(!isNecessary && { [vscode.l10n.t("Ask Again")]: askAgain }) };
}
