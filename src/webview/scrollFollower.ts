import { signal } from "@preact/signals";
import type { ScrollPosition } from "./host";
import { firstIndex } from "./findMatches";

interface ScrollFollowerOptions {
  content: HTMLElement;
  /** Called with the position after each scroll event. */
  onScrolled: (position: ScrollPosition) => void;
  /** Whether an answer is streaming. */
  isGrowing: () => boolean;
  /** Whether the chat has no questions. What it shows then is read from its start. */
  isEmpty: () => boolean;
}

/** True while the end of the chat is kept in view. *Jump to Latest* is shown while it is false. */
export const isFollowing = signal(true);

/** Pixels from the end that still count as the end, because zoom and scroll bars cause fractional positions. */
const endTolerance = 24;
/** The question above a long answer covers its start. In pixels. */
const reminderHeight = 32;

const upKeys = ["PageUp", "Home", "ArrowUp"];
const downKeys = ["PageDown", "End", "ArrowDown"];
const middleButton = 1;
/** After a change of its height, the content may go on to change for so long, in milliseconds. */
const settlingMs = 300;

/**
 * Keeps the end in view as the content grows, until a gesture of the reader scrolls away from it: wheel, key, drag, touch, a selection, a
 * moved focus, or find. A new position alone says nothing while the content changes: the browser moves it as well, such as when a block that
 * is streaming becomes shorter for a moment. In a chat at rest it counts, because assistive technology scrolls without a gesture.
 */
export class ScrollFollower {
  readonly #scroller: HTMLElement;
  readonly #onScrolled: (position: ScrollPosition) => void;
  readonly #isGrowing: () => boolean;
  readonly #isEmpty: () => boolean;
  readonly #observer: ResizeObserver;
  readonly #listening = new AbortController();
  /** The end as it was last followed. */
  #followedEnd = 0;
  #resizedAt = -Infinity;
  /** The direction in which the user scrolled last. */
  #direction: "up" | "down" | undefined;
  /** A gesture that can scroll in either direction: a button or finger that is held, or a moved focus. */
  #gesture: { readonly button?: number } | undefined;
  /** A restored position, held while turns above it are still being rendered, until the user scrolls. */
  #anchor: Exclude<ScrollPosition, "end"> | undefined;

