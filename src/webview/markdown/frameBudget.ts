/** Time for parsing and rendering. In milliseconds. */
const maxTime = 10;
/** New nodes: a browser takes about 15 µs for the style, layout and paint of each, after the scripts of the frame. */
const maxNodes = 600;

/**
 * Limits the work of one frame, so that no task of the page is long, whatever the answers: all answers share it. The cost of the
 * layout is only known when the frame is over, so new nodes are counted instead.
 */
export class FrameBudget {
  #frame: number | undefined;
  #time = 0;
  #nodes = 0;

  /** Renews the budget with the first call in each frame. `frame` is the time that `requestAnimationFrame` passes to callbacks. */
  startFrame(frame: number): void {
    if (frame === this.#frame) return;
    this.#frame = frame;
    this.#time = 0;
    this.#nodes = 0;
  }

  /** Adds the time of some work, in milliseconds. */
  addTime(time: number): void {
    this.#time += time;
  }

  addNodes(count: number): void {
    this.#nodes += count;
  }

  /** Whether further work must wait for the next frame. */
  get isUsedUp(): boolean {
    return this.#time >= maxTime || !this.hasRoomForNodes;
  }

  get hasRoomForNodes(): boolean {
    return this.#nodes < maxNodes;
  }
}
