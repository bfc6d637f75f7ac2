import type { LineRange } from "../context/lineRange";

/** Larger alignment tables would take a second or more; the user is asked instead. */
const maxCells = 8_000_000;

/** Alignment scores: a matching line with words, a matching line of punctuation only, a surplus line on either side. */
const points = { words: 1, punctuation: 0.2, inCode: -0.05, inFile: -0.1, hinted: 1.2 };

/** The minimum share of the code's lines with words that must match. */
const leastShare = 0.3;

/**
 * Finds the lines of the file that an edited version of some part of it replaces; `undefined` if that is unclear. `hint`: the lines that
 * the question was about, which decide between equally good matches.
 */
export function locateCode(code: readonly string[], file: readonly string[], hint?: LineRange): LineRange | undefined {
  if (code.length * file.length > maxCells) return undefined;
  const best = align(code, file, hint);
  if (!best || !isConvincing(best, code)) return undefined;
  if (!hint || !overlap(best, hint)) {
    const otherLines = file.map((line, index) => (index >= best.start && index < best.end ? "" : line));
    const second = align(code, otherLines, hint);
    if (second && second.score > best.score * 0.85) return undefined;
  }
  return closed(widened(best, code, file), code, file);
}

/** Finds text that was copied from the file, nearest to its old position; its first and last line may be partial. */
export function locateText(text: readonly string[], file: readonly string[], near: number): LineRange | undefined {
  const last = text.length - 1;
  const isHere = (start: number): boolean =>
    text.every((line, index) => {
      const fileLine = file[start + index] ?? "";
      if (index === 0 && index === last) return fileLine.includes(line);
      if (index === 0) return fileLine.endsWith(line);
      return index === last ? fileLine.startsWith(line) : fileLine === line;
    });
  const starts: number[] = [];
  for (let start = 0; start + text.length <= file.length; start++) if (isHere(start)) starts.push(start);
  const [start] = starts.sort((a, b) => Math.abs(a - near) - Math.abs(b - near));
  return start === undefined ? undefined : { start, end: start + text.length };
}

export function overlap(one: LineRange, other: LineRange): boolean {
  return one.start < other.end && other.start < one.end;
}

interface Alignment extends LineRange {
  score: number;
  /** The code's lines that matched, in order. */
  matched: readonly number[];
}

/** The part of the file that aligns best with the whole code, allowing surplus lines on both sides. */
function align(code: readonly string[], file: readonly string[], hint?: LineRange): Alignment | undefined {
  const lines = code.map((line) => line.trim());
  const fileLines = file.map((line) => line.trim());
  const width = file.length + 1;
  const scores = new Float32Array((code.length + 1) * width);
  const gain = (i: number, j: number): number => {
    const line = lines[i] ?? "";
    if (line === "" || line !== fileLines[j]) return -Infinity;
    return pointsOf(line) * (hint && j >= hint.start && j < hint.end ? points.hinted : 1);
  };
  const at = (i: number, j: number): number => scores[i * width + j] ?? 0;
  for (let i = 1; i <= code.length; i++) {
    scores[i * width] = i * points.inCode;
    for (let j = 1; j <= file.length; j++) {
      scores[i * width + j] = Math.max(
        at(i - 1, j - 1) + gain(i - 1, j - 1),
        at(i - 1, j) + points.inCode,
        at(i, j - 1) + points.inFile,
      );
    }
  }
  let end = 0;
  for (let j = 1; j <= file.length; j++) if (at(code.length, j) > at(code.length, end)) end = j;

  const matched: [code: number, file: number][] = [];
  for (let i = code.length, j = end; i > 0 && j > 0;) {
    const score = at(i, j);
    // Compares stored values: recomputed sums differ in their last digits.
    if (score === Math.fround(at(i - 1, j - 1) + gain(i - 1, j - 1))) matched.unshift([--i, --j]);
    else if (score === Math.fround(at(i - 1, j) + points.inCode)) i--;
    else j--;
  }
  const [first, last] = [matched[0], matched.at(-1)];
  if (!first || !last) return undefined;
  return {
    start: first[1],
    end: last[1] + 1,
    score: at(code.length, end),
    matched: matched.map(([line]) => line),
  };
}

const hasWords = (line: string): boolean => /[\p{L}\p{N}]{2}/u.test(line);
const pointsOf = (line: string): number => (hasWords(line) ? points.words : points.punctuation);

function isConvincing({ matched }: Alignment, code: readonly string[]): boolean {
  const total = code.filter(hasWords).length;
  const matchedCount = matched.filter((index) => hasWords(code[index] ?? "")).length;
  return matchedCount > 0 && matchedCount >= total * leastShare;
}

/** Extends the match to a modified first or last line, which did not match but resembles its neighbor. */
function widened({ start, end, matched }: Alignment, code: readonly string[], file: readonly string[]): LineRange {
  const before = code.slice(0, matched[0]).reverse();
  const after = code.slice((matched.at(-1) ?? 0) + 1);
  const upwards = resembling(before, file.slice(0, start).reverse());
  const downwards = resembling(after, file.slice(end));
  return { start: start - upwards, end: end + downwards };
}

/**
 * If the code is a complete block, extends the match to a complete block: up to the closing bracket and, in languages with significant
 * indentation, up to the last line that is deeper than the first.
 */
function closed({ start, end }: LineRange, code: readonly string[], file: readonly string[]): LineRange | undefined {
  let last = end;
  if (depthOf(code) === 0) {
    let depth = depthOf(file.slice(start, last));
    while (depth > 0 && last < file.length) depth += depthOf([file[last++] ?? ""]);
    if (depth !== 0) return undefined;
  }
  const [first = "", ...rest] = code.filter(hasText);
  if (rest.length > 0 && rest.every((line) => indentOf(line) > indentOf(first))) {
    const outer = indentOf(file[start] ?? "");
    for (let line = last; line < file.length; line++) {
      const text = file[line] ?? "";
      if (hasText(text) && indentOf(text) <= outer) break;
      if (hasText(text)) last = line + 1;
    }
  }
  return { start, end: last };
}

const hasText = (line: string): boolean => line.trim() !== "";
const indentOf = (line: string): number => line.length - line.trimStart().length;

/** The number of unclosed brackets. Counts those in strings and comments too, which mostly come in pairs. */
function depthOf(lines: readonly string[]): number {
  const text = lines.join("\n");
  return (text.match(/[([{]/g)?.length ?? 0) - (text.match(/[)\]}]/g)?.length ?? 0);
}

/** The number of consecutive lines that resemble a line of the code. */
function resembling(code: readonly string[], file: readonly string[]): number {
  let count = 0;
  let from = 0;
  for (const line of file) {
    const index = code.findIndex((each, at) => at >= from && likeness(each, line) >= 0.5);
    if (index < 0) break;
    from = index + 1;
    count++;
  }
  return count;
}

/** Sørensen–Dice coefficient over character pairs: 0 for nothing in common, 1 for equal. */
function likeness(one: string, other: string): number {
  const [a, b] = [pairsOf(one), pairsOf(other)];
  if (a.length === 0 || b.length === 0) return 0;
  const unpaired = new Map<string, number>();
  for (const pair of a) unpaired.set(pair, (unpaired.get(pair) ?? 0) + 1);
  let shared = 0;
  for (const pair of b) {
    const count = unpaired.get(pair) ?? 0;
    if (count === 0) continue;
    unpaired.set(pair, count - 1);
    shared++;
  }
  return (2 * shared) / (a.length + b.length);
}

function pairsOf(line: string): string[] {
  const text = line.replace(/\s+/g, "");
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2));
}
