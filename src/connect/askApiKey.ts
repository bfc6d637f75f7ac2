import * as vscode from "vscode";
import { promptText } from "../escapeMessage";
import { createInputBox, type InputBox } from "../inputBoxes";
import { extractKey } from "../config/keyFormat";
import { saveUnlessRejected, type KeyTarget } from "./saveKey";

/**
 * Asks the user for an API key, checks it with the service, and saves it. Resolves to whether a key was saved. If the service rejects the
 * key, the user can correct it; without a network connection the key is saved unchecked.
 */
export async function askApiKey(target: KeyTarget): Promise<boolean> {
  const box = createKeyBox(target);
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
        vscode.l10n.t("{0} rejected this key. Copy it again or create a new one.", target.name),
      );
    }
  } finally {
    box.dispose();
  }
}

function createKeyBox({ name, host, keyPage, keyHint }: KeyTarget): InputBox {
  const box = createInputBox();
  box.title = vscode.l10n.t("{0} API Key", name);
  box.prompt = promptText(
    [
      vscode.l10n.t("Paste your API key for {0}. It is saved in the secret storage of this computer.", host),
      ...(keyPage ? [vscode.l10n.t("No key yet? Use the button above to create one for free.")] : []),
      vscode.l10n.t("Free providers may store your prompts and train on them."),
    ].join(" "),
  );
  box.password = true;
  box.ignoreFocusOut = true;
  if (keyPage) {
    box.buttons = [
      { iconPath: new vscode.ThemeIcon("link-external"), tooltip: vscode.l10n.t("Get a Free Key from {0}", name) },
    ];
    box.onDidTriggerButton(() => void vscode.env.openExternal(vscode.Uri.parse(keyPage)));
  }
  box.onDidChangeValue((value) => {
    const hint = keyHint(extractKey(value));
    const severity = vscode.InputBoxValidationSeverity.Info;
    box.validationMessage = hint === undefined ? undefined : { message: promptText(hint), severity };
  });
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
