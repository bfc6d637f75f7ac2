import type { AgentTurn } from "./agentTurns";

/** The user's answer to an agent that has reached its limit. */
export type HoldAnswer = "continue" | "stop";

/** The agents that wait for the user. The status bar and a notification can both answer. */
export class HeldAgents {
  readonly #waiting = new Set<{ readonly key: string; readonly resolve: (answer: HoldAnswer) => void }>();

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Waits for `answer`. Requests of the same turn get the same answer. Rejects if the signal aborts. */
  async wait({ key }: AgentTurn, signal: AbortSignal): Promise<HoldAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HoldAnswer>();
    const waiting = { key, resolve };
    const abort = (): void => reject(new Error("Canceled."));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    this.#waiting.add(waiting);
    try {
      return await promise;
    } finally {
      this.#waiting.delete(waiting);
      signal.removeEventListener("abort", abort);
    }
  }

  /** Answers for this turn, or for all. */
  answer(answer: HoldAnswer, key?: string): void {
    for (const each of this.#waiting) if (key === undefined || each.key === key) each.resolve(answer);
  }
}
