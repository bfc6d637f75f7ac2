import * as vscode from "vscode";
import { promptText } from "../escapeMessage";
import { showQuickPick } from "../iconLabels";
import { icon, iconText, type IconText } from "../iconText";
import { showInputBox } from "../inputBoxes";
import type { CommandDependencies } from "./commandDependencies";
import type { PromptFiles, StoredPrompt } from "./promptFiles";
import { promptId } from "./prompts";
import { showInformation, showWarning } from "../notifications";
import { visibleName } from "../visibleText";

/** Lets the user select a prompt; `undefined` if they cancel. */
export async function pickPrompt(files: PromptFiles): Promise<StoredPrompt | undefined> {
  const chosen = await showQuickPick(itemsOf(await files.list()), {
    title: vscode.l10n.t("Run Prompt"),
    placeHolder: vscode.l10n.t("Select a prompt. Use “Edit Prompts…” to add your own"),
    matchOnDetail: true,
  });
  return chosen?.prompt;
}

/** Opens the file of a prompt that the user selects, or of a new one. */
export async function editPrompts({ prompts: files }: CommandDependencies): Promise<void> {
  const newPrompt = { label: iconText(icon("add"), vscode.l10n.t("New Prompt…")), prompt: undefined };
  const chosen = await showQuickPick([...itemsOf(await files.list()), newPrompt], {
    title: vscode.l10n.t("Edit Prompts"),
    placeHolder: vscode.l10n.t("Select a prompt to edit, or create one"),
  });
  if (chosen === newPrompt) await createPrompt(files);
  else if (chosen?.prompt) await files.open(chosen.prompt);
}

/** Resets the built-in prompts, after confirmation. */
export async function resetPrompts({ prompts: files }: CommandDependencies): Promise<void> {
  const edited = (await files.list()).filter((prompt) => prompt.builtIn && prompt.edited);
  if (edited.length === 0) {
    void showInformation(vscode.l10n.t("The built-in prompts have not been changed."));
    return;
  }
  const reset = vscode.l10n.t("Reset");
  const answer = await showWarning(
    vscode.l10n.t("Reset the built-in prompts?"),
    {
      modal: true,
      detail: vscode.l10n.t(
        "This discards your changes to: {0}. Your own prompts are not affected.",
        edited.map(({ title }) => visibleName(title)).join(", "),
      ),
    },
    reset,
  );
  if (answer === reset) await files.reset();
}

async function createPrompt(files: PromptFiles): Promise<void> {
  const taken = new Set((await files.list()).map(({ id }) => id.toLowerCase()));
  const title = await showInputBox({
    title: vscode.l10n.t("New Prompt"),
    prompt: promptText(vscode.l10n.t("Name of the prompt")),
    validateInput: (value) => {
      const id = promptId(value);
      if (value === "") return undefined;
      if (id === "") return promptText(vscode.l10n.t("The name needs at least one letter or digit."));
      return taken.has(id) ? promptText(vscode.l10n.t("A prompt with this name already exists.")) : undefined;
    },
  });
  const id = promptId(title ?? "");
  if (title === undefined || id === "") return;
  await files.open({ id, title: title.trim(), text: vscode.l10n.t("Prompt text") });
}

interface PromptItem {
  label: IconText;
  description: IconText;
  detail: IconText;
  prompt: StoredPrompt | undefined;
}

function itemsOf(prompts: readonly StoredPrompt[]): PromptItem[] {
  return prompts.map((prompt) => ({
    label: iconText(visibleName(prompt.title)),
    description: iconText(!prompt.builtIn ? vscode.l10n.t("custom") : prompt.edited ? vscode.l10n.t("modified") : ""),
    detail: iconText(prompt.text.replace(/\s+/g, " ")),
    prompt,
  }));
}
