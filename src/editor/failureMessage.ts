import * as vscode from "vscode";
import { commands } from "../manifest";
import { isRouterError, type Log } from "../router/index";
import { offer } from "./offer";

/** Tells why there is no `what`, with what helps: the router's sentence says what happened. */
export function tellFailure(what: "edit" | "commit message", error: unknown, askAgain: () => unknown, log: Log): void {
  log.warn(`No ${what}: ${String(error)}`);
  const sentence = isRouterError(error)
    ? error.message
    : vscode.l10n.t("The edit could not be made because of a mistake inside this extension.");
  offer((...labels) => vscode.window.showErrorMessage(sentence, ...labels), actionsFor(error, askAgain), log);
}

function actionsFor(error: unknown, askAgain: () => unknown): Record<string, () => unknown> {
  const again = { [vscode.l10n.t("Ask Again")]: askAgain };
  if (!isRouterError(error))
    return { [vscode.l10n.t("Show Log")]: () => vscode.commands.executeCommand(commands.showLog) };
  const askAgainAfter = (command: string) => async (): Promise<void> => {
    if ((await vscode.commands.executeCommand(command)) === true) await askAgain();
  };
  if (error.reason === "no-key") return { [vscode.l10n.t("Sign In")]: askAgainAfter(commands.signIn) };
  if (error.reason === "unauthorized") return { [vscode.l10n.t("Set API Key")]: askAgainAfter(commands.setApiKey) };
  const { link } = error;
  if (link === undefined) return again;
  const open = (): unknown => vscode.env.openExternal(vscode.Uri.parse(link, true));
  return { [vscode.l10n.t("Open OpenRouter")]: open, ...again };
}
