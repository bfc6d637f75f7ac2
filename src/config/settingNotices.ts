import * as vscode from "vscode";
import type { Disposable } from "../lifecycle";
import { settings as ids } from "../manifest";
import type { BaseUrlProblem } from "./baseUrl";
import type { RejectedService, ServiceProblem } from "./serviceSettings";
import type { Settings } from "./settings";
import type { SettingsKeyMessages } from "./settingsKeyMigration";
import { showError, showInformation, showWarning } from "../notifications";

/** The messages about an API key found in the settings, shown as VS Code notifications. */
export const settingsKeyMessages: SettingsKeyMessages = {
  showMoved() {
    void showInformation(
      vscode.l10n.t(
        "Your API key was moved from the settings to the secret storage of this computer and is ready to use. Free providers may store what you send and train on it.",
      ),
    );
  },
  async confirmKey() {
    const use = vscode.l10n.t("Use Key");
    const answer = await showInformation(
      vscode.l10n.t(
        "The API key in your settings does not look like an OpenRouter key. If it is complete, it can be moved to the secret storage of this computer.",
      ),
      use,
      vscode.l10n.t("Not Now"),
    );
    return answer === use;
  },
  showSaveFailed: warnNoSecretStorage,
  showRemoveFailed(error) {
    const open = vscode.l10n.t("Open Settings");
    void showWarning(
      vscode.l10n.t(
        "Your API key is now in the secret storage of this computer, but could not be removed from the settings ({0}). Clear the setting manually.",
        error instanceof Error ? error.message : String(error),
      ),
      open,
    ).then((answer) => answer === open && openSetting(ids.apiKey));
  },
};

/** Mostly shown on Linux without a keyring. */
export function warnNoSecretStorage(error: unknown): void {
  void showError(
    vscode.l10n.t(
      "Could not save the API key in the secret storage of this computer ({0}). Unlock or install a keyring, or set the environment variable OPENROUTER_API_KEY before starting VS Code.",
      error instanceof Error ? error.message : String(error),
    ),
  );
}

/** Shows the privacy notice as a dialog and resolves to whether the user agrees to send the question. */
export async function showPrivacyNotice(host: string): Promise<boolean> {
  const send = vscode.l10n.t("Send");
  const answer = await showInformation(
    vscode.l10n.t(
      "Questions go to free providers, which may store them and train on them. Do not send anything confidential.",
    ),
    {
      modal: true,
      detail: vscode.l10n.t(
        "Your API key comes from OPENROUTER_API_KEY and is sent to {0}. You will not be asked again.",
        host,
      ),
    },
    send,
  );
  return answer === send;
}

/** Warns once about each API address in the settings that is rejected. */
export function warnRejectedBaseUrl(settings: Settings): Disposable {
  let lastRejected: string | undefined;
  const check = (): void => {
    const { rejected } = settings.baseUrl;
    if (rejected?.text === lastRejected) return;
    lastRejected = rejected?.text;
    if (rejected) void warnBaseUrl(rejected.problem);
  };
  check();
  return settings.onDidChange(check);
}

/** Warns about rows of the setting for services that are left out, and again when the user changes them. */
export function warnRejectedServices(settings: Settings): Disposable {
  let last = "";
  const check = (): void => {
    const { rejected } = settings.services;
    const found = JSON.stringify(rejected);
    const [first] = rejected;
    if (found !== last && first) void warnService(first, rejected.length);
    last = found;
  };
  check();
  return settings.onDidChange(check);
}

async function warnService({ position, problem }: RejectedService, count: number): Promise<void> {
  const open = vscode.l10n.t("Open Setting");
  const sentence =
    count === 1
      ? vscode.l10n.t("Service {0} in your settings is not used: {1}", position, serviceMessages[problem]())
      : vscode.l10n.t(
          "{0} services in your settings are not used. The first is number {1}: {2}",
          ...[count, position, serviceMessages[problem]()],
        );
  if ((await showWarning(sentence, open)) === open) await openSetting(ids.services);
}

async function warnBaseUrl(problem: BaseUrlProblem): Promise<void> {
  const open = vscode.l10n.t("Open Setting");
  const answer = await showWarning(
    `${baseUrlMessages[problem]()} ${vscode.l10n.t("The default OpenRouter address is used instead.")}`,
    open,
  );
  if (answer === open) await openSetting(ids.baseUrl);
}

function openSetting(id: string): Thenable<unknown> {
  return vscode.commands.executeCommand("workbench.action.openSettings", `@id:${id}`);
}

const baseUrlMessages: Record<BaseUrlProblem, () => string> = {
  "not-an-address": () => vscode.l10n.t("The API address in your settings is not a valid URL."),
  "not-encrypted": () =>
    vscode.l10n.t("The API address in your settings does not use HTTPS, so your API key would be sent unencrypted."),
  "has-credentials": () =>
    vscode.l10n.t(
      "The API address in your settings contains a user name or password. Use the command Set API Key instead.",
    ),
};

const serviceMessages: Record<ServiceProblem, () => string> = {
  "not-an-address": () => vscode.l10n.t("its address is missing or not a valid URL."),
  "not-encrypted": () => vscode.l10n.t("its address does not use HTTPS, so your questions would be sent unencrypted."),
  "has-credentials": () => vscode.l10n.t("its address contains a user name or password."),
  "not-a-service": () => vscode.l10n.t("its kind is unknown, or a value has the wrong type."),
  "no-name": () => vscode.l10n.t("it needs a name with letters or digits."),
  "name-taken": () => vscode.l10n.t("another service has this name."),
};
