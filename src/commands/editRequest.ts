import type { LineRange } from "../context/lineRange";
import type { CompletionRequest } from "../router/index";
import type { Instructions } from "./outgoingInstructions";
import { instructionsText } from "./instructionsText";
import { fenced } from "../context/fence";

export interface EditRequestOptions extends Instructions {
  /** The whole document. */
  readonly lines: readonly string[];
  /** The lines to edit. */
  readonly place: LineRange;
  /** The surrounding code, as context for the model. */
  readonly surroundings: string | undefined;
  readonly instruction: string;
  /** The path relative to the workspace: `src/basket.ts`. */
  readonly file: string;
  readonly languageId: string;
}

/** In English for every model; the user does not see it. */
const systemPrompt = [
  "You edit part of a file as instructed.",
  "Answer with the complete replacement for that part in exactly one fenced code block, and nothing else.",
  "The block replaces the part verbatim: repeat every unchanged line, omit nothing, and never write a placeholder such as “rest unchanged”.",
  "Keep the indentation, the style and everything that the instruction does not mention. Do not repeat the surrounding lines.",
].join(" ");

/** The completion request for the replacement of part of a document. */
export function editRequest({
  lines,
  place,
  surroundings,
  instruction,
  file,
  languageId,
  instructions,
  workspaceInstructions,
}: EditRequestOptions): CompletionRequest {
  const code = (text: string): string => fenced(text, languageId === "plaintext" ? "" : languageId);
  const paragraphs = [
    `The part of ${file} to edit:\n${code(lines.slice(place.start, place.end).join("\n"))}`,
    ...(surroundings === undefined
      ? []
      : [`The surrounding code, for context only (“⋯” marks omitted lines):\n${code(surroundings)}`]),
    `The instruction:\n${instruction}`,
    "Answer with the complete new text of the part only, in one fenced code block.",
  ];
  const system = systemPrompt + instructionsText({ user: instructions, workspace: workspaceInstructions });
  return {
    messages: [
      { role: "system", content: system },
      { role: "user", content: paragraphs.join("\n\n") },
    ],
  };
}
