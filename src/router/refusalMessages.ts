import type { FailureOrigin } from "./attemptError";
import type { FailureReason } from "./failureReason";
import { accountIdPatterns, keyPatterns } from "./keyPatterns";

interface ReasonDefaults {
  origin: FailureOrigin;
  /** A message for users, where the service's own text adds nothing. */
  message: string;
}

/** The usual origin and message of each reason that a refusal can have. */
export const refusalDefaults = {
  unauthorized: { origin: "account", message: "The API key was rejected. It may be mistyped or revoked." },
  "payment-required": {
    origin: "account",
    message: "The service asks for credits. The balance may be used up, or a plugin that costs money is on by default.",
  },
  "balance-negative": {
    origin: "account",
    message: "The account's balance is negative, which blocks free models as well.",
  },
  "budget-exceeded": { origin: "account", message: "The spending limit of this key or workspace is reached." },
  "data-policy": {
    origin: "account",
    message: "The account's privacy settings exclude the free models that were tried.",
  },
  "rate-limit-day": { origin: "account", message: "Today's free requests are used up." },
  "rate-limit-minute": { origin: "account", message: "The free requests of this minute are used up." },
  "rate-limit-unknown": { origin: "service", message: "The service accepts no more requests right now." },
  "rate-limit-model": { origin: "provider", message: "The model is busy." },
  "model-gone": { origin: "provider", message: "The model is no longer available for free." },
  "model-refused": { origin: "provider", message: "The model is not available to this account." },
  "capability-missing": { origin: "provider", message: "The model lacks a capability that the request needs." },
  "provider-rejected": { origin: "provider", message: "The model's host refused the request." },
  "parameter-refused": { origin: "provider", message: "The model refused a parameter of the request." },
  "not-free": { origin: "provider", message: "The model is no longer free." },
  "context-too-long": { origin: "request", message: "The conversation is too long for the model." },
  "too-large": { origin: "request", message: "The request is too large for the model." },
  "bad-request": { origin: "request", message: "The service refused the request." },
  moderated: { origin: "provider", message: "A content filter refused the request." },
  timeout: { origin: "service", message: "The model took too long to respond." },
  unavailable: { origin: "service", message: "The model's host is not available." },
  "server-error": { origin: "service", message: "The service reported an internal error." },
  "bad-tool-call": { origin: "provider", message: "The model made an invalid tool call." },
  malformed: { origin: "service", message: "The response could not be parsed." },
  "web-page": {
    origin: "network",
    message: "The response was a web page. The network may require a sign-in.",
  },
  "server-not-running": { origin: "service", message: "The local server is not running." },
  "server-loading": { origin: "service", message: "The local server is still loading a model." },
  "out-of-memory": { origin: "provider", message: "The machine has not enough memory for this model." },
  offline: { origin: "network", message: "The service could not be reached. Check the network connection." },
} as const satisfies Partial<Record<FailureReason, ReasonDefaults>>;

export type RefusalReason = keyof typeof refusalDefaults;

/** "user_id" and the like are names of fields, not ids. */
const userPatterns = [/\buser[_-](?!ids?\b|name\b|message)\w+/g, /\borg[_-](?=\w*\d)\w{8,}/g, ...accountIdPatterns];

/** Removes keys and user ids, and limits the length for a *Details* section. */
export function redacted(text: string): string {
  const withoutKeys = keyPatterns.reduce((rest, pattern) => rest.replace(pattern, "[key]"), text);
  return userPatterns
    .reduce((rest, pattern) => rest.replace(pattern, "[user]"), withoutKeys)
    .replace(/(\buser(?:_?id)?\\?["']\s*:\s*\\?["'])[^"'\\]+/gi, "$1[user]")
    .slice(0, 2_000);
}

/** The text on one line, without keys and user ids. */
export function toOneLine(text: string): string {
  return redacted(text).replace(/\s+/g, " ").trim().slice(0, 300);
}
