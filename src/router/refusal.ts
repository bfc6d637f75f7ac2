import type { Capability } from "./capability";
import { AttemptError, type AttemptErrorDetails } from "./attemptError";
import type { FailureReason } from "./errors";
import { isRecord } from "./json";
import { servicePages } from "./pages";
import { readChain, readServiceError, type ServiceError } from "./serviceError";
import { nextUtcMidnight, resetTime, retryAfterTime } from "./resetTime";

/** An error response: a status with a body, or an error inside a body with status 200 or inside a chunk. */
export interface Refusal {
  status: number;
  /** The parsed body or chunk; `undefined` if it was not JSON. */
  body: unknown;
  /** The raw body if it was not JSON. */
  text?: string;
  headers: Headers;
  now: number;
}

/** Classifies an error response: its reason, its message and, for limits, the time to retry at. */
export function refusalError(refusal: Refusal): AttemptError {
  const fields = readServiceError(refusal.body, refusal.status);
  const [reason, details = {}] = fields ? classify(fields, refusal) : classifyText(refusal);
  return new AttemptError(reason, details.message ?? messages[reason] ?? "The service refused the request.", {
    status: fields?.code ?? refusal.status,
    detail: fields
      ? redacted([fields.message, fields.raw].filter(Boolean).join("\n"))
      : redacted((refusal.text ?? "").slice(0, 500)),
    chain: isRecord(refusal.body) ? readChain(refusal.body["openrouter_metadata"]) : undefined,
    previousStatuses: fields?.previousStatuses,
    ...details,
  });
}

type Classification = readonly [FailureReason, (AttemptErrorDetails & { message?: string })?];

function classify(fields: ServiceError, refusal: Refusal): Classification {
  const { code, message, type, limitSource, availability } = fields;
  const allText = `${message}\n${fields.raw}`;
  if (availability === "privacy_restricted" || fields.excludedBy.some((rule) => String(rule).startsWith("data_policy")))
    return privacy;
  if (/budget|key_limit/.test(limitSource) && limitSource !== "openrouter_in_flight_budget") return budget;
  switch (code) {
    case 400:
      return classify400(fields);
    case 401:
      return ["unauthorized", { link: servicePages.keys }];
    case 402:
      // An in-flight budget frees up within seconds. "Can only afford" means that the endpoint has a price.
      if (limitSource === "openrouter_in_flight_budget")
        return ["rate-limit-minute", { retryAt: retryAfterTime(refusal.headers, refusal.now) }];
      if (/afford|fewer max_tokens/i.test(message)) return ["not-free"];
      return ["payment-required", { link: servicePages.credits }];
    case 403:
      if (/key limit|spending limit/i.test(message)) return budget;
      if (
        Array.isArray(fields.metadata["reasons"]) ||
        "flagged_input" in fields.metadata ||
        "patterns" in fields.metadata
      )
        return ["moderated"];
      if (type === "content_policy_violation" || type === "refusal" || /moderation|flagged|guardrail/i.test(message))
        return ["moderated"];
      return ["model-refused"];
    case 404:
      return classify404(fields);
    case 408:
    case 504:
    case 524:
      return ["timeout"];
    case 413:
      return ["too-large"];
    case 429:
      return classify429(fields, refusal);
    case 500:
      return ["server-error"];
    default:
      if (code >= 500)
        return ["unavailable", { retryAt: retryAfterTime(refusal.headers, refusal.now, fields.retryAfter) }];
      return code >= 300 && code < 400 ? classifyText(refusal) : badRequest(allText);
  }
}

/** Includes the service's text in the message: only the service can say what is wrong with a request. */
function badRequest(text: string): Classification {
  const complaint = toOneLine(text);
  return ["bad-request", { message: `The service refused the request: ${complaint}`, complaint }];
}

const budget: Classification = ["budget-exceeded", { link: servicePages.keys }];
const privacy: Classification = ["data-policy", { link: servicePages.privacy }];

function classify400({ message, type, provider, raw, availability }: ServiceError): Classification {
  const allText = `${message}\n${raw}`;
  if (/not a valid model id/i.test(message) || availability === "model_not_found" || availability === "wrong_endpoint")
    return ["model-gone"];
  if (
    /^(context_length|max_tokens|token_limit)_exceeded$/.test(type) ||
    /context (length|window)|maximum context|prompt is too long|token limit/i.test(allText)
  )
    return ["context-too-long"];
  if (type === "refusal" || type === "content_policy_violation") return ["moderated"];
  if (type === "invalid_image" || type === "string_too_long") return badRequest(allText);
  // A restriction of one host (no system role, an unsupported image type): another host may accept the same request.
  if (provider || raw || /provider returned error/i.test(message) || /^(image_|unsupported_image)/.test(type))
    return ["provider-rejected"];
  return badRequest(allText);
}

const capabilityPatterns: [RegExp, Capability][] = [
  [/tool_choice/i, "tool_choice"],
  [/tool use|tools/i, "tools"],
  [/image input/i, "image"],
  [/audio input|input audio/i, "audio"],
  [/video input/i, "video"],
  [/response_format|structured output|json_schema/i, "structured_outputs"],
];

function classify404({ message, type, availability, excludedBy }: ServiceError): Classification {
  if (type === "image_not_found") return badRequest(message);
  if (/data policy|guardrail restrictions|settings\/privacy/i.test(message)) return privacy;
  if (excludedBy.includes("max_price") || /max_price|price constraint/i.test(message)) return ["not-free"];
  if (excludedBy.includes("context_length")) return ["context-too-long"];
  if (/no allowed providers/i.test(message)) return ["model-refused", { link: servicePages.preferences }];
  if (/support/i.test(message)) {
    const capability = capabilityPatterns.find(([pattern]) => pattern.test(message))?.[1];
    if (capability) return ["capability-missing", { capability }];
  }
  if (availability === "constraint_filtered") return ["model-refused"];
  return ["model-gone"];
}

