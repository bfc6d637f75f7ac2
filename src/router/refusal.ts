import type { Capability } from "./capability";
import { RouterError, type FailureReason, type RouterErrorDetails } from "./errors";
import { isRecord } from "./json";
import { servicePages } from "./pages";
import { readChain, readServiceError, type ServiceError } from "./serviceError";
import { nextUtcMidnight, resetTime, retryAfterTime } from "./resetTime";

/** What the service answered instead of text: a status with a body, or an error inside a 200 body or a chunk. */
export interface Refusal {
  status: number;
  /** The parsed body or chunk; `undefined` where it was no JSON. */
  body: unknown;
  /** The raw body where it was no JSON. */
  text?: string;
  headers: Headers;
  now: number;
}

/** The refusal as one error of the router: which reason, since when to go on, what to tell. */
export function refusalError(refusal: Refusal): RouterError {
  const fields = readServiceError(refusal.body, refusal.status);
  const verdict = fields ? reasonOf(fields, refusal) : reasonOfText(refusal);
  const [reason, details = {}] = verdict;
  return new RouterError(reason, details.message ?? sentences[reason] ?? "The service refused the request.", {
    status: fields?.code ?? refusal.status,
    detail: fields
      ? redacted([fields.message, fields.raw].filter(Boolean).join("\n"))
      : redacted((refusal.text ?? "").slice(0, 500)),
    chain: isRecord(refusal.body) ? readChain(refusal.body["openrouter_metadata"]) : undefined,
    previousStatuses: fields?.previousStatuses,
    ...details,
  });
}

type Verdict = readonly [FailureReason, (RouterErrorDetails & { message?: string })?];

function reasonOf(fields: ServiceError, refusal: Refusal): Verdict {
  const { code, message, type, limitSource, availability } = fields;
  const everything = `${message}\n${fields.raw}`;
  if (availability === "privacy_restricted" || fields.excludedBy.some((rule) => String(rule).startsWith("data_policy")))
    return privacy;
  if (/budget|key_limit/.test(limitSource) && limitSource !== "openrouter_in_flight_budget") return budget;
  switch (code) {
    case 400:
      return reasonOf400(fields);
    case 401:
      return ["unauthorized", { link: servicePages.keys }];
    case 402:
      // An in-flight budget is a matter of seconds. "Can only afford" means that a priced endpoint was about to be used.
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
      return reasonOf404(fields);
    case 408:
    case 504:
    case 524:
      return ["timeout"];
    case 413:
      return ["too-large"];
    case 429:
      return reasonOf429(fields, refusal);
    case 500:
      return ["server-error"];
    default:
      if (code >= 500)
        return ["unavailable", { retryAt: retryAfterTime(refusal.headers, refusal.now, fields.retryAfter) }];
      return code >= 300 && code < 400 ? reasonOfText(refusal) : badRequest(everything);
  }
}

/** What is wrong with a request only the service knows, so its own words are told. */
function badRequest(words: string): Verdict {
  const complaint = oneLine(words);
  return ["bad-request", { message: `The service refused the request: ${complaint}`, complaint }];
}

const budget: Verdict = ["budget-exceeded", { link: servicePages.keys }];
const privacy: Verdict = ["data-policy", { link: servicePages.privacy }];

function reasonOf400({ message, type, provider, raw, availability }: ServiceError): Verdict {
  const everything = `${message}\n${raw}`;
  if (/not a valid model id/i.test(message) || availability === "model_not_found" || availability === "wrong_endpoint")
    return ["model-gone"];
  if (
    /^(context_length|max_tokens|token_limit)_exceeded$/.test(type) ||
    /context (length|window)|maximum context|prompt is too long|token limit/i.test(everything)
  )
    return ["context-too-long"];
  if (type === "refusal" || type === "content_policy_violation") return ["moderated"];
  if (type === "invalid_image" || type === "string_too_long") return badRequest(everything);
  // One host's quirk (no system role, no such image type): the next host may take the same request.
  if (provider || raw || /provider returned error/i.test(message) || /^(image_|unsupported_image)/.test(type))
    return ["provider-rejected"];
  return badRequest(everything);
}

const missingCapability: [RegExp, Capability][] = [
  [/tool_choice/i, "tool_choice"],
  [/tool use|tools/i, "tools"],
  [/image input/i, "image"],
  [/audio input|input audio/i, "audio"],
  [/video input/i, "video"],
  [/response_format|structured output|json_schema/i, "structured_outputs"],
];

function reasonOf404({ message, type, availability, excludedBy }: ServiceError): Verdict {
  if (type === "image_not_found") return badRequest(message);
  if (/data policy|guardrail restrictions|settings\/privacy/i.test(message)) return privacy;
  if (excludedBy.includes("max_price") || /max_price|price constraint/i.test(message)) return ["not-free"];
  if (excludedBy.includes("context_length")) return ["context-too-long"];
  if (/no allowed providers/i.test(message)) return ["model-refused", { link: servicePages.preferences }];
  if (/support/i.test(message)) {
    const capability = missingCapability.find(([text]) => text.test(message))?.[1];
    if (capability) return ["capability-missing", { capability }];
  }
  if (availability === "constraint_filtered") return ["model-refused"];
  return ["model-gone"];
}

