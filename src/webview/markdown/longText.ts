import { makeSkippable } from "./renderChunks";
import { decodeEntities } from "./entities";

/** About so long is a piece; one ends at a blank where there is one near. In characters. */
const longestPiece = 8_000;
const shortestPiece = 7_000;

interface Piece {
  element: HTMLElement;
  text: string;
  /** Another one follows. */
  complete: boolean;
}

/**
 * A text without end, as a model that goes in circles writes it. It stands in pieces, each laid out by itself and only near the
 * screen: a browser takes seconds for the lines of a word of a million letters, and would take them again for each letter more.
 */
export class LongText {
  readonly #element: HTMLElement;
  readonly #pieces: Piece[] = [];

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  show(text: string): void {
    const texts = piecesOf(text);
    for (const { element } of this.#pieces.splice(texts.length)) element.remove();
    for (const [index, each] of texts.entries()) {
      const piece = (this.#pieces[index] ??= this.#addPiece());
      if (piece.text !== each) piece.element.textContent = decodeEntities(each);
      piece.text = each;
      const isComplete = index < texts.length - 1;
      if (isComplete && !piece.complete) makeSkippable(piece.element, Math.round(each.length / 2));
      piece.complete ||= isComplete;
    }
  }

  #addPiece(): Piece {
    const element = document.createElement("span");
    element.className = "text-piece";
    element.style.display = "block";
    this.#element.append(element);
    return { element, text: "", complete: false };
  }
}

/** The text alone decides where it is cut, and what comes after a cut does not move it. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let at = 0;
  while (text.length - at > longestPiece) {
    const end = cutIn(text.slice(at, at + longestPiece));
    pieces.push(text.slice(at, at + end));
    at += end;
  }
  pieces.push(text.slice(at));
  return pieces;
}

function cutIn(piece: string): number {
  const blank = Math.max(piece.lastIndexOf(" "), piece.lastIndexOf("\n"));
  if (blank >= shortestPiece) return blank + 1;
  // Never between the halves of a character.
  return /[\ud800-\udbff]$/.test(piece) ? piece.length - 1 : piece.length;
}