  constructor(scroller: HTMLElement, { content, onScrolled, isGrowing, isEmpty }: ScrollFollowerOptions) {
    this.#scroller = scroller;
    this.#onScrolled = onScrolled;
    this.#isGrowing = isGrowing;
    this.#isEmpty = isEmpty;
    this.#observer = new ResizeObserver(() => {
      this.#resizedAt = performance.now();
      this.#follow();
    });
    this.#observer.observe(content);
    this.#observer.observe(scroller);
    this.#listen();
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
    if (this.#isEmpty() || isFollowing.value) this.#scroller.scrollTop = 0;
    this.#follow();
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#listening.abort();
  }

  #listen(): void {
    const scroller = this.#scroller;
    const options = { passive: true, signal: this.#listening.signal };
    scroller.addEventListener("scroll", this.#onScroll, options);
    scroller.addEventListener("wheel", ({ deltaY }) => this.#onUserScroll(deltaY < 0 ? "up" : "down"), options);
    scroller.addEventListener("keydown", this.#onKeyDown, options);
    scroller.addEventListener("focusin", this.#onFocus, options);
    scroller.addEventListener("pointerdown", this.#onPress, options);
    window.addEventListener("pointerup", this.#onRelease, options);
    // A drag of the scroll bar ends without `pointerup`, and a finger that scrolls with `touchend` alone.
    window.addEventListener("pointermove", ({ buttons }) => buttons === 0 && this.#onRelease(), options);
    window.addEventListener("touchend", this.#onRelease, options);
    document.addEventListener("selectionchange", this.#onSelectionChange, options);
  }

  #follow(): void {
    this.#followedEnd = this.#end;
    const anchor = this.#anchor && document.getElementById(`turn-${this.#anchor.turn}`);
    if (anchor) this.#scroller.scrollTop = anchor.offsetTop + (this.#anchor?.offset ?? 0);
    else if (isFollowing.value && !this.#isEmpty() && this.#scroller.scrollTop < this.#followedEnd)
      this.#scroller.scrollTop = this.#followedEnd;
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

  readonly #onKeyDown = ({ key, target }: KeyboardEvent): void => {
    if (target instanceof HTMLTextAreaElement) return;
    if (upKeys.includes(key)) this.#onUserScroll("up");
    if (downKeys.includes(key)) this.#onUserScroll("down");
  };

  readonly #onPress = ({ button }: PointerEvent): void => {
    this.#onUserScroll(undefined);
    this.#gesture = { button };
  };

  /** The middle button scrolls after it was released, until the next press. */
  readonly #onRelease = (): void => {
    if (this.#gesture?.button !== middleButton) this.#endGestureInNextFrame();
  };

  /** The browser scrolls to an element that gets the focus. */
  readonly #onFocus = (): void => {
    if (this.#gesture) return;
    this.#gesture = {};
    this.#endGestureInNextFrame();
  };

  /** In the next frame, because the scroll event of a gesture is sent at its start. */
  #endGestureInNextFrame(): void {
    const gesture = this.#gesture;
    if (!gesture) return;
    requestAnimationFrame(() => {
      if (this.#gesture === gesture) this.#gesture = undefined;
    });
  }

  /** A text that is being selected stays where it is. */
  readonly #onSelectionChange = (): void => {
    if (this.#gesture?.button === undefined || !isFollowing.value) return;
    const selection = document.getSelection();
    if (selection?.isCollapsed === false && this.#scroller.contains(selection.anchorNode)) isFollowing.value = false;
  };

  /** Where the content ends, or where the last failure begins, if that is higher than the window: it is read from its start. */
  get #end(): number {
    const { scrollHeight, clientHeight } = this.#scroller;
    const lastTurn = this.#isGrowing() ? null : this.#scroller.querySelector("[role=log]")?.lastElementChild;
    const failure = lastTurn?.querySelector<HTMLElement>(":scope > .answer > .error-box");
    return Math.min(scrollHeight - clientHeight, failure ? failure.offsetTop - reminderHeight : Infinity);
  }

  get #isAtEnd(): boolean {
    return this.#end - this.#scroller.scrollTop <= endTolerance;
  }

  readonly #onScroll = (): void => {
    if (this.#anchor) return;
    const { scrollTop } = this.#scroller;
    if (!isFollowing.value) isFollowing.value = this.#isAtEnd && this.#direction !== "up";
    // Below the end as it was last set, the content has only grown since then.
    else if (this.#canBeReader && scrollTop < this.#followedEnd - endTolerance) isFollowing.value = false;
    else if (!this.#isAtEnd) this.#follow();
    this.#onScrolled(isFollowing.value ? "end" : this.#positionAt(scrollTop));
  };

  /** Whether the reader can have scrolled. */
  get #canBeReader(): boolean {
    if (this.#gesture) return true;
    return !this.#isGrowing() && performance.now() - this.#resizedAt > settlingMs;
  }

  /** The topmost visible turn. A binary search, since a chat can have a thousand turns. */
  #positionAt(scrollTop: number): ScrollPosition {
    const turns = [...this.#scroller.querySelectorAll<HTMLElement>("[data-turn]")];
    const index = firstIndex(turns, ({ offsetTop, offsetHeight }) => offsetTop + offsetHeight > scrollTop);
    const turn = turns[Math.min(index, turns.length - 1)];
    const id = turn?.dataset["turn"];
    return turn && id !== undefined ? { turn: id, offset: scrollTop - turn.offsetTop } : "end";
  }
}