/**
 * Whose limit it is, in the order that recordings bear out: what the service calls it, its message, its headers, then
 * signs of a host. The host's own words (`raw`) say "quota" and "per day" of its shared pool and are not searched.
 */
function reasonOf429(fields: ServiceError, { headers, now }: Refusal): Verdict {
  const { message, limitSource, metadata, provider, raw } = fields;
  const inBody = isRecord(metadata["headers"]) ? metadata["headers"] : {};
  const header = (name: string): string | undefined => {
    const own = Object.entries(inBody).find(([key]) => key.toLowerCase() === name)?.[1];
    return plainText(own) ?? headers.get(name) ?? undefined;
  };
  const limit = positive(header("x-ratelimit-limit"));
  const wait = retryAfterTime(headers, now, fields.retryAfter ?? header("retry-after"));
  const day: Verdict = [
    "rate-limit-day",
    { limit, retryAt: resetTime(header("x-ratelimit-reset"), now) ?? nextUtcMidnight(now), link: servicePages.credits },
  ];
  const minute: Verdict = [
    "rate-limit-minute",
    { limit, retryAt: resetTime(header("x-ratelimit-reset"), now) ?? wait },
  ];
  const model: Verdict = ["rate-limit-model", { retryAt: wait }];
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
  return ["rate-limit-unknown", { retryAt: wait }];
}

/** A body that is no JSON: a proxy's page, a captive portal, an edge server. */
function reasonOfText({ status, text = "", headers, now }: Refusal): Verdict {
  const page = /^\s*<(!doctype|html|head|body|\?xml)/i.test(text);
  if (status >= 300 && status < 400) {
    return [
      "offline",
      { message: "The network redirects the request elsewhere. Sign in to the network, or check the base URL." },
    ];
  }
  if (status === 407)
    return ["offline", { message: "The proxy asks for a user name and password. Check the proxy settings." }];
  // 511: this network wants to be signed in to.
  if (status < 300 || status === 511) return page || status === 511 ? ["web-page"] : ["malformed"];
  if (status === 401) return ["unauthorized", { link: servicePages.keys }];
  if (status === 402) return ["payment-required", { link: servicePages.credits }];
  if (status === 403) return ["model-refused"];
  if (status === 404)
    return ["bad-request", { message: "There is no such service at this address. Check the base URL." }];
  if (status === 408 || status === 504 || status === 524) return ["timeout"];
  if (status === 413) return ["too-large"];
  if (status === 429) return ["rate-limit-unknown", { retryAt: retryAfterTime(headers, now) }];
  if (status === 500) return ["server-error"];
  return status > 500
    ? ["unavailable", { retryAt: retryAfterTime(headers, now) }]
    : ["bad-request", { message: `The service refused the request with status ${status}.` }];
}

/** What is said of a reason when the service's own words add nothing. */
const sentences: Partial<Record<FailureReason, string>> = {
  unauthorized: "The API key was refused. It may be mistyped or revoked.",
  "payment-required": "The account's balance is below zero, which blocks free models as well.",
  "budget-exceeded": "The spending limit of this key or workspace is used up.",
  "data-policy": "The account's privacy settings rule out the free models that were tried.",
  "rate-limit-day": "Today's free requests are used up.",
  "rate-limit-minute": "The free requests of this minute are used up.",
  "rate-limit-unknown": "The service takes no more requests right now.",
  "rate-limit-model": "The model is busy.",
  "model-gone": "The model is no longer offered for free.",
  "model-refused": "The model is not available to this account.",
  "capability-missing": "The model cannot do what the request needs after all.",
  "provider-rejected": "The model's host refused the request.",
  "not-free": "The model is no longer free.",
  "context-too-long": "The conversation is too long for the model.",
  "too-large": "The request is too large for the model.",
  moderated: "The request was refused by a content filter.",
  timeout: "The model took too long.",
  unavailable: "The model's host is not available.",
  "server-error": "The service failed.",
  malformed: "The answer could not be read.",
  "web-page": "A web page came instead of an answer. The network may want you to sign in.",
};

/** Free of keys and user ids, and short enough for a *Details* box. */
function redacted(text: string): string {
  return text
    .replace(/sk-or-[\w-]+/g, "[key]")
    .replace(/user_\w+/g, "[user]")
    .slice(0, 2_000);
}

function oneLine(text: string): string {
  return redacted(text).replace(/\s+/g, " ").trim().slice(0, 300);
}

/** A limit worth the name; others than the service write theirs as "20, 20;w=60", or -1 for none. */
function positive(text: string | undefined): number | undefined {
  const number = Number(text);
  return Number.isFinite(number) && number > 0 ? number : undefined;
}

function plainText(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
