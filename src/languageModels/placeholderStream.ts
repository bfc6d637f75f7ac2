import { hasPlaceholder, partialPlaceholderStart } from "../context/secretPlaceholders";

/** Puts secrets back into an answer while it streams. A placeholder can be cut anywhere, so its start is held back until the rest follows. */
export class PlaceholderStream {
  readonly #restore: (text: string) => Promise<string>;
  #held = "";

  constructor(restore: (text: string) => Promise<string>) {
    this.#restore = restore;
  }

  /** The text that can be shown now. Without a placeholder it is returned at once, without a promise. */
  push(piece: string): string | Promise<string> {
    const text = this.#held + piece;
    const end = partialPlaceholderStart(text);
    this.#held = text.slice(end);
    const complete = text.slice(0, end);
    return hasPlaceholder(complete) ? this.#restore(complete) : complete;
  }

  /** What was held back, at the end of the answer. */
  end(): string {
    const rest = this.#held;
    this.#held = "";
    return rest;
  }
}
