import type { BlockView, Linked, Rendering } from "./blockView";
import { RenderChunks } from "./renderChunks";
import { HtmlFlow } from "./htmlInserter";
import type { Block, Definition } from "./markdownBlock";
import type { Reading } from "./markdownTail";

/** A whole answer on the screen: shows what the readings of its tail find, and lets go of what is final. */
export class MarkdownView {
  readonly #rendering: Rendering;
  readonly #chunks: RenderChunks;
  readonly #flow: HtmlFlow;
  /** The views of the open blocks. */
  readonly #open: BlockView[] = [];
  /** What refers to a label that has no definition yet, and would have to change when one comes. */
  readonly #waiting = new Map<string, Set<Linked>>();

  /** Of what has left the block that is still open. */
  #partsLength = 0;

  constructor(container: HTMLElement, rendering: Rendering) {
    this.#rendering = rendering;
    this.#chunks = new RenderChunks(container);
    this.#flow = new HtmlFlow(() => this.#chunks.current, rendering.words);
  }

  show(reading: Reading): void {
    this.#define(reading);
    for (const [index, block] of reading.blocks.entries()) {
      const view = this.#place(index, block);
      if (index < reading.settled) this.#settle(index, view, block);
    }
    for (const { node } of this.#open.splice(reading.blocks.length)) node.remove();
    this.#open.splice(0, reading.settled);
    if (reading.settledParts === 0) return;
    this.#partsLength += partLengths(reading.blocks[reading.settled]).slice(0, reading.settledParts).reduce(sum, 0);
    for (const part of this.#open[0]?.settleParts?.(reading.settledParts) ?? []) this.#awaitLinks(part);
  }

  #place(index: number, block: Block): BlockView {
    const old = this.#open[index];
    if (old?.update(block)) {
      // The block before it may just have ended a chunk, or have opened or closed an element around it.
      if (old.node.parentNode !== this.#flow.cursor) this.#flow.cursor.append(old.node);
      return old;
    }
    const view = this.#rendering.createView(block, this.#rendering, false);
    old?.node.remove();
    this.#flow.cursor.append(view.node);
    this.#open[index] = view;
    return view;
  }

  #settle(index: number, view: BlockView, block: Block): void {
    if (block.type === "html") {
      // What follows is placed again, behind the HTML or in what that leaves open.
      for (const { node } of this.#open.slice(index)) node.remove();
      this.#flow.html(block.raw);
      this.#chunks.count(block.raw.trim().length);
      return;
    }
    view.settle();
    this.#awaitLinks(view);
    for (const name of view.unmatched ?? []) this.#flow.close(name);
    this.#chunks.count(this.#partsLength + lengthOf(block, view));
    this.#partsLength = 0;
  }

  /** Takes note of definitions, once they are final, and lets the links appear that have waited for them. */
  #define({ blocks, settled, settledParts }: Reading): void {
    const part = blocks[settled];
    const items = part?.type === "list" ? part.items.slice(0, settledParts).flatMap((item) => item.blocks) : [];
    const final = [...blocks.slice(0, settled), ...items];
    const news = definitionsIn(final).filter((definition) => this.#rendering.lexer.define(definition));
    if (news.length === 0) return;
    const linked = new Set<Linked>(this.#open);
    for (const { label } of news) {
      for (const each of this.#waiting.get(label) ?? []) linked.add(each);
      this.#waiting.delete(label);
    }
    for (const each of linked) {
      each.relink();
      this.#awaitLinks(each);
    }
  }

  #awaitLinks(linked: Linked): void {
    const labels = new Set<string>();
    linked.collectMissing(labels);
    for (const label of labels) {
      const waiting = this.#waiting.get(label) ?? new Set();
      this.#waiting.set(label, waiting.add(linked));
    }
  }
}

function definitionsIn(blocks: Block[]): Definition[] {
  return blocks.flatMap((block) => {
    if (block.type === "definition") return [block];
    if (block.type === "quote") return definitionsIn(block.blocks);
    if (block.type === "list") return block.items.flatMap((item) => definitionsIn(item.blocks));
    return [];
  });
}

/** In characters of the source: what is on the screen is longer as long as a link's definition has not come. */
function lengthOf(block: Block, view: BlockView): number {
  // Of code that came in several readings the block has only the last piece.
  if (block.type === "code" || block.type === "more-code") return view.node.textContent?.length ?? 0;
  return block.type === "list" || block.type === "table" ? partLengths(block).reduce(sum, 0) : block.raw.trim().length;
}

function partLengths(block: Block | undefined): number[] {
  const parts = block?.type === "list" ? block.items : block?.type === "table" ? block.rows : [];
  return parts.map(({ raw }) => raw.trim().length);
}

const sum = (one: number, other: number): number => one + other;
