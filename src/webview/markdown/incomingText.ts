import { showControlCharacters } from "./controlCharacters";

/** Text on its way to the screen: every line break becomes `\n`, also one that a delta cuts in two, and controls visible. */
export class IncomingText {
  #text = "";
  #ended = false;

  /** In UTF-16 units; what may be half of a line break counts when the rest of it is there. */
  get length(): number {
    return !this.#ended && this.#text.endsWith("\r") ? this.#text.length - 1 : this.#text.length;
  }

  push(delta: string): void {
    this.#text += delta;
  }

  /** Nothing comes any more. */
  end(): void {
    this.#ended = true;
  }

  /** Takes about so many units from the front, or what there is. */
  take(most: number): string {
    let end = Math.min(most, this.length);
    if (this.#text[end - 1] === "\r" && this.#text[end] === "\n") end++;
    const text = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    return showControlCharacters(text.replace(/\r\n?/g, "\n"));
  }
}
