import * as vscode from "vscode";
import { commands } from "../manifest";
import { isRouterError, type Log } from "../router/index";

/** Tells why there is no edit, with the one thing that helps: the router's sentence says what happened. */
export async function tellFailure(error: unknown, askAgain: () => unknown, log: Log): Promise<void> {
  log.warn(`An edit failed: ${String(error)}`);
  if (!isRouterError(error)) {
    const showLog = vscode.l10n.t("Show Log");
    const sentence = vscode.l10n.t("The edit could not be made because of a mistake inside this extension.");
    if ((await vscode.window.showErrorMessage(sentence, showLog)) === showLog)
      await vscode.commands.executeCommand(commands.showLog);
    return;
  }
  if (error.reason === "no-key" || error.reason === "unauthorized") {
    const setKey = vscode.l10n.t("Set API Key");
    if ((await vscode.window.showErrorMessage(error.message, setKey)) !== setKey) return;
    if ((await vscode.commands.executeCommand(commands.setApiKey)) === true) await askAgain();
    return;
  }
  const { link } = error;
  const again = vscode.l10n.t("Ask Again");
  const open = vscode.l10n.t("Open OpenRouter");
  const chosen = await vscode.window.showErrorMessage(error.message, ...(link === undefined ? [again] : [open, again]));
  if (chosen === again) await askAgain();
  if (chosen === open && link !== undefined) await vscode.env.openExternal(vscode.Uri.parse(link, true));
}
