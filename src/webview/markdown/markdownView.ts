import type { BlockView, LinkContainer, RenderContext } from "./blockView";
import { HtmlInserter } from "./htmlInserter";
import type { Block, BlockOf, Definition } from "./parse/markdownBlock";
import { footnoteLabel } from "./parse/markdownLexer";
import type { ParsedTail } from "./parse/markdownTail";
import { RenderChunks } from "./renderChunks";

/**
 * Raw elements are closed after this much text: what they wrap is in one chunk, whose layout may be updated with every delta. In
 * characters.
 */
const maxWrappedLength = 16_000;
/** The items or rows of a list or table that are shown in one step have about this length, or are one. In characters. */
const stepLength = 300;
const charactersPerLine = 40;
/** The caption and the margins of a code block are as high as so many characters of text. */
const captionHeight = 3 * charactersPerLine;
/** More footnotes stay where their definitions are, since those at the end are laid out together. */
const maxFootnotes = 200;

/** Renders a whole answer: updates the open blocks after each parse of the tail and releases those that are final. */
export class MarkdownView {
  readonly #container: HTMLElement;
  readonly #context: RenderContext;
  readonly #chunks: RenderChunks;
  readonly #inserter: HtmlInserter;
  readonly #openViews: BlockView[] = [];
  /** By label: the final parts of the answer to update when the label gets a definition. */
  readonly #waitingByLabel = new Map<string, Set<LinkContainer>>();
  #footnoteSection: Element | undefined;
  /** Length of the final items or rows of the first open block. In characters. */
  #finalPartsLength = 0;
  /** Length of the final blocks since the first raw element was opened. In characters. */
  #wrappedLength = 0;

  constructor(container: HTMLElement, context: RenderContext) {
    this.#container = container;
    this.#context = context;
    this.#chunks = new RenderChunks(container);
    this.#inserter = new HtmlInserter(() => this.#chunks.current, context.labels);
  }

  /** Shows a parse in steps of one block. The next parse may be shown after the last step. With `isEnd`, there is none. */
  *show(tail: ParsedTail, isEnd: boolean): Generator<void> {
    yield* this.#addDefinitions(tail);
    for (const [index, block] of tail.blocks.entries()) {
      yield* this.#showFirstParts(index, block);
      const view = this.#showBlock(index, block);
      if (index < tail.finalBlocks) this.#finalize(index, view, block);
      yield;
    }
    for (const { node } of this.#openViews.splice(tail.blocks.length)) node.remove();
    this.#openViews.splice(0, tail.finalBlocks);
    this.#showFinalParts(tail);
    this.#context.footnotes.update(this.#container, this.#footnoteSection, isEnd);
  }

  #showFinalParts(tail: ParsedTail): void {
    if (tail.finalParts === 0) return;
    this.#finalPartsLength += partLengths(tail.blocks[tail.finalBlocks]).slice(0, tail.finalParts).reduce(add, 0);
    for (const part of this.#openViews[0]?.finalizeParts?.(tail.finalParts) ?? []) this.#awaitDefinitions(part);
  }

  /** Shows a long list or table in several steps, and leaves the last one to the caller. */
  *#showFirstParts(index: number, block: Block): Generator<void> {
    const lengths = partLengths(block);
    const shown = this.#openViews[index]?.openParts ?? 0;
    let length = 0;
    for (let count = 1; count < lengths.length; count++) {
      length += lengths[count - 1] ?? 0;
      if (length < stepLength || count < shown) continue;
      this.#showBlock(index, firstParts(block, count));
      yield;
      length = 0;
    }
  }

