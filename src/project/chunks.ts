/** A piece of a file that belongs together, such as a function with its comment. Zero-based lines; `end` is exclusive. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  /** Names that it defines. */
  readonly names: readonly string[];
}

export const maxChunkLines = 30;
/** Smaller pieces are joined with the next ones. */
const minChunkLines = 12;

const keyword =
  "function|class|interface|type|enum|struct|union|trait|impl|module|mod|namespace|package|def|fn|func|fun|sub|proc|object|protocol|extension|record|macro";
/** A definition that starts with a keyword, after any modifiers: `export default async function* name`. */
const definition = new RegExp(
  String.raw`^\s*(?:[\w@]+(?:\([^)]*\))?\s+){0,5}?(?:${keyword})\b[*&\s]*(?:\([^)]*\)\s*)?([\w$]+)`,
);
/** `const name = (…) =>`, `name = function`, `val name =` at the start of a line. */
const assignment =
  /^(?:export\s+)?(?:const|let|var|val|static|public|private)\s+(?:[\w<>[\],]+\s+)?([\w$]+)\s*(?::[^=]+)?=/;
/** A method or C function: `name(…) {`, with or without a type in front. */
const method = /^\s*(?:[\w*&<>[\],:.?#~]+\s+){0,6}[*&]*([\w$#~]+)\s*\([^;]*(?:\{|=>|:)?\s*$/;
const notNames = new Set([
  "if",
  "for",
  "while",
  "switch",
  "catch",
  "return",
  "else",
  "await",
  "with",
  "new",
  "throw",
  "assert",
  "elif",
  "except",
  "in",
  "do",
]);
const leading = /^\s*(?:\/\/|\/\*|\*|#|--|@|"""|''')/;

/** The name that the line defines, if any. Lines longer than code has are skipped. */
export function definedName(line: string): string | undefined {
  if (line.length > 300) return undefined;
  const [, name] = definition.exec(line) ?? assignment.exec(line) ?? method.exec(line) ?? [];
  return name === undefined || notNames.has(name) ? undefined : name;
}

/** Whether the line is a comment, or a decorator of what follows. */
export function isCommentLine(line: string): boolean {
  return leading.test(line);
}

/** Splits a file at its definitions. Their comments and decorators belong to them. */
export function chunksOf(lines: readonly string[]): Chunk[] {
  const chunks: Chunk[] = [];
  let start = 0;
  let names: string[] = [];
  const push = (end: number): void => {
    const chunk = withoutBlankEnds({ start, end, names }, lines);
    if (chunk.end > chunk.start) chunks.push(chunk);
    start = end;
    names = [];
  };
  let pieceStart = 0;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const name = definedName(line);
    if (name !== undefined) {
      let from = index;
      while (from > pieceStart && isCommentLine(lines[from - 1] ?? "")) from--;
      if (from - start >= minChunkLines) push(from);
      names.push(name);
      pieceStart = index + 1;
    }
    if (index + 1 - start >= maxChunkLines) {
      push(index + 1);
      pieceStart = index + 1;
    }
  }
  push(lines.length);
  return chunks;
}

function withoutBlankEnds({ start, end, names }: Chunk, lines: readonly string[]): Chunk {
  const isBlank = (index: number): boolean => (lines[index] ?? "").trim() === "";
  let [from, to] = [start, end];
  while (from < to && isBlank(from)) from++;
  while (to > from && isBlank(to - 1)) to--;
  return { start: from, end: to, names };
}
