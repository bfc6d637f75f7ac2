import type { FailureReason } from "./failureReason";

/** Why a model leaves the pool: gone for everyone, refused to this account, or excluded by the account's privacy settings. */
export type Exclusion = "gone" | "refused" | "data-policy";

/** The consequences of a failure: for the completion, and for the model. */
export interface FailurePolicy {
  /**
   * What is at fault. `account` and `request` failures concern every model; with `service` the service itself, or the way to it, failed.
   * Only `model` failures are attributed to a model.
   */
  scope: "model" | "service" | "account" | "request";
  /**
   * `failover`: try another model. `repeat`: send the same plan again, changed so that it may work. `wait`: send it again when the limit
   * per minute resets. `retry`: send it again at once, because it did not reach the service. `stop`: end the completion.
   */
  next: "failover" | "repeat" | "wait" | "retry" | "stop";
  /** How often this may happen in one completion. The next time it ends the completion or, for `repeat`, fails over. */
  max?: number;
  /** The first cooldown of the model in seconds; a `Retry-After` takes precedence. */
  cooldown?: number;
  /** The model leaves the pool for this many hours. */
  exclude?: { as: Exclusion; hours: number };
  /** Whether it counts against the model in the statistics. */
  counts?: true;
  /** The service is getting ready: when no other one can answer, it is asked again at the time that it told. */
  reopens?: true;
  /** The same model may succeed next time, so it gets a second chance when all others were tried. */
  byChance?: true;
  /** For a summary of several failures: "2 busy, 1 silent". */
  label: string;
}

const gone = (hours: number): Pick<FailurePolicy, "exclude" | "counts"> => ({
  exclude: { as: "gone", hours },
  counts: true,
});

/** The policy for each reason, following the behavior of the OpenRouter API. A reason without a policy does not compile. */
export const failurePolicy: Readonly<Record<FailureReason, FailurePolicy>> = {
  internal: { scope: "request", next: "stop", label: "failed" },
  "no-key": { scope: "account", next: "stop", label: "without a key" },
  "key-withheld": { scope: "account", next: "stop", label: "without a key" },
  "no-candidate": { scope: "request", next: "stop", label: "not available" },
  "all-resting": { scope: "request", next: "stop", label: "cooling down" },
  aborted: { scope: "request", next: "stop", label: "stopped" },

  offline: { scope: "service", next: "retry", max: 1, label: "not reached" },
  // One host may pass on a web page as its answer. A second page comes from the network: a captive portal or a proxy.
  "web-page": { scope: "service", next: "failover", max: 1, label: "answered with a web page" },

  "not-local": { scope: "service", next: "stop", label: "not on this computer" },

  // A local server.
  "server-not-running": { scope: "service", next: "stop", label: "not running" },
  "server-loading": { scope: "service", next: "stop", reopens: true, label: "loading a model" },
  "out-of-memory": { scope: "model", next: "failover", cooldown: 60, label: "out of memory" },

  unauthorized: { scope: "account", next: "stop", label: "refused" },
  // "Insufficient credits" can be about one model that is no longer free. The second model that says so confirms it for the account.
  "payment-required": { scope: "account", next: "failover", max: 1, ...gone(6), label: "refused" },
  "balance-negative": { scope: "account", next: "stop", label: "refused" },
  "budget-exceeded": { scope: "account", next: "stop", label: "refused" },
  // Some free models neither train on prompts nor publish them, so one other model is worth a try.
  "data-policy": {
    ...{ scope: "account", next: "failover", max: 1, exclude: { as: "data-policy", hours: 24 } },
    label: "blocked by the privacy settings",
  },
  "rate-limit-day": { scope: "account", next: "stop", label: "over the daily limit" },
  // Not a refusal: the request itself leaves what is left of the day to others.
  reserved: { scope: "account", next: "stop", label: "reserved for others" },
  "rate-limit-minute": { scope: "account", next: "wait", max: 1, label: "over the limit per minute" },
  // The response does not say whose limit it is. The second time it counts as the account's (`interpretedFailure`).
  "rate-limit-unknown": { scope: "model", next: "failover", cooldown: 60, counts: true, label: "busy" },

  "bad-request": { scope: "request", next: "stop", label: "refused" },
  moderated: { scope: "request", next: "failover", max: 1, label: "refused by a filter" },
  "parameter-refused": { scope: "request", next: "repeat", max: 3, label: "refused a parameter" },
  "out-of-tokens": { scope: "request", next: "repeat", max: 1, byChance: true, counts: true, label: "out of tokens" },

  "context-too-long": { scope: "model", next: "failover", label: "too small" },
  "too-large": { scope: "model", next: "failover", label: "too small" },
  "rate-limit-model": { scope: "model", next: "failover", cooldown: 60, counts: true, label: "busy" },
  "model-gone": { scope: "model", next: "failover", ...gone(6), label: "gone" },
  "model-refused": {
    ...{ scope: "model", next: "failover", exclude: { as: "refused", hours: 1 }, counts: true },
    label: "not available",
  },
  "not-free": { scope: "model", next: "failover", ...gone(24), label: "no longer free" },
  charged: { scope: "model", next: "failover", max: 1, label: "charged" },
  "capability-missing": { scope: "model", next: "failover", label: "not capable" },
  "provider-rejected": { scope: "model", next: "failover", cooldown: 60, label: "refused" },
  timeout: { scope: "model", next: "failover", byChance: true, cooldown: 30, counts: true, label: "too slow" },
  silent: { scope: "model", next: "failover", byChance: true, cooldown: 60, counts: true, label: "silent" },
  unavailable: { scope: "model", next: "failover", byChance: true, cooldown: 30, counts: true, label: "unavailable" },
  "server-error": { scope: "model", next: "failover", byChance: true, cooldown: 20, counts: true, label: "failed" },
  interrupted: { scope: "model", next: "failover", byChance: true, cooldown: 20, counts: true, label: "interrupted" },
  malformed: { scope: "model", next: "failover", byChance: true, cooldown: 20, counts: true, label: "unreadable" },
  empty: { scope: "model", next: "failover", byChance: true, cooldown: 30, counts: true, label: "empty" },
  "bad-tool-call": {
    ...{ scope: "model", next: "failover", byChance: true, cooldown: 20, counts: true },
    label: "invalid tool call",
  },
  "schema-mismatch": {
    ...{ scope: "model", next: "failover", byChance: true, counts: true },
    label: "not in the requested format",
  },
  outrun: { scope: "model", next: "failover", counts: true, label: "slower than another" },
};

/** Whether the account, the service or the way to it failed, so that it says nothing about the model that was asked. */
export function isBlameless(reason: FailureReason): boolean {
  const { scope } = failurePolicy[reason];
  return scope === "account" || scope === "service";
}

/** Whether a stored text is a reason of this version. */
export function isFailureReason(text: string): text is FailureReason {
  return Object.hasOwn(failurePolicy, text);
}
