/** A repository's commit message box while a message streams into it. Never loses the user's own text. */
export class CommitInput {
  readonly #box: { value: string };
  readonly #before: string;
  /** All written texts: VS Code reports changes with a delay, so the box may show an earlier one of them. */
  readonly #writtenTexts: Set<string>;

  constructor(box: { value: string }) {
    this.#box = box;
    this.#before = box.value;
    this.#writtenTexts = new Set([box.value]);
  }

  /** The text before generation started. */
  get before(): string {
    return this.#before;
  }

  /** Whether the user has typed since; then the box is not written to. */
  get isEditedByUser(): boolean {
    return !this.#writtenTexts.has(this.#box.value);
  }

  /** Sets the text, unless the user has typed. */
  write(text: string): void {
    if (this.isEditedByUser) return;
    this.#writtenTexts.add(text);
    this.#box.value = text;
  }

  /** Restores the text from before, unless the user has typed. */
  restore(): void {
    this.write(this.#before);
  }
}
