import * as vscode from "vscode";
import { showWarning } from "../../notifications";
import type { AnswerAction } from "./pageDependencies";

/** Lets the user select an action for an answer. `model` is the name of the model that wrote it. */
export async function chooseAnswerAction(model: string | undefined): Promise<AnswerAction | undefined> {
  const modelActions: { label: string; action: AnswerAction }[] =
    model === undefined
      ? []
      : [
          { label: vscode.l10n.t("$(pin) Always Use {0}", model), action: "pin-model" },
          { label: vscode.l10n.t("$(circle-slash) Never Use {0}", model), action: "exclude-model" },
        ];
  const selected = await vscode.window.showQuickPick(
    [
      ...modelActions,
      { label: vscode.l10n.t("$(repo-forked) Fork Chat From Here"), action: "fork" as const },
      { label: vscode.l10n.t("$(trash) Delete From Here…"), action: "delete" as const },
    ],
    { title: vscode.l10n.t("Answer") },
  );
  if (selected?.action !== "delete") return selected?.action;
  const yes = vscode.l10n.t("Delete");
  const question = vscode.l10n.t("Delete this question, its answers, and everything after it?");
  return (await showWarning(question, { modal: true }, yes)) === yes ? "delete" : undefined;
}
