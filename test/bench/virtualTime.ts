import { performance } from "node:perf_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";

/** A timer as Node gives it, as far as anybody looks at it. */
class VirtualTimer {
  at: number;

  constructor(
    readonly time: VirtualTime,
    readonly fire: () => void,
    readonly ms: number,
    readonly repeats: boolean,
  ) {
    this.at = time.now() + ms;
  }

  refresh(): this {
    this.at = this.time.now() + this.ms;
    this.time.timers.add(this);
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

const real = { setTimeout, clearTimeout, setInterval, clearInterval };

/**
 * Time that moves only when the process has nothing else to do: from timer to timer, at once. Everything in the process
 * that sets timers waits in it, and what the machine itself takes costs none of it, however busy the machine is. The
 * network must stay within the process, so that idleness means that nothing is on its way.
 */
export class VirtualTime {
  readonly timers = new Set<VirtualTimer>();
  #present: number;

  constructor(start: number) {
    this.#present = start;
  }

  /** Epoch milliseconds. */
  readonly now = (): number => this.#present;

  /** Does the task in this time. Throws when the task waits for something that no timer will bring. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    this.#install();
    try {
      const state = { over: false };
      const result = task().finally(() => (state.over = true));
      result.catch(() => undefined); // awaited below
      while (!state.over) {
        await idle();
        this.#advance(() => state.over);
      }
      return await result;
    } finally {
      Object.assign(globalThis, real);
    }
  }

  #install(): void {
    const start =
      (repeats: boolean) =>
      (callback: (...values: unknown[]) => void, ms = 0, ...values: unknown[]): VirtualTimer => {
        const timer = new VirtualTimer(this, () => callback(...values), Math.max(1, ms), repeats);
        this.timers.add(timer);
        return timer;
      };
    const clear = (timer: VirtualTimer | NodeJS.Timeout | undefined): void => {
      if (timer instanceof VirtualTimer) this.timers.delete(timer);
      else real.clearTimeout(timer);
    };
    const virtual = { setTimeout: start(false), setInterval: start(true), clearTimeout: clear, clearInterval: clear };
    Object.assign(globalThis, virtual);
  }

  #advance(isOver: () => boolean): void {
    let next: VirtualTimer | undefined;
    for (const timer of this.timers) if (!next || timer.at < next.at) next = timer;
    if (isOver()) return;
    if (!next) throw new Error("Nothing will ever happen any more.");
    this.#present = Math.max(this.#present, next.at);
    this.timers.delete(next);
    if (next.repeats) next.refresh();
    next.fire();
  }
}

/** Turns of the event loop without an event: an answer to what was just written would have come in the next one. */
const quietTurns = 6;

/** Resolves when nothing is on its way any more. */
async function idle(): Promise<void> {
  let events = eventsSoFar();
  for (let quiet = 0; quiet < quietTurns;) {
    await nextTurn();
    const before = events;
    events = eventsSoFar();
    quiet = events === before ? quiet + 1 : 0;
  }
}

function eventsSoFar(): number {
  return performance.nodeTiming.uvMetricsInfo.events;
}
