/** About one screen of the side bar, since a change repaints the whole chunk around it. In characters. */
const chunkLength = 1_000;
/** Even a skipped chunk has a small cost, so chunks are skipped in groups of this size. */
const chunksPerGroup = 16;
/** Height per character of text or code in a side bar of usual width, measured over long answers. In pixels. */
const heightPerCharacter = 0.65;

interface SizedElement {
  element: HTMLElement;
  /** Total length of the final blocks inside. In characters. */
  length: number;
}

/**
 * Groups the blocks of an answer into chunks that the browser lays out and paints only near the viewport, so that a change at
 * the end of a long answer costs no more than in a short one. Chunk boundaries depend on the blocks alone, not on timing.
 */
export class RenderChunks {
  readonly #container: HTMLElement;
  #group: SizedElement | undefined;
  #chunk: SizedElement | undefined;

  /** What comes after all chunks. */
  #footer: Element | null = null;

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  set footer(element: Element) {
    this.#footer = element;
    this.#container.append(element);
  }

  /** The chunk for the next block. */
  get current(): HTMLElement {
    if (this.#chunk) return this.#chunk.element;
    if (!this.#group || this.#group.element.childElementCount === chunksPerGroup) {
      this.#group = insertElement(this.#container, "chunks", this.#footer);
    }
    this.#chunk = insertElement(this.#group.element, "chunk");
    // For text outside of blocks, such as raw HTML. On the whole answer, each change would search all of it for its first letter.
    this.#chunk.element.dir = "auto";
    return this.#chunk.element;
  }

  /** Adds the length of a final block, in characters. Closes the current chunk when it is full. */
  addLength(length: number): void {
    for (const sized of [this.#group, this.#chunk]) if (sized) grow(sized, length);
    if (this.#chunk && this.#chunk.length >= chunkLength) this.#chunk = undefined;
  }
}

function insertElement(parent: HTMLElement, className: string, before: Element | null = null): SizedElement {
  const element = document.createElement("div");
  element.className = className;
  parent.insertBefore(element, before);
  const sized = { element, length: 0 };
  grow(sized, 0);
  return sized;
}

function grow(sized: SizedElement, length: number): void {
  sized.length += length;
  makeSkippable(sized.element, Math.round(sized.length * heightPerCharacter));
}

/**
 * Lets the browser skip rendering an element while it is far from the viewport; find and screen readers still reach it.
 * `height` is the assumed height in pixels until the element is first rendered. Set here and not in the style sheet, because
 * the cost of every delta depends on it.
 */
export function makeSkippable(element: HTMLElement, height: number): void {
  element.style.contentVisibility = "auto";
  element.style.containIntrinsicSize = `auto ${height}px`;
}
