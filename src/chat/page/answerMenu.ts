import * as vscode from "vscode";
import { showWarning } from "../../notifications";
import type { AnswerAction } from "./pageDependencies";

/** What else can be done with an answer, in a list to choose from. */
export async function chooseAnswerAction(model: string | undefined): Promise<AnswerAction | undefined> {
  const ofModel: { label: string; action: AnswerAction }[] =
    model === undefined
      ? []
      : [
          { label: vscode.l10n.t("$(pin) Always Ask {0}", model), action: "keep-model" },
          { label: vscode.l10n.t("$(circle-slash) Never Use {0} Again", model), action: "never-use-model" },
        ];
  const chosen = await vscode.window.showQuickPick(
    [
      ...ofModel,
      { label: vscode.l10n.t("$(repo-forked) Go On From Here in a New Chat"), action: "fork" as const },
      { label: vscode.l10n.t("$(trash) Delete From Here On…"), action: "delete" as const },
    ],
    { title: vscode.l10n.t("Answer") },
  );
  if (chosen?.action !== "delete") return chosen?.action;
  const yes = vscode.l10n.t("Delete");
  const question = vscode.l10n.t("Delete this question, its answers, and all that follows?");
  return (await showWarning(question, { modal: true }, yes)) === yes ? "delete" : undefined;
}
