import * as vscode from "vscode";
import { escapeMessage } from "../escapeMessage";
import type { SignInScreen } from "./signIn";

/** The sign-in as an input box of VS Code: it waits for the browser, takes a code or a key, and Escape ends all of it. */
export function openSignInBox(): SignInScreen {
  const box = vscode.window.createInputBox();
  const code: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("clippy"),
    tooltip: vscode.l10n.t("Get a Code to Paste Here"),
  };
  const browser: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("link-external"),
    tooltip: vscode.l10n.t("Open the Page Again"),
  };
  box.title = vscode.l10n.t("Sign In with OpenRouter");
  box.prompt = vscode.l10n.t(
    "Go on in your browser; this window is told when you are done. If nothing comes back, get a code with the first button and paste it here. Free providers may keep what you send and train on it.",
  );
  box.placeholder = vscode.l10n.t("Waiting for the browser… or paste a code or a key");
  box.buttons = [code, browser];
  box.password = true; // It may be a key.
  box.ignoreFocusOut = true;
  box.busy = true;
  box.onDidChangeValue(() => (box.validationMessage = undefined));
  box.show();
  return {
    onDidEnter: (listener) => void box.onDidAccept(() => listener(box.value)),
    onDidAskForCode: (listener) => void box.onDidTriggerButton((button) => button === code && listener()),
    onDidAskForBrowser: (listener) => void box.onDidTriggerButton((button) => button === browser && listener()),
    onDidClose: (listener) => void box.onDidHide(listener),
    busy: (busy) => {
      box.enabled = !busy;
    },
    say: (problem, retry) => {
      box.validationMessage = problem && escapeMessage(problem);
      if (retry !== undefined) box.value = retry;
    },
    dispose: () => box.dispose(),
  };
}
