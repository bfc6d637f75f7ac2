import { diffArrays } from "diff";

/** Lines `start` to `end` (from 0, end exclusive) that give way to others; an insertion where both are the same. */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** Texts that differ in more lines than this are one hunk: nobody reads such a diff, and comparing takes the square of it. */
const maxDifferences = 4_000;

/** Line ends of any kind, as VS Code counts lines. */
export function splitLines(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

/** What has to change to get from one text to the other, in order; between two hunks lies at least one line that stays. */
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

/** The text with these hunks in it; they are in order and do not overlap. */
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
