import { makeSkippable } from "./renderChunks";
import { decodeEntities } from "./parse/entities";

/** A chunk ends at the last space between these two lengths, or else at the maximum. In characters. */
const minChunkLength = 7_000;
const maxChunkLength = 8_000;

interface TextChunk {
  element: HTMLElement;
  text: string;
  /** Another chunk follows. */
  complete: boolean;
}

/**
 * Renders an overlong text, such as a model writes when it repeats itself without end. The text is split into chunks that are
 * laid out separately and only near the viewport: a browser takes seconds to lay out a word of a million letters, and would
 * lay it out again for each letter added.
 */
export class LongText {
  readonly #element: HTMLElement;
  readonly #chunks: TextChunk[] = [];

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  show(text: string): void {
    const texts = splitIntoChunks(text);
    for (const { element } of this.#chunks.splice(texts.length)) element.remove();
    for (const [index, each] of texts.entries()) {
      const chunk = (this.#chunks[index] ??= this.#addChunk());
      if (chunk.text !== each) chunk.element.textContent = decodeEntities(each);
      chunk.text = each;
      const isComplete = index < texts.length - 1;
      if (isComplete && !chunk.complete) makeSkippable(chunk.element, Math.round(each.length / 2));
      chunk.complete ||= isComplete;
    }
  }

  #addChunk(): TextChunk {
    const element = document.createElement("span");
    element.className = "text-chunk";
    element.dir = "auto";
    element.style.display = "block";
    this.#element.append(element);
    return { element, text: "", complete: false };
  }
}

/** Text appended later does not move the boundaries of complete chunks. */
function splitIntoChunks(text: string): string[] {
  const chunks: string[] = [];
  let offset = 0;
  while (text.length - offset > maxChunkLength) {
    const length = chunkLengthOf(text.slice(offset, offset + maxChunkLength));
    chunks.push(text.slice(offset, offset + length));
    offset += length;
  }
  chunks.push(text.slice(offset));
  return chunks;
}

function chunkLengthOf(text: string): number {
  const space = Math.max(text.lastIndexOf(" "), text.lastIndexOf("\n"));
  if (space >= minChunkLength) return space + 1;
  // Never split a surrogate pair.
  return /[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length;
}
