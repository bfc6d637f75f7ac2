import * as vscode from "vscode";
import { errorMessage } from "../failureMessages";
import { commands } from "../manifest";
import { showInformation, showWarning } from "../notifications";
import { isRouterError } from "../router/index";
import type { ApiKey } from "../config/apiKey";
import { warnNoSecretStorage } from "../config/settingNotices";

/** Asks the service about a key; rejects as the router does. */
export type CheckKey = (candidate: string) => Promise<unknown>;

/** `not-kept`: it may be good, but the secret storage does not take it, which is told, or the user has left meanwhile. */
export type SaveKeyResult = "kept" | "refused" | "not-kept";

/** Keeps a key unless the service refuses it, and says so to the user; without a network it is kept unchecked. */
export async function saveUnlessRefused(
  apiKey: Pick<ApiKey, "keep">,
  key: string,
  check: CheckKey,
  cancelled: AbortSignal,
): Promise<SaveKeyResult> {
  const problem = await check(key).then(
    () => undefined,
    (error: unknown) => error ?? new Error("check"),
  );
  if (isRouterError(problem) && problem.reason === "unauthorized") return "refused";
  if (cancelled.aborted) return "not-kept";
  try {
    await apiKey.keep(key);
  } catch (error) {
    warnNoSecretStorage(error);
    return "not-kept";
  }
  tellKept(problem);
  return "kept";
}

function tellKept(problem: unknown): void {
  const openChat = vscode.l10n.t("Open Chat");
  const told =
    problem === undefined
      ? showInformation(vscode.l10n.t("Your key works. Ask away!"), openChat)
      : showWarning(
          vscode.l10n.t("Your key is kept, but could not be checked just now: {0}", errorMessage(problem).sentence),
          openChat,
        );
  void told.then((answer) => answer === openChat && vscode.commands.executeCommand(commands.openChat));
}
