import * as vscode from "vscode";
import type { Settings } from "../config/settings";
import { askAboutSecrets } from "../context/askAboutSecrets";
import type { SecretsCheck } from "../context/secretsCheck";
import { linkTarget } from "../context/linkTarget";
import { withTimeout } from "../lifecycle";
import type { FailureReason, Router } from "../router/index";
import { WindowSecretsCheck } from "../context/windowSecretsCheck";

const notRunning: FailureReason = "server-not-running";
/** A dialog waits this long for what is known of the local servers, milliseconds. */
const statesMs = 1_000;

export interface SecretsCheckOptions {
  readonly settings: Pick<Settings, "hasLocalServices" | "isLocalService">;
  readonly router: Pick<Router, "services">;
}

/** The secrets check of this window, which everything passes before it is sent. Loads with the first question. */
export function openSecretsCheck({ settings, router }: SecretsCheckOptions): SecretsCheck {
  const hasLocalModels = async (): Promise<boolean> => {
    if (!settings.hasLocalServices) return false;
    const states = await withTimeout(statesMs, router.services());
    return states?.some(({ id, error }) => settings.isLocalService(id) && error?.reason !== notRunning) ?? true;
  };
  return new WindowSecretsCheck({
    ask: async (findings) => askAboutSecrets(findings, await hasLocalModels()),
    linkTarget: async (uri) => {
      const { scheme, fsPath } = vscode.Uri.parse(uri);
      return scheme === "file" ? linkTarget(fsPath) : undefined;
    },
  });
}
