/** About a screen of a side bar: what changes on the screen repaints the chunk it is in. In characters. */
const chunkLength = 1_000;
/** Chunks that are far away cost a little each, so they are skipped in groups of so many. */
const chunksPerGroup = 16;

/**
 * The blocks of an answer in chunks that the browser lays out and paints only near the screen, so that what happens at the end
 * of an answer does not cost more when it is long. The blocks alone decide where a chunk ends, never when they came.
 */
export class Chunks {
  readonly #container: HTMLElement;
  #group: HTMLElement | undefined;
  #chunk: HTMLElement | undefined;
  #length = 0;

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  /** Where the next block goes. */
  get current(): HTMLElement {
    if (this.#chunk) return this.#chunk;
    if (!this.#group || this.#group.childElementCount === chunksPerGroup) {
      this.#group = addSkippable(this.#container, "chunks", 16 * 400);
    }
    this.#chunk = addSkippable(this.#group, "chunk", 400);
    return this.#chunk;
  }

  /** Counts the characters of a block that will not change any more. */
  count(length: number): void {
    this.#length += length;
    if (this.#length < chunkLength) return;
    this.#chunk = undefined;
    this.#length = 0;
  }
}

function addSkippable(parent: HTMLElement, name: string, height: number): HTMLElement {
  const element = document.createElement("div");
  element.className = name;
  makeSkippable(element, height);
  parent.append(element);
  return element;
}

/**
 * Lets the browser skip an element while it is far from the screen; it can be searched and read aloud all the same. `height`
 * is how much room it takes, in pixels, as long as it has never been on the screen. Not left to the style sheet, because what
 * every delta costs depends on it.
 */
export function makeSkippable(element: HTMLElement, height: number): void {
  element.style.contentVisibility = "auto";
  element.style.containIntrinsicSize = `auto ${height}px`;
}
