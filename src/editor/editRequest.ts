import type { Place } from "../edit/findPlace";
import type { CompletionRequest } from "../router/index";
import { fenced } from "./fence";

export interface EditQuestion {
  /** The whole document. */
  readonly lines: readonly string[];
  /** What of it is to be edited. */
  readonly place: Place;
  readonly instruction: string;
  /** As in the workspace: `src/basket.ts`. */
  readonly file: string;
  readonly languageId: string;
  /** The user's own instructions for every model; empty for none. */
  readonly instructions: string;
}

/** The most that is sent of the lines before the part, and of those after it. */
const surroundings = { lines: 60, characters: 6_000 };

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
  instruction,
  file,
  languageId,
  instructions,
}: EditQuestion): CompletionRequest {
  const code = (part: readonly string[]): string =>
    fenced(part.join("\n"), languageId === "plaintext" ? "" : languageId);
  const part = lines.slice(place.start, place.end);
  const sent = sentLines(place, lines.length);
  const before = fitting(lines.slice(sent.start, place.start).reverse()).reverse();
  const after = fitting(lines.slice(place.end, sent.end));
  const paragraphs = [
    `The part of ${file} to edit:\n${code(part)}`,
    ...(hasText(before) ? [`For orientation, the lines before it, which stay:\n${code(before)}`] : []),
    ...(hasText(after) ? [`For orientation, the lines after it, which stay:\n${code(after)}`] : []),
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

/** The lines that a request for a part may carry: it, and some around it. */
export function sentLines({ start, end }: Place, count: number): Place {
  return { start: Math.max(0, start - surroundings.lines), end: Math.min(count, end + surroundings.lines) };
}

/** The first lines that fit the budget, each whole. */
function fitting(lines: readonly string[]): string[] {
  let room = surroundings.characters;
  const end = lines.findIndex((line) => (room -= line.length + 1) < 0);
  return lines.slice(0, end < 0 ? lines.length : end);
}

function hasText(lines: readonly string[]): boolean {
  return lines.some((line) => line.trim() !== "");
}
