import type { FrameBudget } from "../frameBudget";
import type { CodeLines } from "./codeLines";
import { loadHighlighter, type Highlighter } from "./highlighter";
import type { CodeLanguage } from "./languages";

/** Time for highlighting per frame. In milliseconds. */
const maxTime = 6;

/**
 * Highlights the code blocks of one answer, a few milliseconds per frame. Code that arrives faster, as when a long answer is
 * rendered at once, is highlighted in later frames.
 */
export class HighlightScheduler {
  readonly #scheduleFrame: () => void;
  readonly #budget: FrameBudget;
  readonly #highlighters = new WeakMap<CodeLines, Highlighter>();
  readonly #queue = new Set<CodeLines>();
  #loading = 0;

  /** `scheduleFrame` must arrange a call of `run` in the next frame. */
  constructor(scheduleFrame: () => void, budget: FrameBudget) {
    this.#scheduleFrame = scheduleFrame;
    this.#budget = budget;
  }

  /** Whether all code is highlighted. */
  get done(): boolean {
    return this.#loading === 0 && this.#queue.size === 0;
  }

  /** Adds a code block. Without a language it stays plain. */
  add(lines: CodeLines, language: CodeLanguage | undefined): void {
    const highlighter = language && loadHighlighter(language);
    if (highlighter instanceof Promise) {
      this.#loading++;
      void highlighter.then((loaded) => {
        this.#loading--;
        this.#use(loaded, lines);
        this.#scheduleFrame();
      });
    } else {
      this.#use(highlighter, lines);
    }
  }

  /** Queues a block that has new lines. */
  enqueue(lines: CodeLines): void {
    if (this.#highlighters.has(lines)) this.#queue.add(lines);
  }

  /** Highlights queued blocks within the time budget of one frame. */
  run(): void {
    const end = performance.now() + maxTime;
    const isUsedUp = (): boolean => performance.now() > end || !this.#budget.hasRoomForNodes;
    for (const lines of this.#queue) {
      const highlighter = this.#highlighters.get(lines);
      if (!highlighter || !lines.highlight(highlighter, this.#budget, isUsedUp)) this.#queue.delete(lines);
      if (isUsedUp()) break;
    }
    if (this.#queue.size > 0) this.#scheduleFrame();
  }

  #use(highlighter: Highlighter | undefined, lines: CodeLines): void {
    if (!highlighter) {
      lines.disableHighlighting();
      return;
    }
    this.#highlighters.set(lines, highlighter);
    this.#queue.add(lines);
  }
}
