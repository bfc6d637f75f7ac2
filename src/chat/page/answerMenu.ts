import * as vscode from "vscode";
import { showWarning } from "../../notifications";

/** Asks the user whether to delete a question, its answers, and everything after it. */
export async function confirmDeletion(): Promise<boolean> {
  const yes = vscode.l10n.t("Delete");
  const question = vscode.l10n.t("Delete this question, its answers, and everything after it?");
  return (await showWarning(question, { modal: true }, yes)) === yes;
}
