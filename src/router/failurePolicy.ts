import type { FailureReason } from "./errors";

/** The consequences of a failure for the completion and for the model. */
export interface FailurePolicy {
  /**
   * `failover`: try another model. `stop`: end the completion, because no other model would do better. `wait`: repeat the
   * attempt when the limit per minute resets. `retry`: repeat it at once, because the service was not reached.
   */
  next: "failover" | "stop" | "wait" | "retry";
  /** The first cooldown of the model; a `Retry-After` header takes precedence. Absent: the model is not at fault. */
  cooldownSeconds?: number;
  /** Exclude the model for a while: it is gone, or the account's privacy settings block it. */
  excludeAs?: "gone" | "data-policy";
  /** The same model may well succeed next time, so it is tried once more when all other models were tried. */
  transient?: true;
  /** The number of such failures in one completion that ends it. */
  maxPerCompletion?: number;
  /** For a summary of several failures: "2 busy, 1 silent". */
  label: string;
}

/** The policy for each reason, following the behavior of the OpenRouter API. A reason without a policy does not compile. */
export const failurePolicy: Readonly<Record<FailureReason, FailurePolicy>> = {
  internal: { next: "stop", label: "failed" },
  "no-key": { next: "stop", label: "without a key" },
  "no-candidate": { next: "stop", label: "not available" },
  "all-resting": { next: "stop", label: "cooling down" },
  aborted: { next: "stop", label: "stopped" },
  // One host may return a web page as its answer. A second page comes from the network: a captive portal or a proxy.
  "web-page": { next: "failover", maxPerCompletion: 2, label: "answered with a web page" },
  offline: { next: "retry", maxPerCompletion: 2, label: "not reached" },

  unauthorized: { next: "stop", label: "refused" },
  "payment-required": { next: "stop", label: "refused" },
  "budget-exceeded": { next: "stop", label: "refused" },
  // Some free models neither train on prompts nor publish them, so one other model is worth a try.
  "data-policy": {
    next: "failover",
    excludeAs: "data-policy",
    maxPerCompletion: 2,
    label: "blocked by the privacy settings",
  },
  "rate-limit-day": { next: "stop", label: "over the daily limit" },
  "rate-limit-minute": { next: "wait", maxPerCompletion: 2, label: "over the limit per minute" },
  // The response does not say whose limit it is. The first time it is treated as the model's, the second time as the account's.
  "rate-limit-unknown": { next: "failover", cooldownSeconds: 60, maxPerCompletion: 2, label: "busy" },

  "bad-request": { next: "stop", label: "refused" },
  "context-too-long": { next: "failover", label: "too small" },
  "too-large": { next: "failover", label: "too small" },
  moderated: { next: "failover", maxPerCompletion: 2, label: "refused by a filter" },

  "rate-limit-model": { next: "failover", cooldownSeconds: 60, label: "busy" },
  "model-gone": { next: "failover", excludeAs: "gone", label: "gone" },
  "model-refused": { next: "failover", excludeAs: "gone", label: "not available" },
  "not-free": { next: "failover", excludeAs: "gone", label: "no longer free" },
  "capability-missing": { next: "failover", label: "not capable" },
  "provider-rejected": { next: "failover", label: "refused" },
  timeout: { next: "failover", transient: true, cooldownSeconds: 30, label: "too slow" },
  silent: { next: "failover", transient: true, cooldownSeconds: 60, label: "silent" },
  unavailable: { next: "failover", transient: true, cooldownSeconds: 30, label: "unavailable" },
  "server-error": { next: "failover", transient: true, cooldownSeconds: 20, label: "failed" },

  interrupted: { next: "failover", transient: true, cooldownSeconds: 20, label: "interrupted" },
  malformed: { next: "failover", transient: true, cooldownSeconds: 20, label: "unreadable" },
  empty: { next: "failover", transient: true, cooldownSeconds: 30, label: "empty" },
  "out-of-tokens": { next: "failover", transient: true, label: "out of tokens" },
  "bad-tool-call": { next: "failover", transient: true, cooldownSeconds: 20, label: "invalid tool call" },
  "schema-mismatch": { next: "failover", transient: true, label: "not in the requested format" },
  outrun: { next: "failover", label: "slower than another" },
};

/** Whether a stored text is a reason of this version. */
export function isFailureReason(text: string): text is FailureReason {
  return Object.hasOwn(failurePolicy, text);
}
