import type { AttemptResult, AttemptEvent } from "./answerReader";
import type { AttemptPlan } from "./candidates";
import type { ModelId } from "./model";
import { maxTimerMs } from "./sleep";

/** An attempt that was sent and has not ended. */
export interface RunningAttempt {
  /** Counts from 1 within a completion. */
  number: number;
  plan: AttemptPlan;
  events: AsyncGenerator<AttemptEvent, AttemptResult>;
  /** The model that the stream names, once it does. */
  servedBy: ModelId | undefined;
  /** Ends the attempt and closes its connection. */
  stop(): void;
}

export interface FailedAttempt {
  attempt: RunningAttempt;
  error: unknown;
}

/** The attempt with the first content. */
export interface Winner {
  attempt: RunningAttempt;
  /** Its events before the content. */
  early: readonly AttemptEvent[];
  /** Its first content, or its complete answer. */
  first: IteratorResult<AttemptEvent, AttemptResult>;
}

type Step = { attempt: RunningAttempt; result: IteratorResult<AttemptEvent, AttemptResult> } | FailedAttempt;

/**
 * Follows an attempt until its first content. If that takes longer than `hedgeAfterMs` (0: no limit), starts a second
 * attempt; the first one with content wins and the other is stopped. Yields each attempt that fails in the meantime;
 * returns the winner, or `undefined` if all attempts failed.
 */
export async function* raceAttempts(
  attempt: RunningAttempt,
  startHedge: () => Promise<RunningAttempt | undefined>,
  hedgeAfterMs: number,
): AsyncGenerator<FailedAttempt, Winner | undefined> {
  const pending = new Map<RunningAttempt, Promise<Step>>([[attempt, nextStep(attempt)]]);
  const early = new Map<RunningAttempt, AttemptEvent[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let timeout =
    hedgeAfterMs > 0
      ? new Promise<"timeout">(
          (resolve) => (timer = setTimeout(() => resolve("timeout"), Math.min(hedgeAfterMs, maxTimerMs))),
        )
      : undefined;
  try {
    while (pending.size > 0) {
      const step = await Promise.race<Step | "timeout">(
        timeout ? [...pending.values(), timeout] : [...pending.values()],
      );
      if (step === "timeout") {
        timeout = undefined;
        // If no hedge can start (all models are cooling down, the daily limit is reached), the first attempt goes on.
        const hedge = await startHedge().catch(() => undefined);
        if (hedge) pending.set(hedge, nextStep(hedge));
        continue;
      }
      pending.delete(step.attempt);
      if ("error" in step) {
        yield step;
        continue;
      }
      const { attempt: current, result } = step;
      if (!result.done && result.value.type === "model") {
        current.servedBy = result.value.model;
        early.set(current, [...(early.get(current) ?? []), result.value]);
        pending.set(current, nextStep(current));
        continue;
      }
      return { attempt: current, early: early.get(current) ?? [], first: result };
    }
    return undefined;
  } finally {
    clearTimeout(timer);
    for (const loser of pending.keys()) loser.stop();
  }
}

/** Never rejects: the promise of an attempt that lost the race would reject unhandled. */
function nextStep(attempt: RunningAttempt): Promise<Step> {
  return attempt.events.next().then(
    (result) => ({ attempt, result }),
    (error: unknown) => ({ attempt, error }),
  );
}
