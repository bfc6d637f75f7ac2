import { lineNumbers, type LineRange } from "./lineRange";

export interface SurroundingLinesOptions {
  /** All lines of the document. */
  readonly lines: readonly string[];
  /** The lines that the question is about. */
  readonly target: LineRange;
  /** The function, class or similar block that contains the target, if known. */
  readonly block: LineRange | undefined;
  /** The most characters to return. The first line of the block may exceed it. */
  readonly budget: number;
  /** Zero-based numbers of lines that are sent anyway and therefore excluded. */
  readonly includedLines?: ReadonlySet<number>;
}

/** The most characters of surrounding code per target: some 3,000 tokens. */
export const maxSurroundingCharacters = 12_000;
/** The share of these that imports may use. */
const maxImportCharacters = 2_500;
/** The number of lines on either side if the enclosing block is unknown. */
const contextLines = 20;
/** Only the first lines of a file are searched for imports: later matches are something else. */
const maxImportLine = 300;

/**
 * The code that helps a model understand the target: the imports, and the nearest lines of the enclosing block or, without one, of the file.
 * Sorted, and without the target itself.
 */
export function surroundingLines({
  lines,
  target,
  block,
  budget,
  includedLines,
}: SurroundingLinesOptions): LineRange[] {
  const context = block ?? {
    start: Math.max(0, target.start - contextLines),
    end: Math.min(lines.length, target.end + contextLines),
  };
  const imports = takeWithin(Math.min(budget, maxImportCharacters), importLines(lines), lines);
  const remaining = budget - lengthOf(imports, lines);
  const above = lineNumbers({ start: context.start, end: target.start }).reverse();
  const below = lineNumbers({ start: target.end, end: context.end });
  // The nearest lines matter most. A side can use the space that the other side leaves unused.
  const shorterLength = Math.min(lengthOf(above, lines), lengthOf(below, lines));
  const lengthPerSide = Math.max(remaining / 2, remaining - shorterLength);
  const nearest = [...takeWithin(lengthPerSide, above, lines), ...takeWithin(lengthPerSide, below, lines)];
  // The first line of the block is always included, since it has the name and signature.
  const heading = block && block.start < target.start ? [block.start] : [];
  const all = [...imports, ...heading, ...nearest];
  return toRanges(
    all.filter((line) => (line < target.start || line >= target.end) && includedLines?.has(line) !== true),
  );
}

/** Joins the ranges into a text for the model. `⋯` marks omitted lines, and a placeholder marks the position of the target. */
export function surroundingText(lines: readonly string[], target: LineRange, ranges: readonly LineRange[]): string {
  const hasTarget = target.end > target.start;
  const sorted = [...ranges, ...(hasTarget ? [target] : [])].sort((a, b) => a.start - b.start);
  const text: string[] = [];
  for (const [index, range] of sorted.entries()) {
    const previous = sorted[index - 1];
    if (previous && previous.end < range.start) text.push("⋯");
    if (range === target) text.push(`⋯ ${rangeLabel(target)} (shown above) ⋯`);
    else text.push(...lines.slice(range.start, range.end));
  }
  return text.join("\n");
}

/** Matches the first line of an import in common languages. */
const importStart =
  /^(?:import\b|from\s+\S+\s+import\b|export\b.*\bfrom\s*["']|(?:const|let|var)\s.*=\s*require\(|#\s*(?:include|import)\b|using\s+[\w.:]|use\s+[\w\\:]|require(?:_once|_relative)?[\s("']|@(?:import|use|forward)\s|package\s+[\w.]+;?$|mod\s+\w+;|extern\s+crate\s|library\()/;

/** The numbers of all import lines. An import that spans several lines is included up to its closing bracket. */
function importLines(lines: readonly string[]): number[] {
  const numbers: number[] = [];
  const end = Math.min(lines.length, maxImportLine);
  for (let line = 0; line < end; line++) {
    if (!importStart.test(lines[line] ?? "")) continue;
    let depth = 0;
    let next = line;
    do depth += bracketBalance(lines[next++] ?? "");
    while (depth > 0 && next < end);
    if (depth !== 0) continue;
    numbers.push(...lineNumbers({ start: line, end: next }));
    line = next - 1;
  }
  return numbers;
}

/** Opening minus closing parentheses and braces. */
function bracketBalance(line: string): number {
  return (line.match(/[({]/g)?.length ?? 0) - (line.match(/[)}]/g)?.length ?? 0);
}

/** Takes whole lines from the start of `numbers` as long as they fit in `budget` characters. */
function takeWithin(budget: number, numbers: readonly number[], lines: readonly string[]): number[] {
  let remaining = budget;
  const end = numbers.findIndex((number) => (remaining -= (lines[number]?.length ?? 0) + 1) < 0);
  return numbers.slice(0, end < 0 ? numbers.length : end);
}

function lengthOf(numbers: readonly number[], lines: readonly string[]): number {
  return numbers.reduce((sum, number) => sum + (lines[number]?.length ?? 0) + 1, 0);
}

/** Combines line numbers, in any order, into sorted ranges. */
function toRanges(numbers: readonly number[]): LineRange[] {
  const ranges: { start: number; end: number }[] = [];
  for (const line of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.end === line) last.end = line + 1;
    else ranges.push({ start: line, end: line + 1 });
  }
  return ranges;
}

function rangeLabel({ start, end }: LineRange): string {
  return end - start === 1 ? `line ${start + 1}` : `lines ${start + 1}-${end}`;
}
