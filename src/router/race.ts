import type { AttemptResult, AttemptEvent } from "./answerReader";
import type { AttemptPlan } from "./candidates";
import type { ModelId } from "./model";
import { maxTimerMs } from "./sleep";

/** An attempt on its way. */
export interface RunningAttempt {
  number: number;
  plan: AttemptPlan;
  events: AsyncGenerator<AttemptEvent, AttemptResult>;
  /** The model that the stream named, as soon as it did. */
  servedBy: ModelId | undefined;
  /** Ends the attempt and closes its connection. */
  stop(): void;
}

/** The flight that has something to say: what it said without content so far, and its first content (or its whole answer). */
export interface Winner {
  attempt: RunningAttempt;
  early: readonly AttemptEvent[];
  first: IteratorResult<AttemptEvent, AttemptResult>;
}

type Step =
  | { flight: RunningAttempt; result: IteratorResult<AttemptEvent, AttemptResult> }
  | { flight: RunningAttempt; error: unknown };

/**
 * Follows a flight until its first content. When that takes longer than `afterMs` (0: never mind), a rival is started
 * where there is one, and whoever has content first wins; the other is stopped. Yields each flight that failed on the
 * way, with its error; returns the winner, or `undefined` when all have failed.
 */
export async function* raceAttempts(
  flight: RunningAttempt,
  startRival: () => Promise<RunningAttempt | undefined>,
  afterMs: number,
): AsyncGenerator<{ flight: RunningAttempt; error: unknown }, Winner | undefined> {
  const pending = new Map<RunningAttempt, Promise<Step>>([[flight, step(flight)]]);
  const early = new Map<RunningAttempt, AttemptEvent[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let alarm =
    afterMs > 0
      ? new Promise<"alarm">((resolve) => (timer = setTimeout(() => resolve("alarm"), Math.min(afterMs, maxTimerMs))))
      : undefined;
  try {
    while (pending.size > 0) {
      const next = await Promise.race<Step | "alarm">(alarm ? [...pending.values(), alarm] : [...pending.values()]);
      if (next === "alarm") {
        alarm = undefined;
        // Where nobody else can be asked (all rest, the day is over), the first may still answer.
        const rival = await startRival().catch(() => undefined);
        if (rival) pending.set(rival, step(rival));
        continue;
      }
      pending.delete(next.flight);
      if ("error" in next) {
        yield next;
        continue;
      }
      const { result } = next;
      if (!result.done && result.value.type === "model") {
        next.flight.servedBy = result.value.model;
        early.set(next.flight, [...(early.get(next.flight) ?? []), result.value]);
        pending.set(next.flight, step(next.flight));
        continue;
      }
      return { attempt: next.flight, early: early.get(next.flight) ?? [], first: result };
    }
    return undefined;
  } finally {
    clearTimeout(timer);
    for (const loser of pending.keys()) loser.stop();
  }
}

/** One step as a value: a promise that nobody waits for any more must not reject. */
function step(flight: RunningAttempt): Promise<Step> {
  return flight.events.next().then(
    (result) => ({ flight, result }),
    (error: unknown) => ({ flight, error }),
  );
}
