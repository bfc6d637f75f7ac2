/** About two screens of a side bar: small enough that one chunk's layout is cheap, large enough that there are few. Characters. */
const chunkLength = 3_000;

/**
 * The blocks of an answer in chunks that the browser lays out and paints only near the screen, so that what an answer's end
 * costs does not depend on its length. The blocks alone decide where a chunk ends, never when they came.
 */
export class Chunks {
  readonly #container: HTMLElement;
  #current: HTMLElement | undefined;
  #length = 0;

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  /** Where the next block goes. */
  get current(): HTMLElement {
    return (this.#current ??= this.#add());
  }

  /** Counts the characters of a block that will not change any more. */
  count(length: number): void {
    this.#length += length;
    if (this.#length < chunkLength) return;
    this.#current = undefined;
    this.#length = 0;
  }

  #add(): HTMLElement {
    const chunk = document.createElement("div");
    chunk.className = "chunk";
    // Not left to the style sheet: the cost of every delta hangs on it.
    chunk.style.contentVisibility = "auto";
    chunk.style.containIntrinsicSize = "auto 600px";
    this.#container.append(chunk);
    return chunk;
  }
}
