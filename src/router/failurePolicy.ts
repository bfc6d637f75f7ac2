import type { FailureReason } from "./errors";

/** What follows from a failure, for the completion and for the model. */
export interface FailurePolicy {
  /**
   * `failover`: another model. `stop`: nobody else could do better. `wait`: the same again when the minute is over.
   * `retry`: the same again at once, since nothing was reached.
   */
  next: "failover" | "stop" | "wait" | "retry";
  /** How long the model rests, the first time; `Retry-After`, when sent, wins. Absent: it did nothing wrong. */
  restSeconds?: number;
  /** It is not what the catalogue says: gone for an hour, or as long as the account's privacy settings say so. */
  out?: "gone" | "data-policy";
  /** By chance mostly, so that the same model may well do it the next time; asked once more when nobody else is left. */
  byChance?: true;
  /** How many times in one completion until it is final after all. */
  most?: number;
  /** In a summary of several failures: "2 busy, 1 silent". */
  word: string;
}

/** Failure to consequence: `openrouter-api` behaviour, row by row. A reason without a verdict does not compile. */
export const failurePolicy: Readonly<Record<FailureReason, FailurePolicy>> = {
  internal: { next: "stop", word: "failed" },
  "no-key": { next: "stop", word: "without a key" },
  "no-candidate": { next: "stop", word: "not available" },
  "all-resting": { next: "stop", word: "resting" },
  aborted: { next: "stop", word: "stopped" },
  // One host's page may come through as an answer; a second one is the network's doing, a captive portal or a proxy.
  "web-page": { next: "failover", most: 2, word: "answered by a web page" },
  offline: { next: "retry", most: 2, word: "not reached" },

  unauthorized: { next: "stop", word: "refused" },
  "payment-required": { next: "stop", word: "refused" },
  "budget-exceeded": { next: "stop", word: "refused" },
  // Some free models neither train on prompts nor publish them, so one other is worth a try; a second refusal is the account's.
  "data-policy": { next: "failover", out: "data-policy", most: 2, word: "against the privacy settings" },
  "rate-limit-day": { next: "stop", word: "over the daily limit" },
  "rate-limit-minute": { next: "wait", most: 2, word: "over the minute limit" },
  // Nobody said whose limit it was: taken for the model's once, for the account's when a second model says the same.
  "rate-limit-unknown": { next: "failover", restSeconds: 60, most: 2, word: "busy" },

  "bad-request": { next: "stop", word: "refused" },
  "context-too-long": { next: "failover", word: "too small" },
  "too-large": { next: "failover", word: "too small" },
  moderated: { next: "failover", most: 2, word: "refused by a filter" },

  "rate-limit-model": { next: "failover", restSeconds: 60, word: "busy" },
  "model-gone": { next: "failover", out: "gone", word: "gone" },
  "model-refused": { next: "failover", out: "gone", word: "not available" },
  "not-free": { next: "failover", out: "gone", word: "no longer free" },
  "capability-missing": { next: "failover", word: "not able" },
  "provider-rejected": { next: "failover", word: "refused" },
  timeout: { next: "failover", byChance: true, restSeconds: 30, word: "too slow" },
  silent: { next: "failover", byChance: true, restSeconds: 60, word: "silent" },
  unavailable: { next: "failover", byChance: true, restSeconds: 30, word: "down" },
  "server-error": { next: "failover", byChance: true, restSeconds: 20, word: "failed" },

  interrupted: { next: "failover", byChance: true, restSeconds: 20, word: "broke off" },
  malformed: { next: "failover", byChance: true, restSeconds: 20, word: "unreadable" },
  empty: { next: "failover", byChance: true, restSeconds: 30, word: "empty" },
  "out-of-tokens": { next: "failover", byChance: true, word: "out of tokens" },
  "bad-tool-call": { next: "failover", byChance: true, restSeconds: 20, word: "unusable" },
  "schema-mismatch": { next: "failover", byChance: true, word: "not as asked" },
  outrun: { next: "failover", word: "slower than another" },
};

/** Whether a stored word is still one of ours. */
export function isFailureReason(word: string): word is FailureReason {
  return Object.hasOwn(failurePolicy, word);
}
