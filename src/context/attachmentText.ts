import type { TextAttachment, TextKind } from "./attachment";
import { fenced } from "./fence";

const kindWords: Readonly<Record<TextKind, string>> = {
  selection: "Selected code",
  file: "File",
  folder: "Folder listing",
  problem: "Problem reported by the editor",
  terminal: "Terminal output",
  diff: "Changes as a diff",
  instructions: "Instructions for work in this project",
};

/** An attachment as the model reads it: what it is and where it comes from, then its text between fences that it cannot close. */
export function attachmentText({ kind, label, text, surroundings, languageId, cut }: TextAttachment): string {
  const heading = `${kindWords[kind]}: ${label}${cut === undefined ? "" : ` (left out: ${cut})`}`;
  const orientation =
    surroundings === undefined
      ? ""
      : `\nFor orientation, what stands around it in the file (“⋯” for what is left out):\n${fenced(surroundings, languageId)}`;
  return `${heading}\n${fenced(text, languageId)}${orientation}`;
}
