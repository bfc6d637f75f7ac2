import * as vscode from "vscode";
import { settings as ids } from "../manifest";
import { showInformation, showWarning } from "../notifications";
import { hostOf } from "./baseUrl";
import type { KeyQuestion } from "./keyPermission";

/** Asks in a dialog which key another host gets. */
export async function askWhichKey({ owner, origin }: KeyQuestion): Promise<"send" | "enter" | undefined> {
  const host = hostOf(origin);
  const send = vscode.l10n.t("Send Key to {0}", host);
  const enter = vscode.l10n.t("Enter Another Key");
  const answer = await showWarning(
    vscode.l10n.t("Send your API key for {0} to {1}?", hostOf(owner), host),
    {
      modal: true,
      detail: vscode.l10n.t("The API address in your settings is {0}. Its operator could use the key.", origin),
    },
    send,
    enter,
  );
  if (answer === send) return "send";
  return answer === enter ? "enter" : undefined;
}

/** Informs the user that the API address in the user's settings gets the key from the environment. */
export function notifyEnvironmentKey(origin: string): void {
  const open = vscode.l10n.t("Open Setting");
  const sentence = vscode.l10n.t(
    "The API key in OPENROUTER_API_KEY is sent to {0}, the API address in your settings.",
    hostOf(origin),
  );
  void showInformation(sentence, open).then(
    (answer) =>
      answer === open && vscode.commands.executeCommand("workbench.action.openSettings", `@id:${ids.baseUrl}`),
  );
}
