import { applyHunks, lineHunks, type Hunk } from "./lineHunks";

/** An undecided change, positioned in the current text. */
export interface OpenHunk extends Hunk {
  readonly id: number;
}

/** The state of a proposal relative to the current text. */
export interface ProposalState {
  /** Undecided changes, in order. */
  readonly open: readonly OpenHunk[];
  /** The number of changes that no longer apply, because the user edited the same lines. Undoing that edit restores them. */
  readonly displaced: number;
  /** The current text with all open changes applied. */
  readonly proposed: readonly string[];
}

/**
 * Changes to a text that the user may edit while deciding on them: a three-way merge that remembers decisions. Works on lines; independent
 * of documents and editors.
 */
export class Proposal {
  readonly #before: readonly string[];
  readonly #hunks: readonly Hunk[];
  readonly #rejected = new Set<number>();
  #accepted: ReadonlySet<number> = new Set();
  /** The texts that accepting produced, each with the changes accepted by then: if one of them is back, later acceptances were undone. */
  readonly #acceptedByText = new Map<string, ReadonlySet<number>>();

  constructor(before: readonly string[], after: readonly string[]) {
    this.#before = before;
    this.#hunks = lineHunks(before, after);
    this.#acceptedByText.set(before.join("\n"), this.#accepted);
  }

  /** The state of the changes relative to `current`, the lines of the text now. */
  stateFor(current: readonly string[]): ProposalState {
    this.#accepted = this.#acceptedByText.get(current.join("\n")) ?? this.#accepted;
    const theirs = lineHunks(this.#base(), current);
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

  /** Records that these changes were applied, which produced `current`. */
  accepted(ids: readonly number[], current: readonly string[]): void {
    this.#accepted = new Set([...this.#accepted, ...ids]);
    this.#acceptedByText.set(current.join("\n"), this.#accepted);
  }

  /** Rejects these changes. */
  reject(ids: readonly number[]): void {
    for (const id of ids) this.#rejected.add(id);
  }

  /** The original text with all accepted changes. */
  #base(): string[] {
    return applyHunks(
      this.#before,
      this.#hunks.filter((_, id) => this.#accepted.has(id)),
    );
  }
}

function isSame(one: Hunk, other: Hunk): boolean {
  return one.start === other.start && one.end === other.end && one.lines.join("\n") === other.lines.join("\n");
}

/** Adjacent changes do not collide, unless both insert at the same position. */
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
