/** Whole lines of a text: from 0, end exclusive. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

export interface Subject {
  /** The whole text. */
  readonly lines: readonly string[];
  /** The lines that a question is about. */
  readonly part: LineRange;
  /** The function, class or the like around them, where that is known. */
  readonly block: LineRange | undefined;
  /** The most that may be sent of what stands around the part, in characters. */
  readonly room: number;
  /** Lines that are sent anyway. */
  readonly sent?: ReadonlySet<number>;
}

/** The numbers of these lines. */
export function linesOf({ start, end }: LineRange): number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index);
}

/** The most that is sent of the surroundings of one part, in characters: some 3,000 tokens. */
export const maxSurroundings = 12_000;
/** Of these, what imports may take. */
const importsRoom = 2_500;
/** Where no function is known, so many lines on either side. */
const linesAround = 20;
/** Imports stand at the beginning of a file; what looks like one later is something else. */
const importsWithin = 300;

/**
 * What of a file helps to understand a part of it: the imports, and the block around the part or some lines, as many as there is room for.
 * In the order of the text; the part itself is in none of them.
 */
export function surroundingLines({ lines, part, block, room, sent }: Subject): LineRange[] {
  const around = block ?? {
    start: Math.max(0, part.start - linesAround),
    end: Math.min(lines.length, part.end + linesAround),
  };
  const imports = fitting(importLines(lines), lines, Math.min(room, importsRoom));
  const left = room - lengthOf(imports, lines);
  const above = linesOf({ start: around.start, end: part.start }).reverse();
  const below = linesOf({ start: part.end, end: around.end });
  // What one side does not need, the other may have; the nearest lines matter most.
  const needed = Math.min(lengthOf(above, lines), lengthOf(below, lines));
  const share = Math.max(left / 2, left - needed);
  const nearest = [...fitting(above, lines, share), ...fitting(below, lines, share)];
  // Its first line says what the block is, however far away.
  const heading = block && block.start < part.start ? [block.start] : [];
  const all = [...imports, ...heading, ...nearest];
  return rangesOf(all.filter((line) => (line < part.start || line >= part.end) && sent?.has(line) !== true));
}

/** These lines as one text for a model: “⋯” stands for what is left out, and where the part belongs is told. */
export function surroundingText(lines: readonly string[], part: LineRange, ranges: readonly LineRange[]): string {
  const hasPart = part.end > part.start;
  const pieces = [...ranges, ...(hasPart ? [part] : [])].sort((a, b) => a.start - b.start);
  const text: string[] = [];
  for (const [index, piece] of pieces.entries()) {
    const before = pieces[index - 1];
    if (before && before.end < piece.start) text.push("⋯");
    if (piece === part) text.push(`⋯ here: ${numbersOf(part)} ⋯`);
    else text.push(...lines.slice(piece.start, piece.end));
  }
  return text.join("\n");
}

/** The words with which it begins depend on the language; none of them begins a line of anything else. */
const importStart =
  /^(?:import\b|from\s+\S+\s+import\b|export\b.*\bfrom\s*["']|(?:const|let|var)\s.*=\s*require\(|#\s*(?:include|import)\b|using\s+[\w.:]|use\s+[\w\\:]|require(?:_once|_relative)?[\s("']|@(?:import|use|forward)\s|package\s+[\w.]+;?$|mod\s+\w+;|extern\s+crate\s|library\()/;

/** The lines that say what else a file uses, an import over several lines whole. */
function importLines(lines: readonly string[]): number[] {
  const found: number[] = [];
  const end = Math.min(lines.length, importsWithin);
  for (let line = 0; line < end; line++) {
    if (!importStart.test(lines[line] ?? "")) continue;
    let depth = 0;
    let next = line;
    do depth += depthOf(lines[next++] ?? "");
    while (depth > 0 && next < end);
    if (depth !== 0) continue;
    found.push(...linesOf({ start: line, end: next }));
    line = next - 1;
  }
  return found;
}

function depthOf(line: string): number {
  return (line.match(/[({]/g)?.length ?? 0) - (line.match(/[)}]/g)?.length ?? 0);
}

/** The first of these lines that fit, each whole. */
function fitting(numbers: readonly number[], lines: readonly string[], room: number): number[] {
  let left = room;
  const end = numbers.findIndex((number) => (left -= (lines[number]?.length ?? 0) + 1) < 0);
  return numbers.slice(0, end < 0 ? numbers.length : end);
}

function lengthOf(numbers: readonly number[], lines: readonly string[]): number {
  return numbers.reduce((sum, number) => sum + (lines[number]?.length ?? 0) + 1, 0);
}

/** Lines in any order as ranges in theirs. */
function rangesOf(numbers: readonly number[]): LineRange[] {
  const ranges: { start: number; end: number }[] = [];
  for (const line of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.end === line) last.end = line + 1;
    else ranges.push({ start: line, end: line + 1 });
  }
  return ranges;
}

function numbersOf({ start, end }: LineRange): string {
  return end - start === 1 ? `line ${start + 1}` : `lines ${start + 1}-${end}`;
}
