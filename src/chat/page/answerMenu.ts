import * as vscode from "vscode";
import { showQuickPick } from "../../iconLabels";
import { icon, iconText, type IconText } from "../../iconText";
import { showWarning } from "../../notifications";
import { visibleName } from "../../visibleText";
import type { AnswerAction } from "./pageDependencies";

/** Lets the user select an action for an answer. `model` is the name of the model that wrote it. */
export async function chooseAnswerAction(model: string | undefined): Promise<AnswerAction | undefined> {
  const modelActions: { label: IconText; action: AnswerAction }[] =
    model === undefined
      ? []
      : [
          { label: iconText(icon("pin"), vscode.l10n.t("Always Use {0}", visibleName(model))), action: "pin-model" },
          {
            label: iconText(icon("circle-slash"), vscode.l10n.t("Never Use {0}", visibleName(model))),
            action: "exclude-model",
          },
        ];
  const selected = await showQuickPick(
    [
      ...modelActions,
      { label: iconText(icon("repo-forked"), vscode.l10n.t("Fork Chat From Here")), action: "fork" as const },
      { label: iconText(icon("trash"), vscode.l10n.t("Delete From Here…")), action: "delete" as const },
    ],
    { title: vscode.l10n.t("Answer") },
  );
  if (selected?.action !== "delete") return selected?.action;
  const yes = vscode.l10n.t("Delete");
  const question = vscode.l10n.t("Delete this question, its answers, and everything after it?");
  return (await showWarning(question, { modal: true }, yes)) === yes ? "delete" : undefined;
}
