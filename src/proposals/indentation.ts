/** The indentation options of a VS Code editor. */
export interface Indentation {
  readonly insertSpaces: boolean;
  readonly tabSize: number;
}

/**
 * Adapts lines of a model to the original lines that they replace: models drop the common indentation, use spaces instead of tabs, and add
 * blank lines at both ends.
 */
export function fitLines(
  lines: readonly string[],
  original: readonly string[],
  { insertSpaces, tabSize }: Indentation,
): string[] {
  const tabs = usesTabs(original) ?? !insertSpaces;
  const styled = lines.map((line) => withIndentStyle(line, tabs, tabSize, unitOf(lines)));
  return withEdgesOf(withCommonIndent(styled, original), original);
}

const isBlank = (line: string): boolean => line.trim() === "";
const indentOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? "";

function usesTabs(lines: readonly string[]): boolean | undefined {
  const indents = lines.filter((line) => !isBlank(line)).map(indentOf);
  if (indents.some((indent) => indent.startsWith("\t"))) return true;
  return indents.some((indent) => indent.startsWith("  ")) ? false : undefined;
}

/** The smallest indentation step of lines indented with spaces; the stars of block comments fall between steps and are ignored. */
function unitOf(lines: readonly string[]): number {
  const counted = lines.filter((line) => !isBlank(line) && !line.trimStart().startsWith("*"));
  const widths = [...new Set(counted.map((line) => indentOf(line).length))].sort((a, b) => a - b);
  const steps = widths.slice(1).map((width, index) => width - (widths[index] ?? 0));
  return Math.max(2, Math.min(8, ...(steps.length > 0 ? steps : [widths[0] ?? 4])));
}

/** Converts steps of spaces to tabs or back; the remainder of a step is alignment and stays. */
function withIndentStyle(line: string, tabs: boolean, tabSize: number, unit: number): string {
  const indent = indentOf(line);
  if (tabs && !indent.includes("\t"))
    return "\t".repeat(Math.floor(indent.length / unit)) + " ".repeat(indent.length % unit) + line.slice(indent.length);
  if (!tabs && indent.includes("\t")) return indent.replaceAll("\t", " ".repeat(tabSize)) + line.slice(indent.length);
  return line;
}

/** Restores the indentation that all lines, or only the first, have lost. More indentation than the original is kept: it may be intended. */
function withCommonIndent(lines: readonly string[], original: readonly string[]): string[] {
  const originalIndent = commonIndent(original);
  const currentIndent = commonIndent(lines);
  if (originalIndent.length <= currentIndent.length || !originalIndent.startsWith(currentIndent)) return [...lines];
  const first = lines.findIndex((line) => !isBlank(line));
  // If the first line is as deep as the original, nothing was lost; a later, shallower line is outside the block.
  if (indentOf(lines[first] ?? "") === indentOf(original.find((line) => !isBlank(line)) ?? "")) return [...lines];
  const others = commonIndent(lines.filter((_, index) => index !== first));
  const onlyFirst =
    others.length >= originalIndent.length && lines.some((line, index) => index !== first && !isBlank(line));
  const missingIndent = originalIndent.slice(currentIndent.length);
  return lines.map((line, index) => (isBlank(line) || (onlyFirst && index !== first) ? line : missingIndent + line));
}

function commonIndent(lines: readonly string[]): string {
  const indents = lines.filter((line) => !isBlank(line)).map(indentOf);
  const [first = ""] = indents;
  let length = first.length;
  for (const indent of indents) {
    let same = 0;
    while (same < length && indent[same] === first[same]) same++;
    length = same;
  }
  return first.slice(0, length);
}

/** Uses the blank lines of the original at both ends. */
function withEdgesOf(lines: readonly string[], original: readonly string[]): string[] {
  if (lines.every(isBlank)) return [];
  if (original.every(isBlank)) return trimmed(lines);
  const head = original.slice(
    0,
    original.findIndex((line) => !isBlank(line)),
  );
  const tail = original.slice(original.findLastIndex((line) => !isBlank(line)) + 1);
  return [...head, ...trimmed(lines), ...tail];
}

function trimmed(lines: readonly string[]): string[] {
  return lines.slice(
    lines.findIndex((line) => !isBlank(line)),
    lines.findLastIndex((line) => !isBlank(line)) + 1,
  );
}
