import { signal, type Signal } from "@preact/signals";
import type { AnswerHeader, AnswerView } from "../chat/page/protocol";

type Part = "text" | "reasoning";
type Listener = (delta: string) => void;

/**
 * One answer while it is on the page. What surrounds the text is a signal; the text itself flows past Preact, straight to who
 * draws it: each delta costs what the delta costs.
 */
export class AnswerState {
  readonly id: string;
  readonly header: Signal<AnswerHeader>;
  /** Whether there is any yet: what decides if a part is drawn at all. */
  readonly has: Readonly<Record<Part, Signal<boolean>>>;
  readonly #parts: Record<Part, string>;
  readonly #listeners: Record<Part, Set<Listener>> = { text: new Set(), reasoning: new Set() };

  constructor({ text, reasoning, ...header }: AnswerView) {
    this.id = header.id;
    this.header = signal(header);
    this.#parts = { text, reasoning };
    this.has = { text: signal(text !== ""), reasoning: signal(reasoning !== "") };
  }

  /** Everything so far. */
  read(part: Part): string {
    return this.#parts[part];
  }

  add(part: Part, delta: string): void {
    this.#parts[part] += delta;
    this.has[part].value = true;
    for (const listener of this.#listeners[part]) listener(delta);
  }

  /** Calls with each further delta, until the returned function is called. */
  listen(part: Part, listener: Listener): () => void {
    this.#listeners[part].add(listener);
    return () => this.#listeners[part].delete(listener);
  }
}

/** True while the answer may still grow. */
export function isRunning({ status }: AnswerHeader): boolean {
  return status === "waiting" || status === "streaming";
}
