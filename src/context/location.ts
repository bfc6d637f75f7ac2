import type { TextAttachment } from "./attachment";

type Range = NonNullable<TextAttachment["range"]>;

/** The last part of a path, as people name a file. */
export function fileName(path: string): string {
  return path.slice(path.replace(/\/+$/, "").lastIndexOf("/") + 1);
}

/** A place in a text as people say it, lines counted from 1: `router.ts:12-40`. */
export function locationLabel(name: string, range: Range): string {
  const first = range.startLine + 1;
  const last = lastLine(range) + 1;
  return first === last ? `${name}:${first}` : `${name}:${first}-${last}`;
}

/** A selection of whole lines ends before the first character of the next one, which is not meant. */
function lastLine({ startLine, endLine, endCharacter }: Range): number {
  return endCharacter === 0 && endLine > startLine ? endLine - 1 : endLine;
}

/** More selections than this become one chip: they were made by many cursors at once, and are meant as one. */
export const maxSelectionChips = 6;

export interface SelectionPart {
  range: Range;
  text: string;
}

/** What one chip each is made of: the selections in the order of the text, or, of very many, all of them as one. */
export function selectionParts(selections: readonly SelectionPart[]): {
  pieces: readonly SelectionPart[];
  joined: boolean;
} {
  const pieces = selections
    .filter(({ text }) => text !== "")
    .sort((a, b) => a.range.startLine - b.range.startLine || a.range.startCharacter - b.range.startCharacter);
  const [first, last] = [pieces[0], pieces.at(-1)];
  if (pieces.length <= maxSelectionChips || !first || !last) return { pieces, joined: false };
  const { startLine, startCharacter } = first.range;
  const { endLine, endCharacter } = last.range;
  const text = pieces.map((piece) => piece.text.replace(/\n$/, "")).join("\n⋯\n");
  return { pieces: [{ range: { startLine, startCharacter, endLine, endCharacter }, text }], joined: true };
}
