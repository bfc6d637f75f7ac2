import { signal, type Signal } from "@preact/signals";
import type { AnswerHeader, AnswerView } from "../chat/page/protocol";

type Part = "text" | "reasoning";
type Listener = (delta: string) => void;

/**
 * An answer on the page. The header is a signal; the text bypasses Preact and goes straight to the renderer, so the cost of a delta does
 * not grow with the answer.
 */
export class AnswerState {
  readonly id: string;
  readonly header: Signal<AnswerHeader>;
  /** Whether a part has any text yet, and so whether to render it. */
  readonly hasContent: Readonly<Record<Part, Signal<boolean>>>;
  readonly #parts: Record<Part, string>;
  readonly #listeners: Record<Part, Set<Listener>> = { text: new Set(), reasoning: new Set() };

  constructor({ text, reasoning, ...header }: AnswerView) {
    this.id = header.id;
    this.header = signal(header);
    this.#parts = { text, reasoning };
    this.hasContent = { text: signal(text !== ""), reasoning: signal(reasoning !== "") };
  }

  /** The text received so far. */
  read(part: Part): string {
    return this.#parts[part];
  }

  append(part: Part, delta: string): void {
    this.#parts[part] += delta;
    this.hasContent[part].value = true;
    for (const listener of this.#listeners[part]) listener(delta);
  }

  /** Calls the listener with each further delta. Returns a function that removes it. */
  onDelta(part: Part, listener: Listener): () => void {
    this.#listeners[part].add(listener);
    return () => this.#listeners[part].delete(listener);
  }
}

/** True while the answer can still grow. */
export function isRunning({ status }: AnswerHeader): boolean {
  return status === "waiting" || status === "streaming";
}
