import type { Hunk } from "./lineHunks";

/** A text range (zero-based, end exclusive, like `vscode.Range`) and its new text. */
export interface Replacement {
  readonly startLine: number;
  readonly startCharacter: number;
  readonly endLine: number;
  readonly endCharacter: number;
  readonly text: string;
}

/** Converts hunks to text replacements, which do not touch each other. The text may end with or without a line end. */
export function textReplacements(hunks: readonly Hunk[], lines: readonly string[], eol: string): Replacement[] {
  return joinTouching(hunks).map((hunk) => replacementOf(hunk, lines, eol));
}

function replacementOf({ start, end, lines: added }: Hunk, lines: readonly string[], eol: string): Replacement {
  const count = lines.length;
  const text = added.join(eol);
  if (end < count)
    return {
      ...{ startLine: start, startCharacter: 0, endLine: end, endCharacter: 0 },
      text: added.length > 0 ? text + eol : "",
    };
  // The last line has no line end, so the line end before it is inserted or deleted with it.
  const takesLineEnd = start > 0 && (start === count || added.length === 0);
  const startLine = takesLineEnd ? start - 1 : start;
  return {
    startLine,
    startCharacter: takesLineEnd ? lengthOf(lines, startLine) : 0,
    endLine: count - 1,
    endCharacter: lengthOf(lines, count - 1),
    text: takesLineEnd && added.length > 0 ? eol + text : text,
  };
}

function joinTouching(hunks: readonly Hunk[]): Hunk[] {
  const joined: Hunk[] = [];
  for (const hunk of hunks) {
    const last = joined.at(-1);
    if (last?.end === hunk.start) {
      joined[joined.length - 1] = { start: last.start, end: hunk.end, lines: [...last.lines, ...hunk.lines] };
    } else joined.push(hunk);
  }
  return joined;
}

function lengthOf(lines: readonly string[], line: number): number {
  return lines[line]?.length ?? 0;
}
