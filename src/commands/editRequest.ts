import type { LineRange } from "../proposals/locateCode";
import type { CompletionRequest } from "../router/index";
import { fenced } from "../context/fence";

export interface EditRequestOptions {
  /** The whole document. */
  readonly lines: readonly string[];
  /** What of it is to be edited. */
  readonly place: LineRange;
  /** What stands around it, for orientation; undefined for nothing. */
  readonly surroundings: string | undefined;
  readonly instruction: string;
  /** As in the workspace: `src/basket.ts`. */
  readonly file: string;
  readonly languageId: string;
  /** The user's own instructions for every model; empty for none. */
  readonly instructions: string;
}

/** Not for the user's eyes, so in English for every model. */
const systemPrompt = [
  "You edit a part of a file as you are told.",
  "Answer with the complete text that takes the place of the part, in exactly one fenced code block, and with nothing else.",
  "The block replaces the part as it stands: repeat every line that stays, leave nothing out, and never write a placeholder such as “rest unchanged”.",
  "Keep the indentation, the style and all that the instruction does not speak of. Do not repeat the lines around the part.",
].join(" ");

/** The request for the text that takes the place of a part of a document. */
export function editRequest({
  lines,
  place,
  surroundings,
  instruction,
  file,
  languageId,
  instructions,
}: EditRequestOptions): CompletionRequest {
  const code = (text: string): string => fenced(text, languageId === "plaintext" ? "" : languageId);
  const paragraphs = [
    `The part of ${file} to edit:\n${code(lines.slice(place.start, place.end).join("\n"))}`,
    ...(surroundings === undefined
      ? []
      : [`For orientation, what stands around it and stays (“⋯” for what is left out):\n${code(surroundings)}`]),
    `The instruction:\n${instruction}`,
    "Answer with the new text of the part only, whole, in one fenced code block.",
  ];
  const system = instructions === "" ? systemPrompt : `${systemPrompt}\n\nThe user's instructions:\n${instructions}`;
  return {
    messages: [
      { role: "system", content: system },
      { role: "user", content: paragraphs.join("\n\n") },
    ],
  };
}
