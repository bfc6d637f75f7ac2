import type { FailureReason } from "./errors";

/** What follows from a failure, for the completion and for the model. */
export interface FailurePolicy {
  /**
   * `failover`: another model. `stop`: nobody else could do better. `wait`: the same again when the minute is over.
   * `retry`: the same again at once, since nothing was reached.
   */
  next: "failover" | "stop" | "wait" | "retry";
  /** How long the model rests, the first time; `Retry-After`, when sent, wins. Absent: it did nothing wrong. */
  cooldownSeconds?: number;
  /** It is not what the catalogue says: gone for an hour, or as long as the account's privacy settings say so. */
  excludeAs?: "gone" | "data-policy";
  /** By chance mostly, so that the same model may well do it the next time; asked once more when nobody else is left. */
  transient?: true;
  /** How many times in one completion until it is final after all. */
  maxPerCompletion?: number;
  /** In a summary of several failures: "2 busy, 1 silent". */
  label: string;
}

/** Failure to consequence: `openrouter-api` behaviour, row by row. A reason without a verdict does not compile. */
export const failurePolicy: Readonly<Record<FailureReason, FailurePolicy>> = {
  internal: { next: "stop", label: "failed" },
  "no-key": { next: "stop", label: "without a key" },
  "no-candidate": { next: "stop", label: "not available" },
  "all-resting": { next: "stop", label: "resting" },
  aborted: { next: "stop", label: "stopped" },
  // One host's page may come through as an answer; a second one is the network's doing, a captive portal or a proxy.
  "web-page": { next: "failover", maxPerCompletion: 2, label: "answered by a web page" },
  offline: { next: "retry", maxPerCompletion: 2, label: "not reached" },

  unauthorized: { next: "stop", label: "refused" },
  "payment-required": { next: "stop", label: "refused" },
  "budget-exceeded": { next: "stop", label: "refused" },
  // Some free models neither train on prompts nor publish them, so one other is worth a try; a second refusal is the account's.
  "data-policy": {
    next: "failover",
    excludeAs: "data-policy",
    maxPerCompletion: 2,
    label: "against the privacy settings",
  },
  "rate-limit-day": { next: "stop", label: "over the daily limit" },
  "rate-limit-minute": { next: "wait", maxPerCompletion: 2, label: "over the minute limit" },
  // Nobody said whose limit it was: taken for the model's once, for the account's when a second model says the same.
  "rate-limit-unknown": { next: "failover", cooldownSeconds: 60, maxPerCompletion: 2, label: "busy" },

  "bad-request": { next: "stop", label: "refused" },
  "context-too-long": { next: "failover", label: "too small" },
  "too-large": { next: "failover", label: "too small" },
  moderated: { next: "failover", maxPerCompletion: 2, label: "refused by a filter" },

  "rate-limit-model": { next: "failover", cooldownSeconds: 60, label: "busy" },
  "model-gone": { next: "failover", excludeAs: "gone", label: "gone" },
  "model-refused": { next: "failover", excludeAs: "gone", label: "not available" },
  "not-free": { next: "failover", excludeAs: "gone", label: "no longer free" },
  "capability-missing": { next: "failover", label: "not able" },
  "provider-rejected": { next: "failover", label: "refused" },
  timeout: { next: "failover", transient: true, cooldownSeconds: 30, label: "too slow" },
  silent: { next: "failover", transient: true, cooldownSeconds: 60, label: "silent" },
  unavailable: { next: "failover", transient: true, cooldownSeconds: 30, label: "down" },
  "server-error": { next: "failover", transient: true, cooldownSeconds: 20, label: "failed" },

  interrupted: { next: "failover", transient: true, cooldownSeconds: 20, label: "broke off" },
  malformed: { next: "failover", transient: true, cooldownSeconds: 20, label: "unreadable" },
  empty: { next: "failover", transient: true, cooldownSeconds: 30, label: "empty" },
  "out-of-tokens": { next: "failover", transient: true, label: "out of tokens" },
  "bad-tool-call": { next: "failover", transient: true, cooldownSeconds: 20, label: "unusable" },
  "schema-mismatch": { next: "failover", transient: true, label: "not as asked" },
  outrun: { next: "failover", label: "slower than another" },
};

/** Whether a stored word is still one of ours. */
export function isFailureReason(word: string): word is FailureReason {
  return Object.hasOwn(failurePolicy, word);
}
