import type { CodeLines } from "./codeLines";
import { highlighterFor, type Highlight } from "./highlighter";
import type { CodeLanguage } from "./languages";

/** How long colours may take in one frame. Milliseconds. */
const budget = 6;

/**
 * Hands out colours to the code blocks of one answer, a few milliseconds in a frame: what grows faster, as when a long answer
 * is shown at once, gets its colours in the frames after.
 */
export class Colouring {
  readonly #wake: () => void;
  readonly #highlights = new WeakMap<CodeLines, Highlight>();
  readonly #uncoloured = new Set<CodeLines>();
  #loading = 0;

  /** `wake` has to bring about a call of `work` in the next frame. */
  constructor(wake: () => void) {
    this.#wake = wake;
  }

  /** Whether nothing waits for its colours. */
  get done(): boolean {
    return this.#loading === 0 && this.#uncoloured.size === 0;
  }

  /** Takes care of a code block; without a language it stays plain. */
  begin(lines: CodeLines, language: CodeLanguage | undefined): void {
    const highlight = language && highlighterFor(language);
    if (highlight instanceof Promise) {
      this.#loading++;
      void highlight.then((loaded) => {
        this.#loading--;
        this.#use(loaded, lines);
        this.#wake();
      });
    } else {
      this.#use(highlight, lines);
    }
  }

  /** Tells that a block has lines without colours. */
  grown(lines: CodeLines): void {
    if (this.#highlights.has(lines)) this.#uncoloured.add(lines);
  }

  /** Colours for as long as a frame can spare. */
  work(): void {
    const end = performance.now() + budget;
    const isLate = (): boolean => performance.now() > end;
    for (const lines of this.#uncoloured) {
      const highlight = this.#highlights.get(lines);
      if (!highlight || !lines.colour(highlight, isLate)) this.#uncoloured.delete(lines);
      if (isLate()) break;
    }
    if (this.#uncoloured.size > 0) this.#wake();
  }

  #use(highlight: Highlight | undefined, lines: CodeLines): void {
    if (!highlight) {
      lines.stayPlain();
      return;
    }
    this.#highlights.set(lines, highlight);
    this.#uncoloured.add(lines);
  }
}
