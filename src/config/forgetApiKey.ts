import * as vscode from "vscode";
import type { ApiKey } from "./apiKey";
import { showInformation, showWarning } from "../notifications";

/** Forgets the saved API keys after the user confirms. */
export async function forgetApiKey(apiKey: Pick<ApiKey, "forget" | "source">): Promise<void> {
  const forget = vscode.l10n.t("Forget Key");
  const answer = await showWarning(
    vscode.l10n.t("Forget the OpenRouter API key on this computer?"),
    {
      modal: true,
      detail: vscode.l10n.t(
        "The key remains valid. You can delete it on openrouter.ai. Keys that you saved for other hosts are forgotten too.",
      ),
    },
    forget,
  );
  if (answer !== forget) return;
  await apiKey.forget();
  void showInformation(
    (await apiKey.source()) === "environment"
      ? vscode.l10n.t("API key forgotten. The key in OPENROUTER_API_KEY is used from now on.")
      : vscode.l10n.t("API key forgotten."),
  );
}
