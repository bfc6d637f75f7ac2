/** What models get instead of a secret that was held back. */
export const removed = "[held back]";

const placeholder = /<SECRET_(\d{1,6})>/g;

/** Whether it was sent instead of a secret. Detectors can take `password=<SECRET_1>` for a password. */
export function isReplaced(secret: string): boolean {
  return secret.search(placeholder) >= 0 || secret.includes(removed);
}

const partialPlaceholder = /<(?:S(?:E(?:C(?:R(?:E(?:T(?:_\d{0,6})?)?)?)?)?)?)?$/;

/** Whether the text contains a placeholder, known or not. */
export function hasPlaceholder(text: string): boolean {
  return text.search(placeholder) >= 0;
}

/** Where a placeholder may begin at the end of a text that is still growing; the length of the text if none does. */
export function partialPlaceholderStart(text: string): number {
  return partialPlaceholder.exec(text)?.index ?? text.length;
}

/** The placeholders of one chat: the same secret always has the same number. */
export class SecretPlaceholders {
  readonly #byValue = new Map<string, string>();
  readonly #values = new Map<string, string>();
  #last = 0;

  /** Never assigns the numbers in this text: it may be an answer from before VS Code was restarted. */
  reserve(text: string): void {
    for (const [, number] of text.matchAll(placeholder)) this.#last = Math.max(this.#last, Number(number));
  }

  /** `<SECRET_1>` */
  of(value: string): string {
    const known = this.#byValue.get(value);
    if (known !== undefined) return known;
    this.#last += 1;
    const added = `<SECRET_${this.#last}>`;
    this.#byValue.set(value, added);
    this.#values.set(added, value);
    return added;
  }

  /** Puts the secrets back, or returns a placeholder that is not known. One that the user's own texts contain is ordinary text. */
  restore(code: string, userTexts: readonly string[]): { code: string } | { unknown: string } {
    const unknown = (code.match(placeholder) ?? []).find(
      (each) => !this.#values.has(each) && !userTexts.some((text) => text.includes(each)),
    );
    if (unknown !== undefined) return { unknown };
    return { code: code.replace(placeholder, (each) => this.#values.get(each) ?? each) };
  }
}
