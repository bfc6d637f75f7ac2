import type { LineRange } from "../context/lineRange";
import type { OpenHunk } from "./proposalState";

/** One side of the diff: the document as it is, or the text with all open changes. */
export type DiffSide = "document" | "proposed";

/** The lines of a change on one side of the diff; at least one line. */
export interface HunkPosition extends LineRange {
  readonly id: number;
}

/** The positions of the open changes on one side, in order. Inserted or deleted lines have no height on one side: there the next line counts. */
export function hunkPositions(open: readonly OpenHunk[], side: DiffSide): HunkPosition[] {
  let shift = 0;
  return open.map(({ id, start, end, lines }) => {
    const from = start + (side === "proposed" ? shift : 0);
    const height = side === "proposed" ? lines.length : end - start;
    shift += lines.length - (end - start);
    return { id, start: from, end: from + Math.max(1, height) };
  });
}

/** The change at a line, else the next one below, else the first one; `undefined` if there is none. */
export function currentHunk(positions: readonly HunkPosition[], line: number): HunkPosition | undefined {
  return positions.find(({ end }) => line < end) ?? positions[0];
}

/** The change to decide on after this one: the next one, else the first of those that remain. */
export function nextHunk(positions: readonly HunkPosition[], id: number): HunkPosition | undefined {
  const index = positions.findIndex((each) => each.id === id);
  return positions[index + 1] ?? positions.find((each) => each.id !== id);
}
