import * as vscode from "vscode";
import { promptText } from "../escapeMessage";
import { createInputBox, type InputBox } from "../inputBoxes";
import { servicePages } from "../router/index";
import { isCompleteKey, extractKey } from "../config/keyFormat";
import { saveUnlessRejected, type KeyTarget } from "./saveKey";

/**
 * Asks the user for an API key, checks it with the service, and saves it. Resolves to whether a key was saved. If the service rejects the
 * key, the user can correct it; without a network connection the key is saved unchecked.
 */
export async function askApiKey(target: KeyTarget): Promise<boolean> {
  const box = createKeyBox(target.host);
  const closed = new AbortController();
  box.onDidHide(() => closed.abort());
  try {
    for (;;) {
      const key = await waitForKey(box);
      if (key === undefined) return false;
      box.busy = true;
      box.enabled = false;
      const result = await saveUnlessRejected(target, key, closed.signal);
      if (result !== "rejected") return result === "saved";
      if (closed.signal.aborted) return false;
      box.busy = false;
      box.enabled = true;
      box.validationMessage = promptText(
        vscode.l10n.t("OpenRouter rejected this key. Copy it again or create a new one."),
      );
    }
  } finally {
    box.dispose();
  }
}

function createKeyBox(host: string): InputBox {
  const box = createInputBox();
  box.title = vscode.l10n.t("OpenRouter API Key");
  box.prompt = promptText(
    vscode.l10n.t(
      "Paste your API key for {0}. It is saved in the secret storage of this computer. No key yet? Use the button above to create one for free. Free providers may store your prompts and train on them.",
      host,
    ),
  );
  box.placeholder = "sk-or-v1-…";
  box.password = true;
  box.ignoreFocusOut = true;
  box.buttons = [
    { iconPath: new vscode.ThemeIcon("link-external"), tooltip: vscode.l10n.t("Get a Free Key from OpenRouter") },
  ];
  box.onDidTriggerButton(() => void vscode.env.openExternal(vscode.Uri.parse(servicePages.keys)));
  box.onDidChangeValue((value) => (box.validationMessage = keyFormatHint(extractKey(value))));
  return box;
}

/** The key in the box when the user presses Enter; `undefined` if the user closes the box. */
function waitForKey(box: InputBox): Promise<string | undefined> {
  return new Promise((resolve) => {
    const done = (key: string | undefined): void => {
      for (const listener of listeners) listener.dispose();
      resolve(key);
    };
    const listeners = [
      box.onDidHide(() => done(undefined)),
      box.onDidAccept(() => {
        const key = extractKey(box.value);
        if (key) done(key);
      }),
    ];
    box.show();
  });
}

/** Only a hint, not an error: keys of services at other API addresses can have any format. */
function keyFormatHint(key: string): InputBox["validationMessage"] {
  if (!key || isCompleteKey(key)) return undefined;
  return {
    message: promptText(
      vscode.l10n.t("OpenRouter keys consist of “sk-or-v1-” and 64 more characters. Check that this key is complete."),
    ),
    severity: vscode.InputBoxValidationSeverity.Info,
  };
}
