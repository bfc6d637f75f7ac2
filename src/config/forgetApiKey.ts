import * as vscode from "vscode";
import type { ApiKey } from "./apiKey";
import { showInformation, showWarning } from "../notifications";

/** Asks once more whether to, then forgets the key on this machine. */
export async function forgetApiKey(apiKey: Pick<ApiKey, "forget" | "source">): Promise<void> {
  const forget = vscode.l10n.t("Forget Key");
  const answer = await showWarning(
    vscode.l10n.t("Forget the OpenRouter key on this machine?"),
    { modal: true, detail: vscode.l10n.t("The key itself stays valid; you can delete it at openrouter.ai.") },
    forget,
  );
  if (answer !== forget) return;
  await apiKey.forget();
  void showInformation(
    (await apiKey.source()) === "environment"
      ? vscode.l10n.t("The key is forgotten. From now on the one in OPENROUTER_API_KEY is used.")
      : vscode.l10n.t("The key is forgotten."),
  );
}
