import type { TextAttachment, TextKind } from "./attachment";
import { fenced } from "./fence";

const kindLabels: Readonly<Record<TextKind, string>> = {
  selection: "Selected code",
  file: "File",
  folder: "Folder listing",
  problem: "Problem reported by the editor",
  terminal: "Terminal output",
  diff: "Diff",
  instructions: "Project instructions",
};

/** The attachment in the prompt: a heading with its kind and label, then the text in a code fence that it cannot close. */
export function attachmentText({ kind, label, text, surroundings, languageId, cut }: TextAttachment): string {
  const heading = `${kindLabels[kind]}: ${label}${cut === undefined ? "" : ` (omitted: ${cut})`}`;
  const surroundingCode =
    surroundings === undefined
      ? ""
      : `\nSurrounding code in the same file, for context (“⋯” marks omitted lines):\n${fenced(surroundings, languageId)}`;
  return `${heading}\n${fenced(text, languageId)}${surroundingCode}`;
}
