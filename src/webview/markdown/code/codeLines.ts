import type { FrameBudget } from "../frameBudget";
import { splitTokens, type CodeToken, type Highlighter } from "./highlighter";
import { makeSkippable } from "../renderChunks";
import { createTokenNode } from "./tokenColors";

/** Lines per chunk: adding a line or scrolling to it costs the layout of its chunk, not of the whole block. */
const linesPerChunk = 32;
/** An overlong line continues in the next chunk. In characters. */
const maxChunkLength = 8_000;
/** Longer lines stay plain, as in the editor: thousands of tokens in one line take long to lay out. In characters. */
const maxHighlightedLine = 600;
/** An unterminated comment or string is highlighted in batches of about this size. In characters. */
const maxBatchLength = 4_000;
/**
 * A batch of some length that takes longer does not grow: the time of some grammars grows with the cube of the length, such as
 * that of C# for nested strings. In characters and milliseconds.
 */
const slowBatch = { length: 400, time: 6 };

interface LineChunk {
  element: HTMLElement;
  /** The text that is not highlighted yet; the highlighted nodes precede it. */
  plain: Text;
  lines: number;
  length: number;
}

interface Line {
  text: string;
  chunk: LineChunk;
}

/**
 * The lines of a code block, which grows at its end. Complete lines are highlighted in batches that end outside of comments
 * and strings, so mostly line by line, and then left alone. The DOM does not depend on how the text was split into deltas.
 */
export class CodeLines {
  readonly #element: HTMLElement;
  readonly #texts: string[] = [];
  #chunk: LineChunk | undefined;
  #line = "";
  /** Complete lines to be highlighted. */
  #pending: Line[] = [];
  /** Least length of the next batch; doubles after each attempt that ended inside a comment or string. */
  #batchLength = 0;
  #ended = false;
  #highlighting = true;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  text(): string {
    return this.#texts.join("");
  }

  append(text: string): void {
    this.#texts.push(text);
    let offset = 0;
    while (offset < text.length) {
      const chunk = (this.#chunk ??= this.#addChunk());
      const from = offset;
      while (offset < text.length && !isFull(chunk)) {
        const lineBreak = text.indexOf("\n", offset);
        const end = Math.min(lineBreak < 0 ? text.length : lineBreak + 1, offset + maxChunkLength - chunk.length);
        chunk.length += end - offset;
        this.#line += text.slice(offset, end);
        offset = end;
        if (end === lineBreak + 1) chunk.lines++;
        if (end === lineBreak + 1 || isFull(chunk)) this.#completeLine(chunk);
      }
      chunk.plain.appendData(text.slice(from, offset));
      if (!isFull(chunk)) continue;
      makeSkippable(chunk.element, 18 * chunk.lines);
      this.#chunk = undefined;
    }
  }

  end(): void {
    if (this.#chunk && this.#line !== "") this.#completeLine(this.#chunk);
    this.#ended = true;
  }

  /** Highlights pending lines until `isUsedUp` returns true. Returns whether more could be highlighted right away. */
  highlight(highlighter: Highlighter, budget: FrameBudget, isUsedUp: () => boolean): boolean {
    let done = 0;
    while (done < this.#pending.length) {
      const lines = linesOfLength(this.#pending, done, this.#batchLength);
      const long = lines.findIndex(({ text }) => text.length > maxHighlightedLine);
      if (long === 0) {
        replaceLines(lines.slice(0, 1), [{ text: lines[0]?.text ?? "", scopes: [] }]);
        done++;
        continue;
      }
      if (long > 0) lines.length = long;
      const isLastBatch = long > 0 || (this.#ended && done + lines.length === this.#pending.length);
      const text = lines.map((line) => line.text).join("");
      if (text.length < this.#batchLength && !isLastBatch) break;
      const start = performance.now();
      const { tokens, complete } = highlighter(text);
      const isSlow = text.length >= slowBatch.length && performance.now() - start > slowBatch.time;
      if (complete || text.length >= maxBatchLength || isSlow || isLastBatch) {
        replaceLines(lines, tokens);
        budget.addNodes(tokens.length);
        done += lines.length;
        this.#batchLength = 0;
      } else {
        this.#batchLength = 2 * text.length;
      }
      if (isUsedUp()) break;
    }
    this.#pending.splice(0, done);
    const next = linesOfLength(this.#pending, 0, this.#batchLength).reduce(
      (length, { text }) => length + text.length,
      0,
    );
    return this.#pending.length > 0 && (this.#ended || next >= this.#batchLength);
  }

  /** Leaves the block plain, because there is no grammar for it. */
  disableHighlighting(): void {
    this.#highlighting = false;
    this.#pending = [];
  }

  #completeLine(chunk: LineChunk): void {
    if (this.#highlighting) this.#pending.push({ text: this.#line, chunk });
    this.#line = "";
  }

  #addChunk(): LineChunk {
    const element = document.createElement("span");
    element.className = "code-lines";
    element.style.display = "block";
    const plain = document.createTextNode("");
    element.append(plain);
    this.#element.append(element);
    return { element, plain, lines: 0, length: 0 };
  }
}

/** The lines from `start` on, at least one and as few as together have this length, or else all. */
function linesOfLength(lines: readonly Line[], start: number, minLength: number): Line[] {
  let end = start;
  let length = 0;
  do length += lines[end++]?.text.length ?? 0;
  while (length < minLength && end < lines.length);
  return lines.slice(start, end);
}

const isFull = ({ lines, length }: LineChunk): boolean => lines >= linesPerChunk || length >= maxChunkLength;

/** Replaces plain lines with their tokens. */
function replaceLines(lines: Line[], tokens: CodeToken[]): void {
  const tokensByLine = splitTokens(
    lines.map(({ text }) => text.length),
    tokens,
  );
  for (const [index, { chunk, text }] of lines.entries()) {
    chunk.plain.deleteData(0, text.length);
    chunk.plain.before(...(tokensByLine[index] ?? []).map(createTokenNode));
  }
}
