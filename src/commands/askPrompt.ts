import * as vscode from "vscode";
import { activeEditorContext } from "../context/activeEditorContext";
import type { Attachment, TextAttachment } from "../context/attachment";
import { displayPath } from "../context/displayPath";
import { fillPrompt, namesSelection, type BuiltInPromptId, type Prompt, type PromptVariables } from "./prompts";
import { fenced } from "../context/fence";
import type { Command, CommandDependencies } from "./commandDependencies";
import { pickPrompt } from "./promptPicker";
import { showInformation } from "../notifications";

/** The command that sends one of the built-in prompts. */
export function askBuiltInPrompt(id: BuiltInPromptId): Command {
  return async (dependencies: CommandDependencies): Promise<void> => {
    const prompt = (await dependencies.prompts.list()).find((each) => each.id === id);
    if (prompt) await askPrompt(prompt, dependencies);
  };
}

/** Lets the user choose a prompt and sends it. */
export async function runPrompt(dependencies: CommandDependencies): Promise<void> {
  const prompt = await pickPrompt(dependencies.prompts);
  if (prompt) await askPrompt(prompt, dependencies);
}

/** Sends a prompt about the selected code, or about the whole file if nothing is selected. */
async function askPrompt(prompt: Prompt, { ask }: CommandDependencies): Promise<void> {
  const attachments = (await activeEditorContext()) ?? [];
  if (attachments.length === 0) {
    void showInformation(vscode.l10n.t("Nothing to ask about. Open a file or select some code."));
    return;
  }
  const texts = attachments.filter((each): each is TextAttachment => each.kind !== "image");
  const isInPrompt = namesSelection(prompt);
  await ask({
    text: texts.length === 0 ? imageQuestion(prompt) : fillPrompt(prompt, variablesOf(texts)),
    attachments: isInPrompt ? attachments.filter(({ kind }) => kind === "image") : attachments,
    submit: true,
  });
}

/** Prompts are about code, but *Explain* works for an image in its preview too. */
function imageQuestion(prompt: Prompt): string {
  return prompt.id === "explain" ? vscode.l10n.t("Explain what this image shows.") : prompt.text;
}

function variablesOf(texts: readonly TextAttachment[]): PromptVariables {
  const [first] = texts;
  const uri = first?.uri === undefined ? undefined : vscode.Uri.parse(first.uri);
  return {
    selection: texts.map(({ text, languageId }) => fenced(text, languageId)).join("\n\n"),
    file: uri ? displayPath(uri) : "",
    language: first?.languageId ?? "",
    problems: texts.flatMap(problemsOf).join("\n"),
  };
}

function problemsOf({ uri, range }: Attachment & TextAttachment): string[] {
  if (uri === undefined) return [];
  const within = range && new vscode.Range(range.startLine, range.startCharacter, range.endLine, range.endCharacter);
  return vscode.languages
    .getDiagnostics(vscode.Uri.parse(uri))
    .filter((each) => each.severity <= vscode.DiagnosticSeverity.Information)
    .filter((each) => !within || within.intersection(each.range) !== undefined)
    .map((each) => vscode.l10n.t("Line {0}: {1}", each.range.start.line + 1, each.message));
}
