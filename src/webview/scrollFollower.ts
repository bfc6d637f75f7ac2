import { signal } from "@preact/signals";
import type { ScrollPlace } from "./host";

/** Whether the newest text is kept in view; what *Jump to latest* hangs on. */
export const isFollowing = signal(true);

/** So near to the end counts as being there: zoom and scroll bars leave fractions. */
const slack = 24;

/** Keeps the end of the content in view while the reader is there, and leaves them alone when they scrolled away. */
export class ScrollFollower {
  readonly #scroller: HTMLElement;
  readonly #keep: (place: ScrollPlace) => void;
  readonly #observer: ResizeObserver;
  #height = 0;

  /** `keep` is told the place after each scrolling. */
  constructor(scroller: HTMLElement, content: HTMLElement, keep: (place: ScrollPlace) => void) {
    this.#scroller = scroller;
    this.#keep = keep;
    this.#observer = new ResizeObserver(() => this.#follow());
    this.#observer.observe(content);
    this.#observer.observe(scroller);
    scroller.addEventListener("scroll", this.#onScroll, { passive: true });
  }

  toEnd(): void {
    isFollowing.value = true;
    this.#follow();
  }

  /** Goes to where the reader was. */
  restore(place: ScrollPlace): void {
    const turn = place === "end" ? null : document.getElementById(`turn-${place.turn}`);
    isFollowing.value = turn === null;
    if (place === "end" || !turn) this.#follow();
    else this.#scroller.scrollTop = turn.offsetTop + place.offset;
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#scroller.removeEventListener("scroll", this.#onScroll);
  }

  #follow(): void {
    const { scrollHeight, clientHeight } = this.#scroller;
    this.#height = scrollHeight - clientHeight;
    if (isFollowing.value) this.#scroller.scrollTop = this.#height;
  }

  readonly #onScroll = (): void => {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const end = scrollHeight - clientHeight;
    // Content that grew since the last look moved the end away; the reader did not move.
    const grew = end > this.#height && scrollTop >= this.#height - slack;
    if (!grew) isFollowing.value = end - scrollTop <= slack;
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
