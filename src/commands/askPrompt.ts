import * as vscode from "vscode";
import type { Attachment, TextAttachment } from "../context/attachment";
import { fillPrompt, namesSelection, type Prompt, type PromptVariables } from "./prompts";
import { fenced } from "../context/fence";
import type { AskInChat } from "./question";
import { showInformation } from "../notifications";

/** Asks a prompt at once about what the user is looking at: the selected code, or the whole file where nothing is selected. */
export async function askPrompt(prompt: Prompt, attachments: readonly Attachment[], ask: AskInChat): Promise<void> {
  if (attachments.length === 0) {
    void showInformation(vscode.l10n.t("There is nothing to ask about yet: open a file, or select some code."));
    return;
  }
  const texts = attachments.filter((each): each is TextAttachment => each.kind !== "image");
  const inWords = namesSelection(prompt);
  await ask({
    text: texts.length === 0 ? pictureQuestion(prompt) : fillPrompt(prompt, variablesOf(texts)),
    attachments: inWords ? attachments.filter(({ kind }) => kind === "image") : attachments,
    submit: true,
  });
}

/** The prompts speak of code; a picture in its preview is explained all the same. */
function pictureQuestion(prompt: Prompt): string {
  return prompt.id === "explain" ? vscode.l10n.t("Explain what this picture shows.") : prompt.text;
}

function variablesOf(texts: readonly TextAttachment[]): PromptVariables {
  const [first] = texts;
  const uri = first?.uri === undefined ? undefined : vscode.Uri.parse(first.uri);
  return {
    selection: texts.map(({ text, languageId }) => fenced(text, languageId)).join("\n\n"),
    file: uri ? vscode.workspace.asRelativePath(uri) : "",
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
