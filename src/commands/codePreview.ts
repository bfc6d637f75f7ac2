import { replacementSoFar } from "../proposals/replacementText";

/** How often the diff follows the answer, in milliseconds: each time we read the whole answer, and VS Code the whole document. */
export const followMs = 80;

/** The code in an answer that is being written, looked for every so often. */
export class CodePreview {
  readonly #read: typeof replacementSoFar;
  readonly #now: () => number;
  #lookedAt = -Infinity;

  constructor({
    read = replacementSoFar,
    now = Date.now,
  }: { read?: typeof replacementSoFar; now?: () => number } = {}) {
    this.#read = read;
    this.#now = now;
  }

  /** Its lines up to now; `undefined` where there are none yet, and where it was looked for just before. */
  in(answer: string): readonly string[] | undefined {
    const now = this.#now();
    if (now - this.#lookedAt < followMs) return undefined;
    this.#lookedAt = now;
    const lines = this.#read(answer);
    return lines && lines.length > 0 ? lines : undefined;
  }
}
