import * as vscode from "vscode";
import { after } from "../lifecycle";
import { commands } from "../manifest";
import { isRouterError } from "../router/index";
import { isWholeKey, keyIn, type ApiKey } from "./apiKey";
import { tellNoSecretStorage } from "./settingNotices";

/** Where a key is made; a free account is enough. */
const keysPage = vscode.Uri.parse("https://openrouter.ai/settings/keys");
const checkTimeoutMs = 8_000;

/**
 * Asks for a key, checks it with the service, and keeps it; resolves to whether one was kept. Only a key that the service refuses is
 * turned down: without a network it is kept unchecked. `check` rejects as the router does.
 */
export async function askApiKey(
  apiKey: Pick<ApiKey, "keep">,
  check: (candidate: string) => Promise<unknown>,
): Promise<boolean> {
  const box = createKeyBox();
  const closed = new AbortController();
  box.onDidHide(() => closed.abort());
  try {
    for (;;) {
      const candidate = await entered(box);
      if (candidate === undefined) return false;
      box.busy = true;
      box.enabled = false;
      const problem = await problemWith(candidate, check);
      if (closed.signal.aborted) return false;
      box.busy = false;
      box.enabled = true;
      if (!isRouterError(problem) || problem.reason !== "unauthorized") {
        await keep(apiKey, candidate, problem);
        return true;
      }
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
    "Paste your key; it is kept in the secret storage of this machine. No key yet? The button above makes one, for free.",
  );
  box.placeholder = "sk-or-v1-…";
  box.password = true;
  box.ignoreFocusOut = true;
  box.buttons = [
    { iconPath: new vscode.ThemeIcon("link-external"), tooltip: vscode.l10n.t("Get a Free Key from OpenRouter") },
  ];
  box.onDidTriggerButton(() => void vscode.env.openExternal(keysPage));
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

async function problemWith(candidate: string, check: (candidate: string) => Promise<unknown>): Promise<unknown> {
  return new Promise((resolve) => {
    const timer = after(checkTimeoutMs, () => resolve(new Error(vscode.l10n.t("OpenRouter did not answer in time."))));
    check(candidate)
      .then(() => resolve(undefined), resolve)
      .finally(() => timer.dispose());
  });
}

async function keep(apiKey: Pick<ApiKey, "keep">, key: string, problem: unknown): Promise<void> {
  try {
    await apiKey.keep(key);
  } catch (error) {
    tellNoSecretStorage(error);
    return;
  }
  const openChat = vscode.l10n.t("Open Chat");
  const told =
    problem === undefined
      ? vscode.window.showInformationMessage(vscode.l10n.t("Your key works. Ask away!"), openChat)
      : vscode.window.showWarningMessage(
          vscode.l10n.t("Your key is kept, but could not be checked just now: {0}", wordsOf(problem)),
          openChat,
        );
  void told.then((answer) => answer === openChat && vscode.commands.executeCommand(commands.openChat));
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
