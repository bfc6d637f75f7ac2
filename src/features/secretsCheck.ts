import * as vscode from "vscode";
import type { Settings } from "../config/settings";
import { askAboutSecrets } from "../context/askAboutSecrets";
import type { SecretsCheck } from "../context/secretsCheck";
import { linkTarget } from "../context/linkTarget";
import { WindowSecretsCheck } from "../context/windowSecretsCheck";

/** The secrets check of this window, which everything passes before it is sent. Loads with the first question. */
export function openSecretsCheck(settings: Pick<Settings, "hasLocalServices">): SecretsCheck {
  return new WindowSecretsCheck({
    ask: (findings) => askAboutSecrets(findings, settings.hasLocalServices),
    linkTarget: async (uri) => {
      const { scheme, fsPath } = vscode.Uri.parse(uri);
      return scheme === "file" ? linkTarget(fsPath) : undefined;
    },
  });
}
