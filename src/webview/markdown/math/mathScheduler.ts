import type { FrameBudget } from "../frameBudget";
import { parseFormula, type Formula } from "./formula";
import { loadTypesetter, type Typesetter } from "./typesetter";

/** Time for typesetting per frame. In milliseconds. */
const maxTime = 6;
/** A longer formula in a text may be wider than the narrowest side bar, with its delimiters and in characters. */
const maxLengthInText = 24;
/** An answer with more different formulas shows the others as written. */
const maxFormulas = 1_000;

/**
 * Typesets the formulas of one answer, a few milliseconds per frame. Until then they are shown as written, and they stay so if they
 * have an error. A formula that is shown again, such as when its paragraph grows, is copied.
 */
export class MathScheduler {
  readonly #scheduleFrame: () => void;
  readonly #budget: FrameBudget;
  readonly #typeset = new Map<string, { element: Element; count: number } | undefined>();
  readonly #queue = new Map<HTMLElement, Formula>();
  #typesetter: Typesetter | undefined;
  #isLoading = false;

  /** `scheduleFrame` must arrange a call of `run` in the next frame. */
  constructor(scheduleFrame: () => void, budget: FrameBudget) {
    this.#scheduleFrame = scheduleFrame;
    this.#budget = budget;
  }

  /** Whether all formulas are typeset. */
  get done(): boolean {
    return !this.#isLoading && this.#queue.size === 0;
  }

  /** Shows a formula, with its delimiters, as the only content of `element`. It is also the text that is copied. */
  show(element: HTMLElement, source: string): void {
    this.#queue.delete(element);
    element.dataset["tex"] = source;
    element.textContent = source;
    element.classList.remove("typeset");
    const formula = parseFormula(source);
    const isDisplay = formula?.display === true;
    const isLong = source.length > maxLengthInText;
    element.classList.toggle("display", isDisplay);
    element.classList.toggle("long", isLong && !isDisplay);
    // A wide formula is scrolled, like code and tables.
    if (isDisplay || isLong) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
    if (!formula) return;
    const known = this.#typeset.get(source);
    if (known) this.#insert(element, known);
    if (this.#typeset.has(source) || this.#typeset.size >= maxFormulas) return;
    this.#queue.set(element, formula);
    this.#load();
    this.#scheduleFrame();
  }

  /** Typesets queued formulas within the time budget of one frame, but at least one. */
  run(): void {
    if (!this.#typesetter) return;
    const end = performance.now() + maxTime;
    for (const [element, formula] of this.#queue) {
      this.#queue.delete(element);
      this.#show(element, formula, this.#typesetter);
      if (performance.now() > end || !this.#budget.hasRoomForNodes) break;
    }
    if (this.#queue.size > 0) this.#scheduleFrame();
  }

  #show(element: HTMLElement, formula: Formula, typesetter: Typesetter): void {
    const source = element.dataset["tex"] ?? "";
    if (!element.isConnected) return;
    if (!this.#typeset.has(source) && this.#typeset.size < maxFormulas) this.#typeset.set(source, typesetter(formula));
    const known = this.#typeset.get(source);
    if (known) this.#insert(element, known);
  }

  #insert(parent: HTMLElement, { element, count }: { element: Element; count: number }): void {
    this.#budget.addNodes(count);
    parent.classList.add("typeset");
    parent.replaceChildren(element.cloneNode(true));
  }

  #load(): void {
    if (this.#typesetter || this.#isLoading) return;
    const typesetter = loadTypesetter();
    if (!(typesetter instanceof Promise)) {
      this.#typesetter = typesetter;
      return;
    }
    this.#isLoading = true;
    void typesetter.then((loaded) => {
      this.#isLoading = false;
      this.#typesetter = loaded;
      if (!loaded) this.#queue.clear();
      this.#scheduleFrame();
    });
  }
}
