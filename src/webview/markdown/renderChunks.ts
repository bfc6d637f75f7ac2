/** About a screen of a side bar: what changes on the screen repaints the chunk it is in. In characters. */
const chunkLength = 1_000;
/** Chunks that are far away cost a little each, so they are skipped in groups of so many. */
const chunksPerGroup = 16;
/** What a character of text or code takes in a side bar of usual width, measured over long answers. In pixels. */
const heightOfCharacter = 0.65;

interface Part {
  element: HTMLElement;
  /** Of the blocks in it that will not change any more, in characters. */
  length: number;
}

/**
 * The blocks of an answer in chunks that the browser lays out and paints only near the screen, so that what happens at the end
 * of an answer does not cost more when it is long. The blocks alone decide where a chunk ends, never when they came.
 */
export class RenderChunks {
  readonly #container: HTMLElement;
  #group: Part | undefined;
  #chunk: Part | undefined;

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  /** Where the next block goes. */
  get current(): HTMLElement {
    if (this.#chunk) return this.#chunk.element;
    if (!this.#group || this.#group.element.childElementCount === chunksPerGroup) {
      this.#group = addPart(this.#container, "chunks");
    }
    this.#chunk = addPart(this.#group.element, "chunk");
    return this.#chunk.element;
  }

  /** Counts the characters of a block that will not change any more. */
  count(length: number): void {
    for (const part of [this.#group, this.#chunk]) if (part) grow(part, length);
    if (this.#chunk && this.#chunk.length >= chunkLength) this.#chunk = undefined;
  }
}

function addPart(parent: HTMLElement, name: string): Part {
  const element = document.createElement("div");
  element.className = name;
  parent.append(element);
  const part = { element, length: 0 };
  grow(part, 0);
  return part;
}

function grow(part: Part, length: number): void {
  part.length += length;
  makeSkippable(part.element, Math.round(part.length * heightOfCharacter));
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
