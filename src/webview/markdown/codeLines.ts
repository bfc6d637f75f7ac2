import { makeSkippable } from "./renderChunks";
import { colouredNode } from "./tokenColors";
import { splitAt, type Highlight, type Stretch } from "./highlighter";

/** Lines stand in pieces of so many, so that a line that comes or is scrolled to costs its piece, not the whole block. */
const linesPerPiece = 32;
/** A line longer than any should be goes on in the next piece. In characters. */
const longestPiece = 8_000;
/** A longer line stays plain, as in the editor: thousands of coloured words in one line take long to lay out. In characters. */
const longestColoured = 2_000;
/** A comment or string that does not end is coloured in parts of about this size. In characters. */
const longestUnit = 16_000;

interface Piece {
  element: HTMLElement;
  /** What has no colours yet, behind what has. */
  plain: Text;
  lines: number;
  length: number;
}

interface Line {
  text: string;
  piece: Piece;
}

/**
 * The lines of a code block, which grows at its end. Complete lines are coloured from the last place where no comment or
 * string was open, so mostly one by one, and then left alone. The same text gives the same DOM, however it was cut.
 */
export class CodeLines {
  readonly #element: HTMLElement;
  readonly #texts: string[] = [];
  #piece: Piece | undefined;
  #line = "";
  /** Complete lines that wait for their colours. */
  #waiting: Line[] = [];
  /** How many must wait before the next try: twice as many after each that ended inside a comment. */
  #needed = 1;
  #ended = false;
  #plain = false;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  text(): string {
    return this.#texts.join("");
  }

  append(text: string): void {
    this.#texts.push(text);
    let at = 0;
    while (at < text.length) {
      const piece = (this.#piece ??= this.#addPiece());
      const from = at;
      while (at < text.length && !isFull(piece)) {
        const lineBreak = text.indexOf("\n", at);
        const end = Math.min(lineBreak < 0 ? text.length : lineBreak + 1, at + longestPiece - piece.length);
        piece.length += end - at;
        this.#line += text.slice(at, end);
        at = end;
        if (end === lineBreak + 1) piece.lines++;
        if (end === lineBreak + 1 || isFull(piece)) this.#completeLine(piece);
      }
      piece.plain.appendData(text.slice(from, at));
      if (!isFull(piece)) continue;
      makeSkippable(piece.element, 18 * piece.lines);
      this.#piece = undefined;
    }
  }

  end(): void {
    if (this.#piece && this.#line !== "") this.#completeLine(this.#piece);
    this.#ended = true;
  }

  /** Colours what can be until `isLate` says so; tells whether more could be coloured at once. */
  colour(highlight: Highlight, isLate: () => boolean): boolean {
    let done = 0;
    while (done < this.#waiting.length) {
      const lines = this.#waiting.slice(done, done + this.#needed);
      const long = lines.findIndex(({ text }) => text.length > longestColoured);
      if (long === 0) {
        paint(lines.slice(0, 1), [{ text: lines[0]?.text ?? "", scopes: [] }]);
        done++;
        continue;
      }
      if (long > 0) lines.length = long;
      const whole = long > 0 || (this.#ended && done + lines.length === this.#waiting.length);
      if (lines.length < this.#needed && !whole) break;
      const text = lines.map((line) => line.text).join("");
      const { stretches, complete } = highlight(text);
      if (complete || text.length >= longestUnit || whole) {
        paint(lines, stretches);
        done += lines.length;
        this.#needed = 1;
      } else {
        this.#needed *= 2;
      }
      if (isLate()) break;
    }
    this.#waiting.splice(0, done);
    return this.#waiting.length >= this.#needed || (this.#ended && this.#waiting.length > 0);
  }

  /** Gives up colours, for want of a grammar. */
  stayPlain(): void {
    this.#plain = true;
    this.#waiting = [];
  }

  #completeLine(piece: Piece): void {
    if (!this.#plain) this.#waiting.push({ text: this.#line, piece });
    this.#line = "";
  }

  #addPiece(): Piece {
    const element = document.createElement("span");
    element.className = "code-lines";
    element.style.display = "block";
    const plain = document.createTextNode("");
    element.append(plain);
    this.#element.append(element);
    return { element, plain, lines: 0, length: 0 };
  }
}

const isFull = ({ lines, length }: Piece): boolean => lines >= linesPerPiece || length >= longestPiece;

/** Puts the coloured stretches in the place of the plain lines that they are. */
function paint(lines: Line[], stretches: Stretch[]): void {
  const parts = splitAt(
    lines.map(({ text }) => text.length),
    stretches,
  );
  for (const [index, { piece, text }] of lines.entries()) {
    piece.plain.deleteData(0, text.length);
    piece.plain.before(...(parts[index] ?? []).map(colouredNode));
  }
}
