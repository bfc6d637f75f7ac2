import { showControlCharacters } from "./controlCharacters";

/** Buffers deltas. Normalizes line breaks to `\n`, also `\r\n` split across two deltas, and makes control characters visible. */
export class IncomingText {
  #text = "";
  #ended = false;

  /** In UTF-16 units. Excludes a final `\r`, which may be half of a line break, until more text arrives or the text ends. */
  get length(): number {
    return !this.#ended && this.#text.endsWith("\r") ? this.#text.length - 1 : this.#text.length;
  }

  push(delta: string): void {
    this.#text += delta;
  }

  /** Marks the text as complete. */
  end(): void {
    this.#ended = true;
  }

  /** Removes and returns up to about `maxLength` units from the front. */
  take(maxLength: number): string {
    let end = Math.min(maxLength, this.length);
    if (this.#text[end - 1] === "\r" && this.#text[end] === "\n") end++;
    const text = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    return showControlCharacters(text.replace(/\r\n?/g, "\n"));
  }
}
