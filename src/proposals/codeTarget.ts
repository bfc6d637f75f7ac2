import type { LineRange } from "../context/lineRange";
import { locateCode, locateText } from "./locateCode";
import { splitLines } from "./lineHunks";

/** An attachment that refers to a file: the whole file, a selection, or something about it. */
export interface CodeSource {
  /** `file` and `selection` contain text of the file; other kinds, such as `problem`, only refer to it. */
  readonly kind: string;
  readonly label: string;
  readonly text: string;
  readonly uri?: string;
  readonly range?: { readonly startLine: number };
  /** What was omitted from the text, if anything. */
  readonly cut?: string;
}

/** The lines of a source's file that an answer's code replaces. */
export interface CodeTarget {
  readonly lines: LineRange;
  /** False if the code matches nothing in the file, and `lines` are only those that the question was about. */
  readonly recognized: boolean;
  /** True if the file differs from what the model saw. */
  readonly changed: boolean;
}

/** Matching code with at least this share of the file's lines replaces the whole file. */
const wholeFile = 0.8;

/** The lines of the file that the code replaces; `undefined` if they cannot be determined. */
export function findCodeTarget(
  code: readonly string[],
  file: readonly string[],
  source: CodeSource,
): CodeTarget | undefined {
  const text = splitLines(source.text);
  if (!isQuoted(source.kind, text)) {
    const lines = locateCode(code, file);
    return lines && { lines, recognized: true, changed: false };
  }
  if (!source.range) {
    const changed = source.cut === undefined && source.text.replace(/\r\n|\r/g, "\n") !== file.join("\n");
    const place = locateCode(code, file);
    return place && { lines: isWholeFile(place, file) ? wholeOf(file) : place, recognized: true, changed };
  }
  const asked = locateText(withoutLastLineEnd(text), file, source.range.startLine);
  if (asked && isLikeAll(code, file.slice(asked.start, asked.end)))
    return { lines: asked, recognized: true, changed: false };
  const lines = locateCode(code, file, asked);
  if (lines) return { lines, recognized: true, changed: asked === undefined };
  return asked && { lines: asked, recognized: false, changed: false };
}

/** Whether the text is one contiguous part of the file: several selections are joined with a separator. */
function isQuoted(kind: string, text: readonly string[]): boolean {
  return (kind === "file" || kind === "selection") && !text.includes("⋯");
}

/** Code that begins and ends like the attached text replaces all of it. */
function isLikeAll(code: readonly string[], asked: readonly string[]): boolean {
  const [ends, wanted] = [endsOf(code), endsOf(asked)];
  return ends.every((line, index) => line === wanted[index]);
}

function endsOf(lines: readonly string[]): [first: string | undefined, last: string | undefined] {
  const filled = lines.map((line) => line.trim()).filter(Boolean);
  return [filled[0], filled.at(-1)];
}

function isWholeFile({ start, end }: LineRange, file: readonly string[]): boolean {
  const filled = (lines: readonly string[]): number => lines.filter((line) => line.trim() !== "").length;
  return filled(file.slice(start, end)) >= filled(file) * wholeFile;
}

/** All lines except the empty one after the final line end. */
function wholeOf(file: readonly string[]): LineRange {
  return { start: 0, end: file.length - (file.length > 1 && file.at(-1) === "" ? 1 : 0) };
}

/** A selection of whole lines ends at the first character of the next line, which does not belong to it. */
function withoutLastLineEnd(lines: readonly string[]): readonly string[] {
  return lines.length > 1 && lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
