import { showControlCharacters } from "./controlCharacters";

/** Text on its way to the screen: every line break becomes `\n`, also one that a delta cuts in two, and controls visible. */
export class IncomingText {
  #text = "";

  /** In UTF-16 units; a break that may be half of one is not counted until it is whole. */
  get length(): number {
    return this.#text.endsWith("\r") ? this.#text.length - 1 : this.#text.length;
  }

  push(delta: string): void {
    this.#text += delta;
  }

  /** Takes up to so many units from the front. */
  take(most: number): string {
    const cut = Math.min(most, this.length);
    const end = this.#text[cut - 1] === "\r" ? cut - 1 : cut;
    const text = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    return normalised(text);
  }

  /** Takes everything: nothing comes any more. */
  takeAll(): string {
    const text = this.#text;
    this.#text = "";
    return normalised(text);
  }
}

const normalised = (text: string): string => showControlCharacters(text.replace(/\r\n?/g, "\n"));