/**
 * Determines whose limit was reached. The order of the checks follows recorded responses: the limit's name, the message,
 * the headers, then signs of a host. The host's own text (`raw`) is not searched: it says "quota" and "per day" about the
 * host's shared limit.
 */
function classify429(fields: ServiceError, { headers, now }: Refusal): Classification {
  const { message, limitSource, metadata, provider, raw } = fields;
  const bodyHeaders = isRecord(metadata["headers"]) ? metadata["headers"] : {};
  const header = (name: string): string | undefined => {
    const inBody = Object.entries(bodyHeaders).find(([key]) => key.toLowerCase() === name)?.[1];
    return asText(inBody) ?? headers.get(name) ?? undefined;
  };
  const limit = positiveNumber(header("x-ratelimit-limit"));
  const retryAt = retryAfterTime(headers, now, fields.retryAfter ?? header("retry-after"));
  const day: Classification = [
    "rate-limit-day",
    { limit, retryAt: resetTime(header("x-ratelimit-reset"), now) ?? nextUtcMidnight(now), link: servicePages.credits },
  ];
  const minute: Classification = [
    "rate-limit-minute",
    { limit, retryAt: resetTime(header("x-ratelimit-reset"), now) ?? retryAt },
  ];
  const model: Classification = ["rate-limit-model", { retryAt }];
  if (/daily|per_day/.test(limitSource)) return day;
  if (/minute/.test(limitSource)) return minute;
  if (/upstream/.test(limitSource)) return model;
  if (/free-models-per-day/i.test(message)) return day;
  if (/free-models-per-min/i.test(message)) return minute;
  if (limit !== undefined) return limit <= 20 ? minute : day;
  if (
    provider ||
    raw ||
    /provider returned error|upstream/i.test(message) ||
    fields.availability === "capacity_exhausted"
  )
    return model;
  return ["rate-limit-unknown", { retryAt }];
}

/** Classifies a body that is not JSON: from a proxy, a captive portal or an edge server. */
function classifyText({ status, text = "", headers, now }: Refusal): Classification {
  const isPage = /^\s*<(!doctype|html|head|body|\?xml)/i.test(text);
  if (status >= 300 && status < 400) {
    return [
      "offline",
      { message: "The network redirected the request. Sign in to the network, or check the base URL." },
    ];
  }
  if (status === 407)
    return ["offline", { message: "The proxy requires a user name and password. Check the proxy settings." }];
  // 511: the network requires a sign-in.
  if (status < 300 || status === 511) return isPage || status === 511 ? ["web-page"] : ["malformed"];
  if (status === 401) return ["unauthorized", { link: servicePages.keys }];
  if (status === 402) return ["payment-required", { link: servicePages.credits }];
  if (status === 403) return ["model-refused"];
  if (status === 404)
    return ["bad-request", { message: "The service was not found at this address. Check the base URL." }];
  if (status === 408 || status === 504 || status === 524) return ["timeout"];
  if (status === 413) return ["too-large"];
  if (status === 429) return ["rate-limit-unknown", { retryAt: retryAfterTime(headers, now) }];
  if (status === 500) return ["server-error"];
  return status > 500
    ? ["unavailable", { retryAt: retryAfterTime(headers, now) }]
    : ["bad-request", { message: `The service refused the request with status ${status}.` }];
}

/** Messages for reasons where the service's own text adds nothing. */
const messages: Partial<Record<FailureReason, string>> = {
  unauthorized: "The API key was rejected. It may be mistyped or revoked.",
  "payment-required": "The account's balance is negative, which blocks free models as well.",
  "budget-exceeded": "The spending limit of this key or workspace is reached.",
  "data-policy": "The account's privacy settings exclude the free models that were tried.",
  "rate-limit-day": "Today's free requests are used up.",
  "rate-limit-minute": "The free requests of this minute are used up.",
  "rate-limit-unknown": "The service accepts no more requests right now.",
  "rate-limit-model": "The model is busy.",
  "model-gone": "The model is no longer available for free.",
  "model-refused": "The model is not available to this account.",
  "capability-missing": "The model lacks a capability that the request needs.",
  "provider-rejected": "The model's host refused the request.",
  "not-free": "The model is no longer free.",
  "context-too-long": "The conversation is too long for the model.",
  "too-large": "The request is too large for the model.",
  moderated: "A content filter refused the request.",
  timeout: "The model took too long to respond.",
  unavailable: "The model's host is not available.",
  "server-error": "The service reported an internal error.",
  malformed: "The response could not be parsed.",
  "web-page": "The response was a web page. The network may require a sign-in.",
};

/** Removes keys and user ids, and limits the length for a *Details* section. */
function redacted(text: string): string {
  return text
    .replace(/sk-or-[\w-]+/g, "[key]")
    .replace(/user_\w+/g, "[user]")
    .slice(0, 2_000);
}

function toOneLine(text: string): string {
  return redacted(text).replace(/\s+/g, " ").trim().slice(0, 300);
}

/** Parses a limit. Other servers write "20, 20;w=60", or -1 for no limit: `undefined`. */
function positiveNumber(text: string | undefined): number | undefined {
  const number = Number(text);
  return Number.isFinite(number) && number > 0 ? number : undefined;
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
