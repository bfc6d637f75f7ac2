import * as vscode from "vscode";
import { errorMessage } from "../failureMessages";
import { commands } from "../manifest";
import { showInformation, showWarning } from "../notifications";
import { isRouterError } from "../router/index";
import { warnNoSecretStorage } from "../config/settingNotices";

/** The service that a key is for. */
export interface KeyTarget {
  /** Its name. */
  readonly name: string;
  /** Its host name, as shown to the user. */
  readonly host: string;
  /** Where the user creates a key. */
  readonly keyPage?: string | undefined;
  /** What is probably wrong with a text that was entered as a key; `undefined` if nothing. */
  readonly keyHint: (key: string) => string | undefined;
  /** Checks a key with the service; rejects with a `RouterError`. */
  check(key: string): Promise<unknown>;
  /** Whether a question can be asked without opening the chat. */
  isChatVisible(): boolean;
  /** Rejects if the secret storage does not work on this computer. */
  save(key: string): Promise<void>;
}

/** `not-saved`: the secret storage failed, and the user was notified, or the user canceled. The key itself may be valid. */
export type SaveKeyResult = "saved" | "rejected" | "not-saved";

/** Saves a key and notifies the user, unless the service rejects the key. Without a network connection it is saved unchecked. */
export async function saveUnlessRejected(
  target: Pick<KeyTarget, "check" | "save" | "isChatVisible">,
  key: string,
  canceled: AbortSignal,
): Promise<SaveKeyResult> {
  const problem = await target.check(key).then(
    () => undefined,
    (error: unknown) => error ?? new Error("The key check failed."),
  );
  if (isRouterError(problem) && problem.reason === "unauthorized") return "rejected";
  if (canceled.aborted) return "not-saved";
  try {
    await target.save(key);
  } catch (error) {
    warnNoSecretStorage(error);
    return "not-saved";
  }
  notifySaved(problem, target.isChatVisible());
  return "saved";
}

function notifySaved(problem: unknown, isChatVisible: boolean): void {
  const openChat = vscode.l10n.t("Open Chat");
  const labels = isChatVisible ? [] : [openChat];
  const works = isChatVisible
    ? vscode.l10n.t("Your API key works.")
    : vscode.l10n.t("Your API key works. Open the chat to ask a question.");
  const pressed =
    problem === undefined
      ? showInformation(works, ...labels)
      : showWarning(
          vscode.l10n.t("Your API key was saved but could not be verified: {0}", errorMessage(problem).sentence),
          ...labels,
        );
  void pressed.then((label) => label === openChat && vscode.commands.executeCommand(commands.openChat));
}
