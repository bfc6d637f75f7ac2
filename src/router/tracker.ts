import type { FailureReason } from "./errors";
import type { ModelId } from "./catalogue";

/** What this machine has seen of one model. Times in milliseconds, instants in epoch milliseconds. */
export interface ModelStatistics {
  model: ModelId;
  attempts: number;
  successes: number;
  /** Decayed share of successes, 0 to 1: the last hours count most. */
  successRate: number;
  timeToFirstTextMs?: number;
  tokensPerSecond?: number;
  lastUsedAt: number;
  lastFailure?: { reason: FailureReason; at: number };
  restingUntil?: number;
  /** The newest attempts, oldest first, for small plots. */
  recent: readonly { at: number; ok: boolean; timeToFirstTextMs?: number; tokensPerSecond?: number }[];
}
