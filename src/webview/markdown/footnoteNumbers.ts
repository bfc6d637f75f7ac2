import type { MarkdownLabels } from "./markdownLabels";

/** A footnote that shows its number; `undefined` if nothing refers to it. */
interface Footnote {
  readonly node: HTMLElement;
  showNumber(number: number | undefined): void;
}

const referenceSelector = ".footnote-reference";

/**
 * The footnotes of an answer, numbered in the order of their first references like on GitHub: first those in the text, then those in the
 * footnotes themselves. The footnotes at the end get the same order. One without a reference stays as written.
 */
export class FootnoteNumbers {
  readonly #labels: MarkdownLabels;
  readonly #footnotes = new Map<string, Footnote>();
  #isOutdated = false;

  constructor(labels: MarkdownLabels) {
    this.#labels = labels;
  }

  /** Adds a footnote. Returns false if there is one with this id: the first definition of a label wins. */
  add(id: string, footnote: Footnote): boolean {
    if (this.#footnotes.has(id)) return false;
    this.#footnotes.set(id, footnote);
    this.#isOutdated = true;
    return true;
  }

  /** Called for each new reference. */
  invalidate(): void {
    this.#isOutdated = true;
  }

  /** Shows the numbers in `answer`, and sorts the footnotes in `section`. With `isEnd`, also if no reference is new: some can be gone. */
  update(answer: Element, section: Element | undefined, isEnd: boolean): void {
    if (this.#footnotes.size === 0 || !(this.#isOutdated || isEnd)) return;
    this.#isOutdated = false;
    const references = [...answer.querySelectorAll(referenceSelector)];
    const numbers = this.#number(references);
    for (const reference of references) showReferenceNumber(reference, numbers.get(targetOf(reference)), this.#labels);
    for (const [id, footnote] of this.#footnotes) footnote.showNumber(numbers.get(id));
    if (section) sort(section, numbers);
  }

  /** The numbers by the ids of the footnotes. */
  #number(references: readonly Element[]): Map<string, number> {
    const numbers = new Map<string, number>();
    const add = (reference: Element): void => {
      const id = targetOf(reference);
      if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
    };
    for (const reference of references) if (!reference.closest(".footnote")) add(reference);
    // Goes on with the footnotes that it adds.
    for (const id of numbers.keys()) this.#footnotes.get(id)?.node.querySelectorAll(referenceSelector).forEach(add);
    references.forEach(add);
    return numbers;
  }
}

/** The id of the footnote that a reference leads to. */
const targetOf = (reference: Element): string => reference.getAttribute("href")?.slice(1) ?? "";

function showReferenceNumber(reference: Element, number: number | undefined, { footnote }: MarkdownLabels): void {
  const text = String(number);
  if (reference.textContent === text) return;
  reference.textContent = text;
  reference.ariaLabel = footnote(text);
}

/** Sorts the footnotes by number; those without one come last. Leaves them alone if they are sorted, since one may have the focus. */
function sort(section: Element, numbers: ReadonlyMap<string, number>): void {
  const shown = [...section.children];
  const place = ({ id }: Element): number => numbers.get(id) ?? shown.length + numbers.size;
  const sorted = shown.toSorted((a, b) => place(a) - place(b));
  if (sorted.some((each, index) => each !== shown[index])) section.append(...sorted);
}