  #showBlock(index: number, block: Block): BlockView {
    const old = this.#openViews[index];
    const parent = this.#parentOf(block, old);
    if (old?.update(block)) {
      // The block before may have ended a chunk, or opened or closed a raw element around this one.
      if (old.node.parentNode !== parent) parent.append(old.node);
      return old;
    }
    const view = this.#context.createView(block, this.#context, false);
    old?.node.remove();
    parent.append(view.node);
    this.#openViews[index] = view;
    return view;
  }

  /** Footnotes are shown at the end, wherever their definitions are. */
  #parentOf(block: Block, old: BlockView | undefined): Element {
    if (block.type !== "footnote") return this.#inserter.insertionPoint;
    const footnotes = (this.#footnoteSection ??= this.#addFootnotes());
    const isFull = footnotes.childElementCount >= maxFootnotes && old?.node.parentNode !== footnotes;
    return isFull ? this.#inserter.insertionPoint : footnotes;
  }

  #addFootnotes(): Element {
    const section = document.createElement("section");
    section.className = "footnotes";
    section.ariaLabel = this.#context.labels.footnotes;
    this.#chunks.footer = section;
    return section;
  }

  #finalize(index: number, view: BlockView, block: Block): void {
    if (block.type === "html") {
      // The blocks after it are appended again, behind the HTML or inside an element that it leaves open.
      for (const { node } of this.#openViews.slice(index)) node.remove();
      this.#inserter.insert(block.raw);
      this.#context.frameBudget.addNodes(block.raw.split("<").length);
      this.#addLength(block.raw.trim().length);
      return;
    }
    view.finalize();
    this.#awaitDefinitions(view);
    for (const name of view.unmatchedTags ?? []) this.#inserter.close(name);
    this.#addLength(this.#finalPartsLength + lengthOf(block, view));
    this.#finalPartsLength = 0;
  }

  /** Adds the length of a final block, in characters. */
  #addLength(length: number): void {
    this.#chunks.addLength(length);
    this.#wrappedLength = this.#inserter.hasOpenElements ? this.#wrappedLength + length : 0;
    if (this.#wrappedLength > maxWrappedLength) this.#inserter.closeAll();
  }

  /** Adds the definitions that are final, and updates the links that use their labels. */
  *#addDefinitions({ blocks, finalBlocks, finalParts }: ParsedTail): Generator<void> {
    const part = blocks[finalBlocks];
    const items = part?.type === "list" ? part.items.slice(0, finalParts).flatMap((item) => item.blocks) : [];
    const final = [...blocks.slice(0, finalBlocks), ...items];
    const added = definitionsIn(final).filter((definition) => this.#context.lexer.define(definition));
    if (added.length === 0) return;
    const affected = new Set<LinkContainer>(this.#openViews);
    for (const definition of added) {
      const label = definition.type === "footnote" ? footnoteLabel(definition.label) : definition.label;
      for (const container of this.#waitingByLabel.get(label) ?? []) affected.add(container);
      this.#waitingByLabel.delete(label);
    }
    for (const container of affected) {
      container.refreshLinks();
      this.#awaitDefinitions(container);
      yield;
    }
  }

  #awaitDefinitions(container: LinkContainer): void {
    const labels = new Set<string>();
    container.collectUndefinedLabels(labels);
    for (const label of labels) {
      const waiting = this.#waitingByLabel.get(label) ?? new Set();
      this.#waitingByLabel.set(label, waiting.add(container));
    }
  }
}

function definitionsIn(blocks: Block[]): (Definition | BlockOf<"footnote">)[] {
  return blocks.flatMap((block) => {
    if (block.type === "definition" || block.type === "footnote") return [block];
    if (block.type === "blockquote") return definitionsIn(block.blocks);
    if (block.type === "list") return block.items.flatMap((item) => definitionsIn(item.blocks));
    return [];
  });
}

/** In characters of the source: the length of the rendered text would depend on whether a link's definition has arrived. */
function lengthOf(block: Block, view: BlockView): number {
  // A code block that took several parses contains only its last part.
  if (block.type === "code" || block.type === "code-continuation") {
    return captionHeight + (view.node.textContent?.length ?? 0);
  }
  return block.type === "list" || block.type === "table"
    ? partLengths(block).reduce(add, 0)
    : heightInCharacters(block.raw);
}

function firstParts(block: Block, count: number): Block {
  if (block.type === "list") return { ...block, items: block.items.slice(0, count) };
  return block.type === "table" ? { ...block, rows: block.rows.slice(0, count) } : block;
}

/** Even the shortest block takes a line. */
const heightInCharacters = (raw: string): number => Math.max(raw.trim().length, charactersPerLine);

/** The lengths of a list's items or a table's rows. */
function partLengths(block: Block | undefined): number[] {
  const parts = block?.type === "list" ? block.items : block?.type === "table" ? block.rows : [];
  return parts.map(({ raw }) => heightInCharacters(raw));
}

const add = (a: number, b: number): number => a + b;
