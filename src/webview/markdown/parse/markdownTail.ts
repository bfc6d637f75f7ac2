import { FenceReader, isClosedFence } from "./fenceReader";
import type { Block } from "./markdownBlock";
import type { LexedBlock, MarkdownLexer } from "./markdownLexer";

/**
 * A longer blockquote, list item, paragraph or piece of HTML ends at the last line break before this length, and a longer line
 * in the middle. What follows is parsed as new blocks, because an open block is parsed again whenever it grows. In characters.
 */
const maxBlockLength = 10_000;
/** A list with more items or a table with more rows continues as a new one: a browser lays out each as a whole when it grows. */
const maxParts = 300;
/** A table with more cells and more than the least rows continues as a new one as well. */
const maxCells = 1_000;
const minRows = 40;

/** The blocks of the tail in the order of the text, starting after the blocks that earlier parses returned as final. */
export interface ParsedTail {
  blocks: Block[];
  /** How many of the blocks are final. */
  finalBlocks: number;
  /** How many items or rows of the first open block are final. */
  finalParts: number;
  /** Whether the first block continues a list, table or code block of which earlier parses returned a final part. */
  continues: boolean;
}

/**
 * The end of a growing text: the part whose blocks may still change. Whatever is final is removed from it: block by block, and
 * in open blocks item by item for lists, row by row for tables, line by line for fenced code. So a parse costs no more than
 * the open block, however long the text is, and all parses together return the blocks of the whole text.
 */
export class MarkdownTail {
  readonly #lexer: MarkdownLexer;
  #text = "";
  /** The text up to here was already searched for final blocks. */
  #searched = 0;
  #fence: FenceReader | undefined;
  /** Set while the text starts in the middle of a list or table. */
  #open: { type: "list" | "table"; loose: boolean; finalParts: number } | undefined;

  constructor(lexer: MarkdownLexer) {
    this.#lexer = lexer;
  }

  /** Length of the text that is not final, in UTF-16 units. */
  get length(): number {
    return this.#text.length;
  }

  append(text: string): void {
    this.#text += text;
  }

