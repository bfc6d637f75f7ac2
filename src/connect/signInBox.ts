import * as vscode from "vscode";
import { promptText, type PromptText } from "../escapeMessage";
import { createQuickPick } from "../iconLabels";
import { icon, iconText, type IconText } from "../iconText";
import { createInputBox } from "../inputBoxes";
import { DisposableStore, Emitter } from "../lifecycle";
import type { SignInBox } from "./signIn";

interface Choice {
  label: IconText;
  detail?: IconText;
  run: () => void;
}

/** A code or a key that is pasted into the list of choices: no word of the choices is as long. */
const pastedText = /^\S{16,}$/;

/**
 * Opens the list of ways to sign in while it waits for the browser; one of them is a field for a code or a key. The choices are rows, because
 * VS Code shows buttons of a quick input as icons only. Escape cancels the sign-in.
 */
export function openSignInBox(): SignInBox {
  const store = new DisposableStore();
  const entered = store.add(new Emitter<string>());
  const pageRequested = store.add(new Emitter<void>());
  const codeRequested = store.add(new Emitter<void>());
  const closed = store.add(new Emitter<void>());

  const choices = store.add(createQuickPick<Choice>(vscode.l10n.t("Sign In with OpenRouter")));
  choices.items = [
    {
      label: iconText(icon("link-external"), vscode.l10n.t("Open the Page Again")),
      run: () => pageRequested.fire(),
    },
    {
      label: iconText(icon("clippy"), vscode.l10n.t("Paste a Code")),
      detail: iconText(vscode.l10n.t("If VS Code does not respond when you are done in the browser")),
      run: () => codeRequested.fire(),
    },
    { label: iconText(icon("key"), vscode.l10n.t("Enter an API Key")), run: () => showField() },
  ];
  choices.placeholder = vscode.l10n.t("Waiting for the browser…");
  choices.onDidAccept(() => choices.activeItems[0]?.run());
  choices.onDidChangeValue((value) => {
    if (pastedText.test(value)) showField(value);
  });

  const field = store.add(createInputBox());
  field.title = choices.title;
  field.prompt = promptText(vscode.l10n.t("Paste the code from your browser, or an API key."));
  field.placeholder = vscode.l10n.t("Code or API key");
  field.password = true; // The input may be a key.
  field.buttons = [vscode.QuickInputButtons.Back];
  field.onDidAccept(() => entered.fire(field.value));
  field.onDidChangeValue(() => (field.validationMessage = undefined));
  field.onDidTriggerButton(() => show(choices));

  /** The one of the two that is shown: showing one hides the other, which does not end the sign-in. */
  let shown: Pick<vscode.QuickInput, "show"> = choices;
  for (const box of [choices, field]) {
    box.ignoreFocusOut = true;
    box.busy = true;
    box.onDidHide(() => box === shown && closed.fire());
  }
  showPrompt(undefined);
  choices.show();

  function show(box: typeof shown): void {
    shown = box;
    choices.value = "";
    box.show();
  }

  function showField(value = ""): void {
    field.value = value;
    show(field);
  }

  function showPrompt(problem: PromptText | undefined): void {
    choices.prompt =
      problem ??
      promptText(vscode.l10n.t("Continue in your browser. Free providers may store your prompts and train on them."));
  }

  return {
    onDidEnter: entered.event,
    onDidRequestCode: codeRequested.event,
    onDidRequestPage: pageRequested.event,
    onDidClose: closed.event,
    showField: () => showField(),
    setBusy: (busy) => {
      choices.enabled = field.enabled = !busy;
    },
    showProblem: (problem, input) => {
      const text = problem === undefined ? undefined : promptText(problem);
      if (input !== undefined && shown !== field) showField(input);
      else if (input !== undefined) field.value = input;
      field.validationMessage = text;
      showPrompt(text);
    },
    dispose: () => store.dispose(),
  };
}
