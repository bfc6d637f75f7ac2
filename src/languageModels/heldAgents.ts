import type { AgentTurn } from "./agentTurns";

/** The user's answer to an agent that has reached its limit. */
export type HoldAnswer = "continue" | "stop";

/** The agents that wait for the user. The status bar and a notification can both answer. */
export class HeldAgents {
  readonly #held = new Map<string, PromiseWithResolvers<HoldAnswer>>();

  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  /** Waits for `answer`. Requests of the same turn wait for the same answer. Rejects if the signal aborts. */
  async wait({ key }: AgentTurn, signal: AbortSignal): Promise<HoldAnswer> {
    const held = this.#held.get(key) ?? Promise.withResolvers<HoldAnswer>();
    this.#held.set(key, held);
    const abort = (): void => held.reject(new Error("Canceled."));
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    try {
      return await held.promise;
    } finally {
      signal.removeEventListener("abort", abort);
      if (this.#held.get(key) === held) this.#held.delete(key);
    }
  }

  /** Answers for this turn, or for all. */
  answer(answer: HoldAnswer, key?: string): void {
    for (const [each, { resolve }] of this.#held) if (key === undefined || each === key) resolve(answer);
  }
}
