/** A repository's input box, while a message is written into it. The user's own text is never lost, whatever happens. */
export class CommitInput {
  readonly #box: { value: string };
  readonly #before: string;
  /** VS Code tells its extension host of every change a moment later, so an earlier text of ours may stand there again. */
  readonly #ours: Set<string>;

  constructor(box: { value: string }) {
    this.#box = box;
    this.#before = box.value;
    this.#ours = new Set([box.value]);
  }

  /** What the user had written. */
  get before(): string {
    return this.#before;
  }

  /** The user has typed meanwhile: the box is theirs. */
  get taken(): boolean {
    return !this.#ours.has(this.#box.value);
  }

  /** Shows a text, unless the box is taken. */
  write(text: string): void {
    if (this.taken) return;
    this.#ours.add(text);
    this.#box.value = text;
  }

  /** Shows what was there before, unless the box is taken. */
  restore(): void {
    this.write(this.#before);
  }
}
