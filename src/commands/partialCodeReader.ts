import { partialReplacement } from "../proposals/readReplacement";

/** Interval between updates of the diff, in milliseconds: each one parses the whole answer, and VS Code reads the whole document. */
export const updateIntervalMs = 80;

/** Extracts the code from a streaming answer, at most once per interval. */
export class PartialCodeReader {
  readonly #read: typeof partialReplacement;
  readonly #now: () => number;
  #lastReadAt = -Infinity;

  constructor({
    read = partialReplacement,
    now = Date.now,
  }: { read?: typeof partialReplacement; now?: () => number } = {}) {
    this.#read = read;
    this.#now = now;
  }

  /** The code's lines so far; `undefined` if there are none yet or the interval has not passed. */
  read(answer: string): readonly string[] | undefined {
    const now = this.#now();
    if (now - this.#lastReadAt < updateIntervalMs) return undefined;
    this.#lastReadAt = now;
    const lines = this.#read(answer);
    return lines && lines.length > 0 ? lines : undefined;
  }
}
