/** A limit for the raw HTML of one block: sanitizing takes about 0.1 ms for each piece and 0.02 ms for each tag. */
export class HtmlBudget {
  #tags = 500;
  #pieces = 40;

  /** Returns false if the next opening tag must be shown as text. */
  takeTag(): boolean {
    return this.#tags-- > 0;
  }

  /** Returns false if the next piece of HTML must be shown as text. */
  takePiece(): boolean {
    return this.#pieces-- > 0;
  }
}
