/** Whole lines of a text: zero-based, `end` exclusive. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** The zero-based number of each line in the range. */
export function lineNumbers({ start, end }: LineRange): number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index);
}
