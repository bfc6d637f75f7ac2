import type { AttemptEvent, AttemptResult } from "./answerReader";
import type { AttemptPlan } from "./choice";
import type { ModelId } from "./model";
import type { Reservation } from "./ledgerEntries";
import { maxTimerMs } from "./sleep";

/** An attempt that was sent and has not ended. */
export interface RunningAttempt {
  /** Counts from 1 within a completion. */
  readonly number: number;
  readonly plan: AttemptPlan;
  readonly startedAt: number;
  readonly reservation: Reservation;
  readonly events: AsyncGenerator<AttemptEvent, AttemptResult>;
  /** Its events before the first content. */
  readonly early: AttemptEvent[];
  /** Ends the attempt and closes its connection. */
  stop(): void;
}

type Result = IteratorResult<AttemptEvent, AttemptResult>;

/** The first content (or the whole answer) of an attempt, or its failure. */
export type Outcome =
  | { readonly type: "content"; readonly attempt: RunningAttempt; readonly first: Result }
  | { readonly type: "failure"; readonly attempt: RunningAttempt; readonly error: unknown };

/** The attempts of a completion that have not sent content yet. */
export class RunningAttempts {
  readonly #pending = new Map<RunningAttempt, Promise<Outcome>>();
  #interruption = Promise.withResolvers<undefined>();
  #isInterrupted = false;

  get all(): readonly RunningAttempt[] {
    return [...this.#pending.keys()];
  }

  /** The caller wants another attempt to be added at once. */
  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  add(attempt: RunningAttempt): void {
    this.#pending.set(attempt, outcomeOf(attempt));
    this.#interruption = Promise.withResolvers();
    this.#isInterrupted = false;
  }

  /** Ends the waits until another attempt is added. */
  interrupt(): void {
    this.#isInterrupted = true;
    this.#interruption.resolve(undefined);
  }

  /** Resolves to the next outcome and removes its attempt; to `undefined` after `timeoutMs`, or when interrupted. */
  async next(timeoutMs: number): Promise<Outcome | undefined> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<undefined>((resolve) => {
      if (timeoutMs < Infinity)
        timer = setTimeout(() => resolve(undefined), Math.min(Math.max(0, timeoutMs), maxTimerMs));
    });
    const outcome = await Promise.race([...this.#pending.values(), timeout, this.#interruption.promise]);
    clearTimeout(timer);
    if (outcome) this.#pending.delete(outcome.attempt);
    return outcome;
  }

  /** Resolves to the next outcome, however long that takes, and removes its attempt. */
  async nextOutcome(): Promise<Outcome> {
    const outcome = await Promise.race(this.#pending.values());
    this.#pending.delete(outcome.attempt);
    return outcome;
  }

  /** Stops all attempts and returns them. */
  stopAll(): readonly RunningAttempt[] {
    const stopped = this.all;
    for (const attempt of stopped) attempt.stop();
    this.#pending.clear();
    return stopped;
  }
}

/** The first content of an attempt. Resolves for an error too: a promise that lost the race must not reject unhandled. */
async function outcomeOf(attempt: RunningAttempt): Promise<Outcome> {
  try {
    let first = await attempt.events.next();
    for (; !first.done && first.value.type === "model"; first = await attempt.events.next())
      attempt.early.push(first.value);
    return { type: "content", attempt, first };
  } catch (error) {
    return { type: "failure", attempt, error };
  }
}

/** The model that the stream of an attempt named before its content. */
export function namedModel({ early }: RunningAttempt): ModelId | undefined {
  const named = early.findLast((event) => event.type === "model");
  return named?.type === "model" ? named.model : undefined;
}