  /** Parses the tail. With `ended`, no more text follows, so all of it is final. */
  parse(ended = false): ParsedTail {
    const continues = this.#fence !== undefined || this.#open !== undefined;
    const result: ParsedTail = { blocks: [], finalBlocks: 0, finalParts: 0, continues };
    if (this.#fence) this.#readFence(this.#fence, { type: "code-continuation", raw: "", text: "" }, result, ended);
    if (!this.#fence) this.#removeFinalBlocks(result, ended);
    if (!this.#fence && !ended) this.#parseOpenBlocks(result);
    return result;
  }

  #readFence(fence: FenceReader, block: Extract<Block, { text: string }>, result: ParsedTail, ended: boolean): void {
    const { code, rest, closed } = fence.read(this.#text, ended);
    result.blocks.push({ ...block, text: code });
    this.#text = rest;
    this.#searched = 0;
    this.#fence = closed || ended ? undefined : fence;
    if (!this.#fence) result.finalBlocks++;
  }

  /** Removes the blocks that no further text can change. An incomplete last line can still become anything. */
  #removeFinalBlocks(result: ParsedTail, ended: boolean): void {
    const complete = ended ? this.#text.length : this.#text.lastIndexOf("\n") + 1;
    if (complete > this.#searched || ended) {
      const text = this.#text.slice(0, complete);
      const lexed = this.#lexer.blocks(text);
      if (this.#cutLongBlock(text, lexed, result)) this.#removeFinalBlocks(result, ended);
      else this.#removeLexedBlocks(lexed, complete, result, ended);
    } else if (this.#text.length - complete > maxBlockLength) {
      const lexed = this.#lexer.blocks(this.#text);
      if (this.#cutLongBlock(this.#text, lexed, result)) this.#removeFinalBlocks(result, ended);
    }
  }

  /** Removes the first block that is too long, up to its limit, and the blocks before it. Returns whether there is one. */
  #cutLongBlock(text: string, lexed: LexedBlock[], result: ParsedTail): boolean {
    const cut = findCut(text, lexed, this.#open?.finalParts ?? 0);
    if (!cut) return false;
    this.#removeLexedBlocks(this.#lexer.blocks(text.slice(0, cut.end)), cut.end, result, true);
    this.#removeBefore(0, cut.head);
    this.#searched = 0;
    return true;
  }

  /** `complete` is the length of the text that was parsed. With `ended`, all of its blocks are final. */
  #removeLexedBlocks(lexed: LexedBlock[], complete: number, result: ParsedTail, ended: boolean): void {
    const last = lexed.findLastIndex(({ block }) => block !== undefined);
    let offset = 0;
    for (const [index, { block, length }] of lexed.entries()) {
      if (index > last) break;
      if (block) {
        this.#restoreLooseness(block);
        if (index === last && !ended && !isClosed(block)) {
          this.#removeFinalParts(block, offset, length, result);
          return;
        }
        this.#open = undefined;
        result.blocks.push(block);
        result.finalBlocks++;
      }
      offset += length;
    }
    this.#removeBefore(last < 0 ? complete : offset);
  }

  /** Removes everything before the last block, and the items, rows or lines of that block that are final. */
  #removeFinalParts(block: Block, offset: number, length: number, result: ParsedTail): void {
    if (block.type === "list" && block.items.length > 1) {
      const items = block.items.slice(0, -1);
      this.#open = { type: "list", loose: block.loose, finalParts: (this.#open?.finalParts ?? 0) + items.length };
      result.blocks.push({ ...block, items });
      result.finalParts = items.length;
      this.#removeBefore(items.reduce((end, item) => end + item.raw.length, offset));
    } else if (block.type === "table" && block.rows.length > 0) {
      const head = /^.*\n.*\n/.exec(this.#text.slice(offset))?.[0] ?? "";
      const finalParts = (this.#open?.finalParts ?? 0) + block.rows.length;
      this.#open = { type: "table", loose: false, finalParts };
      result.blocks.push(block);
      result.finalParts = block.rows.length;
      this.#removeBefore(offset + length, head);
    } else if (block.type === "code" && isClosedFence(block.raw) === false) {
      const opening = this.#text.slice(offset, this.#text.indexOf("\n", offset));
      this.#removeBefore(offset + opening.length + 1);
      this.#readFence(new FenceReader(opening), block, result, false);
    } else {
      this.#removeBefore(offset);
    }
  }

  /** Removes the text before `offset`, and puts the head of an open table before the rest. */
  #removeBefore(offset: number, head = ""): void {
    this.#text = head + this.#text.slice(offset);
    this.#searched = this.#text.lastIndexOf("\n") + 1;
  }

  /** Adds the blocks that are still open, in their current state. */
  #parseOpenBlocks(result: ParsedTail): void {
    const line = this.#text.lastIndexOf("\n") + 1;
    const text = ambiguousLine.test(this.#text.slice(line)) ? this.#text.slice(0, line) : this.#text;
    const blocks = this.#lexer.blocks(text).flatMap(({ block }) => (block && !isOpeningFence(block) ? [block] : []));
    const [first] = blocks;
    if (first) this.#restoreLooseness(first);
    const part = result.finalParts > 0 ? result.blocks.at(-1) : undefined;
    if (part?.type === "list" && first?.type === "list") {
      result.blocks.splice(-1, 1, { ...part, loose: first.loose, items: [...part.items, ...first.items] });
      blocks.shift();
    } else if (part?.type === "table" && first?.type === "table") {
      result.blocks.splice(-1, 1, { ...part, rows: [...part.rows, ...first.rows] });
      blocks.shift();
    }
    result.blocks.push(...blocks);
  }

  /** A blank line anywhere makes a list loose, also between items that were already removed. */
  #restoreLooseness(block: Block): void {
    if (block.type === "list" && this.#open?.loose) block.loose = true;
  }
}

interface Cut {
  /** Offset where a block that is too long must end. */
  end: number;
  /** The head of a table, to be repeated before its other rows. */
  head: string;
}

/** Finds the first block that is too long. `finalParts` is the number of items or rows of the first block in earlier parses. */
function findCut(text: string, lexed: LexedBlock[], finalParts: number): Cut | undefined {
  let offset = 0;
  for (const { block, length } of lexed) {
    const start = offset;
    offset += length;
    if (!block) continue;
    const cut = cutIn(block, text, start, length, finalParts);
    if (cut) return cut;
    finalParts = 0;
  }
  return undefined;
}

function cutIn(block: Block, text: string, start: number, length: number, finalParts: number): Cut | undefined {
  if (isClosedFence(block.raw) !== undefined) return undefined;
  const columns = block.type === "table" ? block.header.cells.length : 0;
  const remaining = Math.min(maxParts, Math.max(minRows, Math.ceil(maxCells / columns))) - finalParts;
  if (block.type === "table") {
    if (block.rows.length <= remaining) return undefined;
    return { end: endOfLine(text, start, remaining + 2), head: text.slice(start, endOfLine(text, start, 2)) };
  }
  const parts = block.type === "list" ? block.items.map(({ raw }) => raw.length) : [length];
  let offset = start;
  for (const [index, part] of parts.entries()) {
    if (index === remaining && index > 0) return { end: offset, head: "" };
    if (part > maxBlockLength && text.slice(offset, offset + part).trimEnd().length > maxBlockLength)
      return { end: endOfLines(text, offset), head: "" };
    offset += part;
  }
  return undefined;
}

/** The end of the line with this number, counted from 1. */
function endOfLine(text: string, start: number, number: number): number {
  let end = start;
  for (let line = 0; line < number; line++) end = text.indexOf("\n", end) + 1;
  return end;
}

/** The end of the last line that is complete before the limit, or else the limit. */
function endOfLines(text: string, start: number): number {
  const limit = start + maxBlockLength;
  const lineBreak = text.lastIndexOf("\n", limit - 1);
  if (lineBreak > start) return lineBreak + 1;
  // Never split a surrogate pair.
  return /[\ud800-\udbff]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
}

/** Whether no further text can change a block whose last line is complete. */
const isClosed = (block: Block): boolean =>
  block.type === "heading" ||
  block.type === "thematic-break" ||
  (block.type === "code" && isClosedFence(block.raw) === true);

/** Whether the block is an opening fence whose info string is still incomplete. */
const isOpeningFence = (block: Block): boolean =>
  block.type === "code" && !block.raw.includes("\n") && isClosedFence(block.raw) === false;

/**
 * A last line of only these characters may still become a list, a heading, a thematic break, a table or text. It is shown late
 * rather than as a block that flickers.
 */
const ambiguousLine = /^[\s\d\-=+*#>`~|:_.)<[\]^!\\]*$/;
