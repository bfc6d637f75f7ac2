/** Whole lines of a text: zero-based, `end` exclusive. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** The zero-based number of each line in the range. */
export function lineNumbers({ start, end }: LineRange): number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index);
}

/** A change of a text that replaced everything from one line to another, both inclusive, by text with this many line breaks. */
export interface LineChange {
  readonly startLine: number;
  readonly endLine: number;
  readonly lineBreaks: number;
}

/** Where the lines are after the change. A change within them makes them longer or shorter; one line always remains. */
export function moveLines({ start, end }: LineRange, { startLine, endLine, lineBreaks }: LineChange): LineRange {
  const added = lineBreaks - (endLine - startLine);
  if (startLine >= end) return { start, end };
  if (endLine < start) return { start: start + added, end: end + added };
  const first = Math.min(start, startLine);
  return { start: first, end: Math.max(first + 1, end + added) };
}
