/** The requests that a local server answers at once. Further ones wait, in order, without a byte. */
export class Slots {
  readonly #waiting: (() => void)[] = [];
  #used = 0;

  constructor(readonly total: number) {}

  get used(): number {
    return this.#used;
  }

  /** The requests that wait for a slot. */
  get queued(): number {
    return this.#waiting.length;
  }

  /** Resolves to whether a slot was taken; `false` if the signal aborts before. */
  async take(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (this.#used < this.total) {
      this.#used++;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const taken = (): void => resolve(true);
    this.#waiting.push(taken);
    signal.addEventListener("abort", () => {
      const at = this.#waiting.indexOf(taken);
      if (at >= 0) this.#waiting.splice(at, 1);
      resolve(false);
    });
    return promise;
  }

  /** Gives a slot to the next request that waits, or back. */
  free(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#used--;
  }
}
