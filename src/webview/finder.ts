import { signal } from "@preact/signals";
import { findText, firstIndex } from "./textRuns";

/** More than this nobody steps through, and marking them all would take long. */
const mostMatches = 2_000;
/** How long changes gather until the page is searched again, in milliseconds. */
const patience = 200;

/** Grows when the user wants to find something, also when the bar is open already. */
export const findRequests = signal(0);

export interface Matches {
  count: number;
  /** Which one is shown, from 1; 0 for none. */
  current: number;
  /** There are more than are counted. */
  more: boolean;
}

const none: Matches = { count: 0, current: 0, more: false };

/** Finds words in what the chat shows and marks them, without touching an element: the browser paints highlights by themselves. */
export class Finder {
  readonly matches = signal<Matches>(none);
  readonly #root: Element;
  readonly #leaveEnd: () => void;
  readonly #observer = new MutationObserver(() => this.#searchSoon());
  #words = "";
  #found: StaticRange[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `leaveEnd` is called before another place is scrolled to. */
  constructor(root: Element, leaveEnd: () => void) {
    this.#root = root;
    this.#leaveEnd = leaveEnd;
    this.#observer.observe(root, { childList: true, characterData: true, subtree: true });
  }

  /**
   * Searches for other words, and goes to the first place from where one is on: `from`, else the match before, else what is on
   * the screen.
   */
  search(words: string, from?: AbstractRange): void {
    const before = from ?? this.#found[this.matches.value.current - 1];
    this.#words = words;
    this.#find();
    const { top } = this.#root.getBoundingClientRect();
    // By halving: to learn the place of one that is off the screen, the browser has to lay out what is around it.
    const first = firstIndex(this.#found, (range) => (before ? !isBefore(range, before) : bottomOf(range) > top));
    this.#go(first < this.#found.length ? first : 0);
  }

  /** Goes so many places on, round the ends. */
  step(by: 1 | -1): void {
    const { current } = this.matches.value;
    const count = this.#found.length;
    if (count > 0) this.#go((current - 1 + by + count) % count);
  }

  dispose(): void {
    this.#observer.disconnect();
    clearTimeout(this.#timer);
    CSS.highlights.delete("find");
    CSS.highlights.delete("find-current");
  }

  /** The text changes while an answer is written: the same words again, and the reader stays where they are. */
  #searchSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const before = this.matches.value.current;
      this.#find();
      this.#mark(Math.min(before, this.#found.length) - 1);
    }, patience);
  }

  #find(): void {
    this.#found = findText(this.#root, this.#words, mostMatches);
    CSS.highlights.set("find", new Highlight(...this.#found));
  }

  #go(index: number): void {
    this.#mark(index);
    const range = this.#found[index];
    if (!range) return;
    this.#leaveEnd();
    // Scrolling draws what was skipped, and only then its place is known.
    range.startContainer.parentElement?.scrollIntoView({ block: "center", inline: "nearest" });
    const place = document.createRange();
    place.setStart(range.startContainer, range.startOffset);
    place.setEnd(range.endContainer, range.endOffset);
    const { top, bottom } = place.getBoundingClientRect();
    const view = this.#root.getBoundingClientRect();
    if (top < view.top || bottom > view.bottom) this.#root.scrollBy(0, (top + bottom - view.top - view.bottom) / 2);
  }

  #mark(index: number): void {
    const range = this.#found[index];
    const count = this.#found.length;
    this.matches.value = { count, current: range ? index + 1 : 0, more: count === mostMatches };
    if (range) CSS.highlights.set("find-current", Object.assign(new Highlight(range), { priority: 1 }));
    else CSS.highlights.delete("find-current");
  }
}

const bottomOf = ({ startContainer }: StaticRange): number =>
  startContainer.parentElement?.getBoundingClientRect().bottom ?? 0;

function isBefore(one: AbstractRange, other: AbstractRange): boolean {
  if (one.startContainer === other.startContainer) return one.startOffset < other.startOffset;
  return (one.startContainer.compareDocumentPosition(other.startContainer) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}
