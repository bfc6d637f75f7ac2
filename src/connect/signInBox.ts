import * as vscode from "vscode";
import { promptText } from "../escapeMessage";
import { createInputBox } from "../inputBoxes";
import type { SignInBox } from "./signIn";

/** Opens the input box for sign-in. It waits for the browser and accepts a code or a key; Escape cancels the sign-in. */
export function openSignInBox(): SignInBox {
  const box = createInputBox();
  const codeButton: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("clippy"),
    tooltip: vscode.l10n.t("Get a Code to Paste Here"),
  };
  const browserButton: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("link-external"),
    tooltip: vscode.l10n.t("Open the Page Again"),
  };
  box.title = vscode.l10n.t("Sign In with OpenRouter");
  box.prompt = promptText(
    vscode.l10n.t(
      "Continue in your browser. If VS Code does not respond when you are done, use the first button to get a code and paste it here. Free providers may store your prompts and train on them.",
    ),
  );
  box.placeholder = vscode.l10n.t("Waiting for the browser… You can also paste a code or an API key");
  box.buttons = [codeButton, browserButton];
  box.password = true; // The input may be a key.
  box.ignoreFocusOut = true;
  box.busy = true;
  box.onDidChangeValue(() => (box.validationMessage = undefined));
  box.show();
  return {
    onDidEnter: (listener) => void box.onDidAccept(() => listener(box.value)),
    onDidRequestCode: (listener) => void box.onDidTriggerButton((button) => button === codeButton && listener()),
    onDidRequestPage: (listener) => void box.onDidTriggerButton((button) => button === browserButton && listener()),
    onDidClose: (listener) => void box.onDidHide(listener),
    setBusy: (busy) => {
      box.enabled = !busy;
    },
    showProblem: (problem, input) => {
      box.validationMessage = problem === undefined ? undefined : promptText(problem);
      if (input !== undefined) box.value = input;
    },
    dispose: () => box.dispose(),
  };
}
