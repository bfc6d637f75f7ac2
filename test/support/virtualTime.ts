import { performance } from "node:perf_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";

/** A replacement for Node's timers, with the members that are used. */
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
 * A clock that advances only when the process is idle, directly to the next timer. It replaces the timers of the whole process, so
 * the speed of the machine has no influence on times. All connections must stay within the process, since a process that
 * waits for another one looks idle.
 */
export class VirtualTime {
  readonly timers = new Set<VirtualTimer>();
  #now: number;

  constructor(start: number) {
    this.#now = start;
  }

  /** Epoch milliseconds. */
  readonly now = (): number => this.#now;

  /** Runs the task with this clock. Throws if the task waits although no timer is left. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    this.#install();
    try {
      const state = { settled: false };
      const result = task().finally(() => (state.settled = true));
      result.catch(() => undefined); // awaited below
      while (!state.settled) {
        await idle();
        this.#advance(() => state.settled);
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

  #advance(isSettled: () => boolean): void {
    let next: VirtualTimer | undefined;
    for (const timer of this.timers) if (!next || timer.at < next.at) next = timer;
    if (isSettled()) return;
    if (!next) throw new Error("The task waits, but no timer is left.");
    this.#now = Math.max(this.#now, next.at);
    this.timers.delete(next);
    if (next.repeats) next.refresh();
    next.fire();
  }
}

/** Iterations of the event loop without an event until the process counts as idle. Data that was just written arrives in the next one. */
const idleIterations = 6;

/** Resolves when the process is idle. */
async function idle(): Promise<void> {
  let events = eventCount();
  for (let quiet = 0; quiet < idleIterations;) {
    await nextTurn();
    const before = events;
    events = eventCount();
    quiet = events === before ? quiet + 1 : 0;
  }
}

function eventCount(): number {
  return performance.nodeTiming.uvMetricsInfo.events;
}
