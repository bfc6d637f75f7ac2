import * as vscode from "vscode";
import type { Disposable } from "../lifecycle";
import { settings as ids } from "../manifest";
import type { BaseUrlRefusal } from "./baseUrl";
import type { Settings } from "./settings";
import type { SettingsKeyMessages } from "./settingsKeyMigration";
import { showError, showInformation, showWarning } from "../notifications";

/** What is said and asked about a key that was typed into the settings. */
export const settingsKeyMessages: SettingsKeyMessages = {
  moved() {
    void showInformation(
      vscode.l10n.t(
        "Your API key was moved from the settings to the secret storage of this machine. It is ready to use. Free providers may keep what you send and train on it.",
      ),
    );
  },
  async isWhole() {
    const yes = vscode.l10n.t("Yes, Use It");
    const answer = await showInformation(
      vscode.l10n.t(
        "The key in your settings does not look like one of OpenRouter's. Is it whole? Then it is moved to the secret storage of this machine.",
      ),
      yes,
      vscode.l10n.t("Not Yet"),
    );
    return answer === yes;
  },
  notKept: warnNoSecretStorage,
  notRemoved(error) {
    const open = vscode.l10n.t("Open Settings");
    void showWarning(
      vscode.l10n.t(
        "Your API key is in the secret storage now, but could not be removed from the settings ({0}). Please empty the setting yourself.",
        error instanceof Error ? error.message : String(error),
      ),
      open,
    ).then((answer) => answer === open && openSetting(ids.apiKey));
  },
};

/** Linux without a key ring is the usual case. */
export function warnNoSecretStorage(error: unknown): void {
  void showError(
    vscode.l10n.t(
      "The secret storage of this machine refuses the key ({0}). Unlock or install a key ring, or set the environment variable OPENROUTER_API_KEY before starting VS Code.",
      error instanceof Error ? error.message : String(error),
    ),
  );
}

/** The sentence as a question, before the first thing that a command sends. */
export async function showPrivacyNotice(): Promise<boolean> {
  const send = vscode.l10n.t("Send");
  const answer = await showInformation(
    vscode.l10n.t("Questions go to free providers, who may keep them and train on them: send nothing secret."),
    { modal: true, detail: vscode.l10n.t("Your key comes from OPENROUTER_API_KEY. This is asked only once.") },
    send,
  );
  return answer === send;
}

/** Says why an API address in the settings is not used, once for each such address. */
export function warnRefusedBaseUrl(settings: Settings): Disposable {
  let told: string | undefined;
  const look = (): void => {
    const { refused } = settings.baseUrl;
    if (refused?.text === told) return;
    told = refused?.text;
    if (refused) void tell(refused.refusal);
  };
  look();
  return settings.onDidChange(look);
}

async function tell(refusal: BaseUrlRefusal): Promise<void> {
  const open = vscode.l10n.t("Open Setting");
  const answer = await showWarning(
    `${reasons[refusal]()} ${vscode.l10n.t("OpenRouter's own address is used instead.")}`,
    open,
  );
  if (answer === open) await openSetting(ids.baseUrl);
}

function openSetting(id: string): Thenable<unknown> {
  return vscode.commands.executeCommand("workbench.action.openSettings", `@id:${id}`);
}

const reasons: Record<BaseUrlRefusal, () => string> = {
  "not-an-address": () => vscode.l10n.t("The API address in your settings is not a web address."),
  "not-encrypted": () =>
    vscode.l10n.t("The API address in your settings is not encrypted (https), and your key would be sent there."),
  "has-credentials": () =>
    vscode.l10n.t("The API address in your settings has a name or password in it; use Set API Key instead."),
};
