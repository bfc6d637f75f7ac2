import type { Block } from "./markdownBlock";
import type { MarkdownLexer } from "./markdownLexer";
import { isClosedFence, OpenFence } from "./fenceReader";

/** What a reading found, in the order of the text, beginning where the settled part of the reading before ended. */
export interface Reading {
  blocks: Block[];
  /** How many of the blocks are final. */
  settled: number;
  /** How many items or rows of the first block that is not final are final all the same. */
  settledParts: number;
  /** Whether the first block goes on with the list, table or code block that earlier readings settled a part of. */
  continues: boolean;
}

/**
 * The end of a text that grows: the part whose blocks may still change. Whatever is final leaves it: blocks one by one, lists
 * item by item, tables row by row, fenced code line by line. So a reading costs what the open block costs, however long the
 * text has become, and all readings together give the blocks that reading the whole text at once gives.
 */
export class MarkdownTail {
  readonly #lexer: MarkdownLexer;
  #text = "";
  /** Up to here the text has been searched for what is final. */
  #searched = 0;
  #fence: OpenFence | undefined;
  /** The list or table that the text begins in the middle of. */
  #open: { type: "list" | "table"; loose: boolean } | undefined;

  constructor(lexer: MarkdownLexer) {
    this.#lexer = lexer;
  }

  /** How much is not final, in UTF-16 units. */
  get length(): number {
    return this.#text.length;
  }

  append(text: string): void {
    this.#text += text;
  }

  /** Reads what is there; with `final`, as all there will ever be. */
  read(final = false): Reading {
    const continues = this.#fence !== undefined || this.#open !== undefined;
    const reading: Reading = { blocks: [], settled: 0, settledParts: 0, continues };
    if (this.#fence) this.#readFence(this.#fence, { type: "more-code", raw: "", text: "" }, reading, final);
    if (!this.#fence) this.#settle(reading, final);
    if (!this.#fence && !final) this.#readOpen(reading);
    return reading;
  }

  #readFence(fence: OpenFence, block: Extract<Block, { text: string }>, reading: Reading, final: boolean): void {
    const { code, rest, closed } = fence.read(this.#text, final);
    reading.blocks.push({ ...block, text: code });
    this.#text = rest;
    this.#searched = 0;
    this.#fence = closed || final ? undefined : fence;
    if (!this.#fence) reading.settled++;
  }

  /** Takes out what no further text can change. A last line without its line break can still become anything. */
  #settle(reading: Reading, final: boolean): void {
    const complete = final ? this.#text.length : this.#text.lastIndexOf("\n") + 1;
    if (complete <= this.#searched && !final) return;
    const lexed = this.#lexer.blocks(this.#text.slice(0, complete));
    const last = lexed.findLastIndex(({ block }) => block !== undefined);
    let at = 0;
    for (const [index, { block, length }] of lexed.entries()) {
      if (index > last) break;
      if (block) {
        this.#rememberLooseness(block);
        if (index === last && !final && !standsAlone(block)) {
          this.#settleParts(block, at, length, reading);
          return;
        }
        this.#open = undefined;
        reading.blocks.push(block);
        reading.settled++;
      }
      at += length;
    }
    this.#keep(last < 0 ? complete : at);
  }

  /** Takes out what is final of the last block. */
  #settleParts(block: Block, at: number, length: number, reading: Reading): void {
    if (block.type === "list" && block.items.length > 1) {
      const items = block.items.slice(0, -1);
      this.#open = { type: "list", loose: block.loose };
      reading.blocks.push({ ...block, items });
      reading.settledParts = items.length;
      this.#keep(items.reduce((end, item) => end + item.raw.length, at));
    } else if (block.type === "table" && block.rows.length > 0) {
      const head = /^.*\n.*\n/.exec(this.#text.slice(at))?.[0] ?? "";
      this.#open = { type: "table", loose: false };
      reading.blocks.push(block);
      reading.settledParts = block.rows.length;
      this.#keep(at + length, head);
    } else if (block.type === "code" && isClosedFence(block.raw) === false) {
      const opening = this.#text.slice(at, this.#text.indexOf("\n", at));
      this.#keep(at + opening.length + 1);
      this.#readFence(new OpenFence(opening), block, reading, false);
    } else {
      this.#keep(at);
    }
  }

  #keep(from: number, head = ""): void {
    this.#text = head + this.#text.slice(from);
    this.#searched = this.#text.lastIndexOf("\n") + 1;
  }

  /** Reads what is still open, as it looks now. */
  #readOpen(reading: Reading): void {
    const line = this.#text.lastIndexOf("\n") + 1;
    const text = undecidedLine.test(this.#text.slice(line)) ? this.#text.slice(0, line) : this.#text;
    const blocks = this.#lexer.blocks(text).flatMap(({ block }) => (block && !isOpeningFence(block) ? [block] : []));
    const [first] = blocks;
    if (first) this.#rememberLooseness(first);
    const part = reading.settledParts > 0 ? reading.blocks.at(-1) : undefined;
    if (part?.type === "list" && first?.type === "list") {
      reading.blocks.splice(-1, 1, { ...part, loose: first.loose, items: [...part.items, ...first.items] });
      blocks.shift();
    } else if (part?.type === "table" && first?.type === "table") {
      reading.blocks.splice(-1, 1, { ...part, rows: [...part.rows, ...first.rows] });
      blocks.shift();
    }
    reading.blocks.push(...blocks);
  }

  /** A list is loose when a blank line stands anywhere in it, also between items that have left. */
  #rememberLooseness(block: Block): void {
    if (block.type === "list" && this.#open?.loose) block.loose = true;
  }
}

/** Blocks that nothing after them can change, once their last line is complete. */
const standsAlone = (block: Block): boolean =>
  block.type === "heading" || block.type === "rule" || (block.type === "code" && isClosedFence(block.raw) === true);

/** The beginning of a fence whose language is still being written. */
const isOpeningFence = (block: Block): boolean =>
  block.type === "code" && !block.raw.includes("\n") && isClosedFence(block.raw) === false;

/** Signs alone do not tell yet whether a line is a list, a heading, a rule, a table or text: better late than flickering. */
const undecidedLine = /^[\s\d\-=+*#>`~|:_.)<[!\\]*$/;
