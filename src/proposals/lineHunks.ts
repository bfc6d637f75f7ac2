import { diffArrays } from "diff";

/** Replaces lines `start` to `end` (zero-based, end exclusive) by others; an insertion if both are equal. */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** Texts that differ in more lines than this become one hunk: such a diff is unreadable, and the comparison takes quadratic time. */
const maxDifferences = 4_000;

/** Splits at any kind of line end, as VS Code does. */
export function splitLines(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

/** The hunks between two texts, in order; at least one unchanged line separates two hunks. */
export function lineHunks(before: readonly string[], after: readonly string[]): Hunk[] {
  const changes = diffArrays([...before], [...after], { maxEditLength: maxDifferences });
  if (!changes) return [{ start: 0, end: before.length, lines: after }];
  const hunks: Hunk[] = [];
  let line = 0;
  for (const { value, added, removed } of changes) {
    if (!added && !removed) {
      line += value.length;
      continue;
    }
    const last = hunks.at(-1);
    const open = last?.end === line ? last : undefined;
    if (open) hunks.pop();
    const end = line + (removed ? value.length : 0);
    hunks.push({ start: open?.start ?? line, end, lines: [...(open?.lines ?? []), ...(added ? value : [])] });
    line = end;
  }
  return hunks;
}

/** Applies hunks, which must be in order and must not overlap. */
export function applyHunks(before: readonly string[], hunks: readonly Hunk[]): string[] {
  const after: string[] = [];
  let line = 0;
  for (const { start, end, lines } of hunks) {
    after.push(...before.slice(line, start), ...lines);
    line = end;
  }
  after.push(...before.slice(line));
  return after;
}
