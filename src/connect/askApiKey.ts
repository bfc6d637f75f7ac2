import * as vscode from "vscode";
import { servicePages } from "../router/index";
import { isWholeKey, keyIn, type ApiKey } from "../config/apiKey";
import { saveUnlessRefused, type CheckKey } from "./saveKey";

/**
 * Asks for a key, checks it with the service, and keeps it; resolves to whether it is kept. Only a key that the service refuses is turned
 * down: without a network it is kept unchecked. `check` rejects as the router does.
 */
export async function askApiKey(apiKey: Pick<ApiKey, "keep">, check: CheckKey): Promise<boolean> {
  const box = createKeyBox();
  const closed = new AbortController();
  box.onDidHide(() => closed.abort());
  try {
    for (;;) {
      const candidate = await entered(box);
      if (candidate === undefined) return false;
      box.busy = true;
      box.enabled = false;
      const fate = await saveUnlessRefused(apiKey, candidate, check, closed.signal);
      if (fate !== "refused") return fate === "kept";
      if (closed.signal.aborted) return false;
      box.busy = false;
      box.enabled = true;
      box.validationMessage = vscode.l10n.t("OpenRouter refuses this key. Copy it once more, or make a new one.");
    }
  } finally {
    box.dispose();
  }
}

function createKeyBox(): vscode.InputBox {
  const box = vscode.window.createInputBox();
  box.title = vscode.l10n.t("OpenRouter API Key");
  box.prompt = vscode.l10n.t(
    "Paste your key; it is kept in the secret storage of this machine. No key yet? The button above makes one, for free. Free providers may keep what you send and train on it.",
  );
  box.placeholder = "sk-or-v1-…";
  box.password = true;
  box.ignoreFocusOut = true;
  box.buttons = [
    { iconPath: new vscode.ThemeIcon("link-external"), tooltip: vscode.l10n.t("Get a Free Key from OpenRouter") },
  ];
  box.onDidTriggerButton(() => void vscode.env.openExternal(vscode.Uri.parse(servicePages.keys)));
  box.onDidChangeValue((value) => (box.validationMessage = doubtAbout(keyIn(value))));
  return box;
}

/** What is in the box when Enter is pressed; `undefined` when the box is closed instead. */
function entered(box: vscode.InputBox): Promise<string | undefined> {
  return new Promise((resolve) => {
    const done = (key: string | undefined): void => {
      for (const each of listening) each.dispose();
      resolve(key);
    };
    const listening = [
      box.onDidHide(() => done(undefined)),
      box.onDidAccept(() => {
        const key = keyIn(box.value);
        if (key) done(key);
      }),
    ];
    box.show();
  });
}

/** Only a doubt: at another address than OpenRouter's, keys may look like anything. */
function doubtAbout(key: string): vscode.InputBoxValidationMessage | undefined {
  if (!key || isWholeKey(key)) return undefined;
  return {
    message: vscode.l10n.t("OpenRouter's keys are “sk-or-v1-” and 64 more characters. Is this one whole?"),
    severity: vscode.InputBoxValidationSeverity.Info,
  };
}
