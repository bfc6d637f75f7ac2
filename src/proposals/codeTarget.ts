import { locateCode, findText, type LineRange } from "./locateCode";
import { splitLines } from "./lineHunks";

/** A text that was sent with a question and comes from a file: all of it, a selection, or something about it. */
export interface CodeSource {
  /** `file` and `selection` hold the file's own words; others, such as `problem`, only say which file is meant. */
  readonly kind: string;
  readonly label: string;
  readonly text: string;
  readonly uri?: string;
  readonly range?: { readonly startLine: number };
  /** What was left out of the text, if anything was. */
  readonly cut?: string;
}

/** Where an answer's code belongs in the file that a source came from. */
export interface CodeTarget {
  readonly lines: LineRange;
  /** False where the code resembles nothing there, and it is only known what was asked about. */
  readonly recognised: boolean;
  /** The file is not what the model was shown. */
  readonly changed: boolean;
}

/** The share of a file's lines from which on code that fits is taken for the whole file. */
const wholeFile = 0.8;

/** The lines of the file that the code takes the place of, if they can be told. */
export function findCodeTarget(
  code: readonly string[],
  file: readonly string[],
  source: CodeSource,
): CodeTarget | undefined {
  const text = splitLines(source.text);
  if (!isQuoted(source.kind, text)) {
    const lines = locateCode(code, file);
    return lines && { lines, recognised: true, changed: false };
  }
  if (!source.range) {
    const changed = source.cut === undefined && source.text.replace(/\r\n|\r/g, "\n") !== file.join("\n");
    const place = locateCode(code, file);
    return place && { lines: isWholeFile(place, file) ? wholeOf(file) : place, recognised: true, changed };
  }
  const asked = findText(withoutLastLineEnd(text), file, source.range.startLine);
  if (asked && isLikeAll(code, file.slice(asked.start, asked.end)))
    return { lines: asked, recognised: true, changed: false };
  const lines = locateCode(code, file, asked);
  if (lines) return { lines, recognised: true, changed: asked === undefined };
  return asked && { lines: asked, recognised: false, changed: false };
}

/** Whether it is the file's own text in one piece: many selections at once are joined with a sign between them. */
function isQuoted(kind: string, text: readonly string[]): boolean {
  return (kind === "file" || kind === "selection") && !text.includes("⋯");
}

/** Begins and ends as what was asked about: then it is meant for all of it. */
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

/** All lines but the empty one that stands for the line end of the last. */
function wholeOf(file: readonly string[]): LineRange {
  return { start: 0, end: file.length - (file.length > 1 && file.at(-1) === "" ? 1 : 0) };
}

/** A selection of whole lines ends before the first character of the next one. */
function withoutLastLineEnd(lines: readonly string[]): readonly string[] {
  return lines.length > 1 && lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
