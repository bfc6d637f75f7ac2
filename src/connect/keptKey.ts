import * as vscode from "vscode";
import { errorWords } from "../failureWords";
import { commands } from "../manifest";
import { showInformation, showWarning } from "../notify";
import { isRouterError } from "../router/index";
import type { ApiKey } from "../config/apiKey";
import { tellNoSecretStorage } from "../config/settingNotices";

/** Asks the service about a key; rejects as the router does. */
export type CheckKey = (candidate: string) => Promise<unknown>;

/**
 * Keeps a key unless the service refuses it, and says so to the user; without a network it is kept unchecked. Resolves to false only
 * where it was refused. When `cancelled` meanwhile, nothing is kept.
 */
export async function keepUnlessRefused(
  apiKey: Pick<ApiKey, "keep">,
  key: string,
  check: CheckKey,
  cancelled: AbortSignal,
): Promise<boolean> {
  const problem = await check(key).then(
    () => undefined,
    (error: unknown) => error ?? new Error("check"),
  );
  if (isRouterError(problem) && problem.reason === "unauthorized") return false;
  if (cancelled.aborted) return true;
  try {
    await apiKey.keep(key);
    tellKept(problem);
  } catch (error) {
    tellNoSecretStorage(error);
  }
  return true;
}

function tellKept(problem: unknown): void {
  const openChat = vscode.l10n.t("Open Chat");
  const told =
    problem === undefined
      ? showInformation(vscode.l10n.t("Your key works. Ask away!"), openChat)
      : showWarning(
          vscode.l10n.t("Your key is kept, but could not be checked just now: {0}", errorWords(problem).sentence),
          openChat,
        );
  void told.then((answer) => answer === openChat && vscode.commands.executeCommand(commands.openChat));
}
