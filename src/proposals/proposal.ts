import { applyHunks, lineHunks, type Hunk } from "./lineHunks";

/** An open change with its place in the text as it is now. */
export interface OpenHunk extends Hunk {
  readonly id: number;
}

/** What a proposal comes to for the text as it is now. */
export interface ProposalState {
  /** Changes to decide on, in order. */
  readonly open: readonly OpenHunk[];
  /** How many changes have no place any more, since somebody changed the same lines. They are back when that is undone. */
  readonly displaced: number;
  /** The text with all open changes in it. */
  readonly proposed: readonly string[];
}

/**
 * Changes to a text that may itself change while they are decided on: a three-way merge with a memory. Knows lines only, neither
 * documents nor screens.
 */
export class Proposal {
  readonly #before: readonly string[];
  readonly #hunks: readonly Hunk[];
  readonly #rejected = new Set<number>();
  #accepted: ReadonlySet<number> = new Set();
  /** Texts that acceptances made: when one of them is there again, some of them were undone. */
  readonly #made = new Map<string, ReadonlySet<number>>();

  constructor(before: readonly string[], after: readonly string[]) {
    this.#before = before;
    this.#hunks = lineHunks(before, after);
    this.#made.set(before.join("\n"), this.#accepted);
  }

  /** Where the changes stand, seen from the text as it is now. */
  against(current: readonly string[]): ProposalState {
    this.#accepted = this.#made.get(current.join("\n")) ?? this.#accepted;
    const theirs = lineHunks(this.#ground(), current);
    const open: OpenHunk[] = [];
    let displaced = 0;
    let shift = 0;
    for (const [id, { start, end, lines }] of this.#hunks.entries()) {
      if (this.#accepted.has(id)) shift += lines.length - (end - start);
      if (this.#accepted.has(id) || this.#rejected.has(id)) continue;
      const hunk = { id, start: start + shift, end: end + shift, lines };
      if (theirs.some((their) => isSame(their, hunk))) continue;
      if (theirs.some((their) => collide(their, hunk))) displaced++;
      else open.push(moved(hunk, shiftBefore(hunk, theirs)));
    }
    return { open, displaced, proposed: applyHunks(current, open) };
  }

  /** These changes have been made to the text, which is `current` with them. */
  accepted(ids: readonly number[], current: readonly string[]): void {
    this.#accepted = new Set([...this.#accepted, ...ids]);
    this.#made.set(current.join("\n"), this.#accepted);
  }

  /** These changes are not wanted. */
  reject(ids: readonly number[]): void {
    for (const id of ids) this.#rejected.add(id);
  }

  /** The first text with what was accepted since. */
  #ground(): string[] {
    return applyHunks(
      this.#before,
      this.#hunks.filter((_, id) => this.#accepted.has(id)),
    );
  }
}

function isSame(one: Hunk, other: Hunk): boolean {
  return one.start === other.start && one.end === other.end && one.lines.join("\n") === other.lines.join("\n");
}

/** Two changes that only touch have a clear order, unless both insert at the same place. */
function collide(one: Hunk, other: Hunk): boolean {
  const insertHere = one.start === one.end && other.start === other.end && one.start === other.start;
  return insertHere || (one.start < other.end && other.start < one.end);
}

function shiftBefore(hunk: Hunk, others: readonly Hunk[]): number {
  return others
    .filter(({ end }) => end <= hunk.start)
    .reduce((shift, { start, end, lines }) => shift + lines.length - (end - start), 0);
}

function moved({ id, start, end, lines }: OpenHunk, by: number): OpenHunk {
  return { id, start: start + by, end: end + by, lines };
}
