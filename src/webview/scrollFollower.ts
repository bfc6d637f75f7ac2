import { signal } from "@preact/signals";
import type { ScrollPlace } from "./host";

/** Whether the newest text is kept in view; what *Jump to latest* hangs on. */
export const isFollowing = signal(true);

/** So near to the end counts as being there: zoom and scroll bars leave fractions. */
const slack = 24;

const upKeys = ["PageUp", "Home", "ArrowUp"];
const downKeys = ["PageDown", "End", "ArrowDown"];

/** Keeps the end of the content in view while the reader is there, and leaves them alone when they scrolled away. */
export class ScrollFollower {
  readonly #scroller: HTMLElement;
  readonly #keep: (place: ScrollPlace) => void;
  readonly #observer: ResizeObserver;
  readonly #listening = new AbortController();
  #height = 0;
  /** Which way the reader scrolled last, by their own hand. */
  #wish: "up" | "down" | undefined;
  /** Where the reader was, held while what stands above is still being drawn; until they scroll themselves. */
  #anchor: Exclude<ScrollPlace, "end"> | undefined;

  /** `keep` is told the place after each scrolling. */
  constructor(scroller: HTMLElement, content: HTMLElement, keep: (place: ScrollPlace) => void) {
    this.#scroller = scroller;
    this.#keep = keep;
    this.#observer = new ResizeObserver(() => this.#follow());
    this.#observer.observe(content);
    this.#observer.observe(scroller);
    const { signal } = this.#listening;
    scroller.addEventListener("scroll", this.#onScroll, { passive: true, signal });
    scroller.addEventListener("wheel", ({ deltaY }) => this.#reach(deltaY < 0 ? "up" : "down"), {
      passive: true,
      signal,
    });
    scroller.addEventListener(
      "keydown",
      ({ key }) => {
        if (upKeys.includes(key)) this.#reach("up");
        if (downKeys.includes(key)) this.#reach("down");
      },
      { signal },
    );
    scroller.addEventListener("pointerdown", () => this.#reach(undefined), { passive: true, signal });
  }

  toEnd(): void {
    this.#anchor = undefined;
    this.#wish = undefined;
    isFollowing.value = true;
    this.#follow();
  }

  /** Another place is going to be scrolled to, right after this; it may be near the end. */
  leave(): void {
    this.#anchor = undefined;
    this.#wish = undefined;
    isFollowing.value = false;
    requestAnimationFrame(() => (isFollowing.value = this.#isAtEnd));
  }

  /** Goes to where the reader was. */
  restore(place: ScrollPlace): void {
    this.#anchor = place === "end" || !document.getElementById(`turn-${place.turn}`) ? undefined : place;
    isFollowing.value = this.#anchor === undefined;
    this.#follow();
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#listening.abort();
  }

  #follow(): void {
    const { scrollHeight, clientHeight } = this.#scroller;
    this.#height = scrollHeight - clientHeight;
    const anchor = this.#anchor && document.getElementById(`turn-${this.#anchor.turn}`);
    if (anchor) this.#scroller.scrollTop = anchor.offsetTop + (this.#anchor?.offset ?? 0);
    else if (isFollowing.value) this.#scroller.scrollTop = this.#height;
  }

  /**
   * The reader scrolls. Up is a wish to be left alone there, even where what comes into view turns out shorter than it was taken
   * for and the end comes near by itself; down at the end is a wish to follow.
   */
  #reach(wish: "up" | "down" | undefined): void {
    this.#anchor = undefined;
    this.#wish = wish;
    if (wish === "up" && this.#scroller.scrollTop > 0) isFollowing.value = false;
    if (wish === "down" && this.#isAtEnd) isFollowing.value = true;
  }

  get #isAtEnd(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    return scrollHeight - clientHeight - scrollTop <= slack;
  }

  readonly #onScroll = (): void => {
    if (this.#anchor) return;
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const end = scrollHeight - clientHeight;
    // Content that grew since the last look moved the end away; the reader did not move.
    const grew = end > this.#height && scrollTop >= this.#height - slack;
    if (!grew) isFollowing.value = this.#isAtEnd && this.#wish !== "up";
    this.#keep(isFollowing.value ? "end" : this.#place(scrollTop));
  };

  /** The topmost turn in view; by halving, since a conversation may have a thousand. */
  #place(scrollTop: number): ScrollPlace {
    const turns = this.#scroller.querySelectorAll<HTMLElement>("[data-turn]");
    let low = 0;
    let high = turns.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const turn = turns[middle];
      if (turn && turn.offsetTop + turn.offsetHeight > scrollTop) high = middle;
      else low = middle + 1;
    }
    const turn = turns[low];
    const id = turn?.dataset["turn"];
    return turn && id !== undefined ? { turn: id, offset: scrollTop - turn.offsetTop } : "end";
  }
}
