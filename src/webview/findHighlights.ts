import { signal } from "@preact/signals";
import { findText, firstIndex } from "./findMatches";

/** Users do not step through more matches, and highlighting them all takes long. */
const maxMatches = 2_000;
/** How long changes are collected before the page is searched again, in milliseconds. */
const updateDelayMs = 200;

/** Incremented by each request to find something, also while the bar is open. */
export const findRequests = signal(0);

export interface Matches {
  count: number;
  /** The number of the current match, from 1; 0 for none. */
  current: number;
  /** True if there are more matches than `count`. */
  more: boolean;
}

const noMatches: Matches = { count: 0, current: 0, more: false };

/** Finds text in the chat and marks it with the CSS Custom Highlight API, which does not change any element. */
export class Finder {
  readonly matches = signal<Matches>(noMatches);
  readonly #root: Element;
  readonly #onReveal: () => void;
  readonly #observer = new MutationObserver(() => this.#searchLater());
  #query = "";
  #ranges: StaticRange[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `onReveal` is called before a match is scrolled into view. */
  constructor(root: Element, onReveal: () => void) {
    this.#root = root;
    this.#onReveal = onReveal;
    this.#observer.observe(root, { childList: true, characterData: true, subtree: true });
  }

  /** Searches for a new query and reveals the first match from `from` on, or from the current match, or from the top of the viewport. */
  search(query: string, from?: AbstractRange): void {
    const start = from ?? this.#ranges[this.matches.value.current - 1];
    this.#query = query;
    this.#find();
    const { top } = this.#root.getBoundingClientRect();
    // A binary search, because measuring an off-screen match makes the browser lay out its surroundings.
    const first = firstIndex(this.#ranges, (range) => (start ? !isBefore(range, start) : bottomOf(range) > top));
    this.#reveal(first < this.#ranges.length ? first : 0);
  }

  /** Reveals the next or previous match, wrapping around at both ends. */
  step(by: 1 | -1): void {
    const { current } = this.matches.value;
    const count = this.#ranges.length;
    if (count > 0) this.#reveal((current - 1 + by + count) % count);
  }

  dispose(): void {
    this.#observer.disconnect();
    clearTimeout(this.#timer);
    CSS.highlights.delete("find");
    CSS.highlights.delete("find-current");
  }

  /** Searches again after the text changed, for example while an answer streams. Does not scroll. */
  #searchLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const { current } = this.matches.value;
      this.#find();
      this.#setCurrent(Math.min(current, this.#ranges.length) - 1);
    }, updateDelayMs);
  }

  #find(): void {
    this.#ranges = findText(this.#root, this.#query, maxMatches);
    CSS.highlights.set("find", new Highlight(...this.#ranges));
  }

  #reveal(index: number): void {
    this.#setCurrent(index);
    const range = this.#ranges[index];
    if (!range) return;
    this.#onReveal();
    // An off-screen turn is laid out only when it is scrolled into view; then the range can be measured.
    range.startContainer.parentElement?.scrollIntoView({ block: "center", inline: "nearest" });
    const liveRange = document.createRange();
    liveRange.setStart(range.startContainer, range.startOffset);
    liveRange.setEnd(range.endContainer, range.endOffset);
    const { top, bottom } = liveRange.getBoundingClientRect();
    const view = this.#root.getBoundingClientRect();
    if (top < view.top || bottom > view.bottom) this.#root.scrollBy(0, (top + bottom - view.top - view.bottom) / 2);
  }

  #setCurrent(index: number): void {
    const range = this.#ranges[index];
    const count = this.#ranges.length;
    this.matches.value = { count, current: range ? index + 1 : 0, more: count === maxMatches };
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
