import { signal } from "@preact/signals";
import type { ScrollPosition } from "./host";
import { firstIndex } from "./findMatches";

/** True while the end of the chat is kept in view. *Jump to Latest* is shown while it is false. */
export const isFollowing = signal(true);

/** Pixels from the end that still count as the end, because zoom and scroll bars cause fractional positions. */
const endTolerance = 24;

const upKeys = ["PageUp", "Home", "ArrowUp"];
const downKeys = ["PageDown", "End", "ArrowDown"];

/** Keeps the end in view as the content grows, unless the user has scrolled away from it. */
export class ScrollFollower {
  readonly #scroller: HTMLElement;
  readonly #onScrolled: (position: ScrollPosition) => void;
  readonly #observer: ResizeObserver;
  readonly #listening = new AbortController();
  #maxScrollTop = 0;
  /** The direction in which the user scrolled last. */
  #direction: "up" | "down" | undefined;
  /** A restored position, held while turns above it are still being rendered, until the user scrolls. */
  #anchor: Exclude<ScrollPosition, "end"> | undefined;

  /** `onScrolled` is called with the position after each scroll event. */
  constructor(scroller: HTMLElement, content: HTMLElement, onScrolled: (position: ScrollPosition) => void) {
    this.#scroller = scroller;
    this.#onScrolled = onScrolled;
    this.#observer = new ResizeObserver(() => this.#follow());
    this.#observer.observe(content);
    this.#observer.observe(scroller);
    const { signal } = this.#listening;
    scroller.addEventListener("scroll", this.#onScroll, { passive: true, signal });
    scroller.addEventListener("wheel", ({ deltaY }) => this.#onUserScroll(deltaY < 0 ? "up" : "down"), {
      passive: true,
      signal,
    });
    scroller.addEventListener(
      "keydown",
      ({ key }) => {
        if (upKeys.includes(key)) this.#onUserScroll("up");
        if (downKeys.includes(key)) this.#onUserScroll("down");
      },
      { signal },
    );
    scroller.addEventListener("pointerdown", () => this.#onUserScroll(undefined), { passive: true, signal });
  }

  toEnd(): void {
    this.#anchor = undefined;
    this.#direction = undefined;
    isFollowing.value = true;
    this.#follow();
  }

  /** Stops following before the caller scrolls elsewhere. Follows again if the new position is at the end. */
  leave(): void {
    this.#anchor = undefined;
    this.#direction = undefined;
    isFollowing.value = false;
    requestAnimationFrame(() => (isFollowing.value = this.#isAtEnd));
  }

  /** Scrolls to a saved position. */
  restore(position: ScrollPosition): void {
    this.#anchor = position === "end" || !document.getElementById(`turn-${position.turn}`) ? undefined : position;
    isFollowing.value = this.#anchor === undefined;
    this.#follow();
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#listening.abort();
  }

  #follow(): void {
    const { scrollHeight, clientHeight } = this.#scroller;
    this.#maxScrollTop = scrollHeight - clientHeight;
    const anchor = this.#anchor && document.getElementById(`turn-${this.#anchor.turn}`);
    if (anchor) this.#scroller.scrollTop = anchor.offsetTop + (this.#anchor?.offset ?? 0);
    else if (isFollowing.value) this.#scroller.scrollTop = this.#maxScrollTop;
  }

  /**
   * Scrolling up stops following. It stays off even if the end comes close by itself, because a turn that becomes visible can be shorter than
   * its estimated height. Scrolling down to the end starts following again.
   */
  #onUserScroll(direction: "up" | "down" | undefined): void {
    this.#anchor = undefined;
    this.#direction = direction;
    if (direction === "up" && this.#scroller.scrollTop > 0) isFollowing.value = false;
    if (direction === "down" && this.#isAtEnd) isFollowing.value = true;
  }

  get #isAtEnd(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    return scrollHeight - clientHeight - scrollTop <= endTolerance;
  }

  readonly #onScroll = (): void => {
    if (this.#anchor) return;
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const maxScrollTop = scrollHeight - clientHeight;
    // The content grew and moved the end away; the user did not scroll.
    const grew = maxScrollTop > this.#maxScrollTop && scrollTop >= this.#maxScrollTop - endTolerance;
    if (!grew) isFollowing.value = this.#isAtEnd && this.#direction !== "up";
    this.#onScrolled(isFollowing.value ? "end" : this.#positionAt(scrollTop));
  };

  /** The topmost visible turn. A binary search, since a chat can have a thousand turns. */
  #positionAt(scrollTop: number): ScrollPosition {
    const turns = [...this.#scroller.querySelectorAll<HTMLElement>("[data-turn]")];
    const index = firstIndex(turns, ({ offsetTop, offsetHeight }) => offsetTop + offsetHeight > scrollTop);
    const turn = turns[Math.min(index, turns.length - 1)];
    const id = turn?.dataset["turn"];
    return turn && id !== undefined ? { turn: id, offset: scrollTop - turn.offsetTop } : "end";
  }
}
