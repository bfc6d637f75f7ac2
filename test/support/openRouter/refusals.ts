import { errorBody, type Reply, refusal, refusalWithBody } from "./reply";

/** The data a refusal is built from: the requested model, its provider, and the time in epoch milliseconds. */
export interface RefusalContext {
  model: string;
  provider: string;
  now: number;
  options: RefusalOptions;
}

/** Deviations from the usual form of a refusal. */
export interface RefusalOptions {
  /** The `Retry-After` header: seconds, or an HTTP date. */
  retryAfter?: number | string;
  /** The rate limit, or the number of affordable tokens. */
  limit?: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
export const nextMinute = (now: number): number => Math.floor(now / minuteMs) * minuteMs + minuteMs;
export const nextDay = (now: number): number => Math.floor(now / dayMs) * dayMs + dayMs;

const paidSlug = (model: string): string => model.replace(/:free$/, "");
const retryHeader = ({ retryAfter }: RefusalOptions): Record<string, string> =>
  retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };

const limitHeaders = (limit: number, reset: number): Record<string, string> => ({
  "X-RateLimit-Limit": String(limit),
  "X-RateLimit-Remaining": "0",
  "X-RateLimit-Reset": String(reset),
});

/** The 429 for the account's daily limit; in the 50 tier it says how to raise the limit. */
export function dailyRefusal(now: number, limit: number): Reply {
  const message =
    limit > 50
      ? "Rate limit exceeded: free-models-per-day-high-balance. "
      : "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day";
  const headers = limitHeaders(limit, nextDay(now));
  const more = { limit_source: "openrouter_free_tier_daily", remedy_hint: "Wait for the reset.", provider_name: null };
  return refusal(429, message, { headers, ...more }, headers);
}

/** The 429 for the account's limit per minute. */
export function minuteRefusal(now: number, limit: number): Reply {
  const headers = limitHeaders(limit, nextMinute(now));
  const more = { limit_source: "openrouter_free_tier_per_minute", remedy_hint: "Slow down.", provider_name: null };
  return refusal(429, "Rate limit exceeded: free-models-per-min. ", { headers, ...more }, headers);
}

const providerError = ({ model, provider, options }: RefusalContext, status: number, raw: string): Reply =>
  refusal(
    status,
    "Provider returned error",
    { raw: raw.replaceAll("<model>", model), provider_name: provider, is_byok: false },
    retryHeader(options),
  );

const privacy = (which: string): string =>
  `No endpoints found matching your data policy (${which}). Configure: https://openrouter.ai/settings/privacy`;
const docs = "To learn more about provider routing, visit: https://openrouter.ai/docs/provider-routing";
const html = (title: string): string =>
  `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;

/** Error responses of the service, a provider, or a proxy in between, with the service's original messages. */
export const refusals = {
  "400-context": ({ model }) =>
    refusal(
      400,
      `This endpoint's maximum context length is 128000 tokens. However, you requested about 200000 tokens (196000 of text input, 4000 in the output). Please reduce the length of either one.`,
      { error_type: "context_length_exceeded", model_slug: model },
    ),
  "400-developer-role": (context) =>
    providerError(
      context,
      400,
      '{"error":{"code":400,"message":"Developer instruction is not enabled for models/<model>","status":"INVALID_ARGUMENT"}}',
    ),
  "400-invalid": () =>
    refusal(400, "Invalid input at temperature: expected a number", { error_type: "invalid_request" }),
  "400-invalid-image": () => refusal(400, "Image could not be decoded", { error_type: "invalid_image" }),
  "400-provider": (context) => providerError(context, 400, "<model>: this provider rejects the request"),
  "400-unknown-model": ({ model }) => refusal(400, `${model} is not a valid model ID`),
  "401-key": () => refusal(401, "User not found."),
  "401-no-auth": () => refusal(401, "Missing Authentication header"),
  "402-cannot-afford": ({ options }) =>
    refusal(
      402,
      `This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford ${options.limit ?? 0}. To increase, visit https://openrouter.ai/settings/credits and add more credits`,
    ),
  "402-in-flight": ({ options }) =>
    refusal(
      402,
      "In-flight budget exhausted",
      { limit_source: "openrouter_in_flight_budget", reason: "in_flight_budget_exhausted" },
      retryHeader({ retryAfter: 1, ...options }),
    ),
  "402-negative-balance": () =>
    refusal(402, "Insufficient credits. Add more using https://openrouter.ai/settings/credits", {
      limit_source: "openrouter_credits",
    }),
  "403-attestation": () =>
    refusal(403, "This model requires you to complete the following before use: 18+ age confirmation", {
      missing_attestation_types: ["age_18plus"],
      failed_routing_step: "attestation",
    }),
  "403-guardrail-budget": ({ now }) =>
    refusal(403, "Guardrail budget exceeded", {
      limit_source: "openrouter_guardrail_budget",
      scope: "key",
      limit_usd: 1,
      spend_usd: 1,
      resets_at: new Date(nextDay(now)).toISOString(),
    }),
  "403-key-limit": () =>
    refusal(403, "Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys", {
      limit_source: "openrouter_key_limit",
    }),
  "403-moderation": ({ model, provider }) =>
    refusal(403, `${model} requires moderation. Your input was flagged for "violence".`, {
      reasons: ["violence"],
      flagged_input: "the text that was flagged",
      provider_name: provider,
      model_slug: model,
    }),
  "403-region": () => refusal(403, "This model is not available in your region.", { error_type: "permission_denied" }),
  "404-free-ended": ({ model }) =>
    refusal(
      404,
      `The free ${paidSlug(model)} period has ended. To continue using this model, please migrate to the paid slug: ${paidSlug(model)}`,
    ),
  "404-free-unavailable": ({ model }) =>
    refusal(
      404,
      `This model is unavailable for free. The paid version is available now - use this slug instead: ${paidSlug(model)}`,
    ),
  "404-guardrail": () =>
    refusal(404, "No endpoints available matching your guardrail restrictions and data policy.", {
      ineligibility_reasons: [{ reason: "guardrail" }],
    }),
  "404-image": () => refusal(404, "No endpoints found that support image input"),
  "404-max-price": ({ model }) =>
    refusalWithBody(404, {
      error: {
        code: 404,
        message: `No endpoints found for ${model}.`,
        availability: { code: "constraint_filtered", retryable: false, excluded_by: ["max_price"] },
      },
    }),
  "404-no-allowed-provider": () => refusal(404, "No allowed providers are available for the selected model."),
  "404-no-endpoints": ({ model }) => refusal(404, `No endpoints found for ${model}.`),
  "404-output-modality": () => refusal(404, "No endpoints found that support the requested output modalities: text"),
  "404-parameters": () => refusal(404, `No endpoints found that can handle the requested parameters. ${docs}`),
  "404-privacy": () => refusal(404, privacy("Free model training")),
  "404-privacy-publication": () => refusal(404, privacy("Free model publication")),
  "404-tool-choice": () => refusal(404, `No endpoints found that support the provided 'tool_choice' value. ${docs}`),
  "404-tools": () => refusal(404, `No endpoints found that support tool use. ${docs}`),
  "408-timeout": () => refusal(408, "Request timed out", { error_type: "timeout" }),
  "409-conflict": () => refusal(409, "Conflict"),
  "412-precondition": () => refusal(412, "Precondition failed", { error_type: "precondition_failed" }),
  "413-too-large": ({ model }) =>
    refusal(413, `Request too large for model \`${model}\``, { error_type: "payload_too_large" }),
  "422-unprocessable": () => refusal(422, "Unprocessable entity", { error_type: "unprocessable" }),
  "429-bare": () => refusalWithBody(429, { error: { message: "Rate limit exceeded", code: 429 } }),
  "429-day": ({ now, options }) => dailyRefusal(now, options.limit ?? 50),
  "429-day-1000": ({ now }) => dailyRefusal(now, 1000),
  /** As of 2025: no `limit_source`; only the message identifies the limit. */
  "429-day-old": () =>
    refusal(429, "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day"),
  /** The message does not identify the limit; the response headers do. */
  "429-day-headers": ({ now }) =>
    refusalWithBody(429, errorBody(429, "Rate limit exceeded"), limitHeaders(50, nextDay(now))),
  "429-minute": ({ now, options }) => minuteRefusal(now, options.limit ?? 20),
  "429-minute-headers": ({ now }) =>
    refusalWithBody(429, errorBody(429, "Rate limit exceeded"), limitHeaders(20, nextMinute(now))),
  "429-upstream": ({ model, provider, options }) =>
    refusal(
      429,
      "Provider returned error",
      {
        raw: `${model} is temporarily rate-limited upstream. Please retry shortly, or add your own key to accumulate your rate limits: https://openrouter.ai/settings/integrations`,
        provider_name: provider,
        is_byok: false,
        provider_error_code: "429",
        limit_source: "upstream_provider_shared_pool",
        remedy_hint: "Retry shortly.",
      },
      retryHeader(options),
    ),
  /** As of 2025: only `raw` and `provider_name` identify it; providers write "quota" and "per day" about their shared pool. */
  "429-upstream-old": (context) =>
    providerError(
      context,
      429,
      "Quota exceeded for <model>: insufficient_quota, requests per day. Please retry shortly",
    ),
  "500-internal": () => refusal(500, "Internal Server Error"),
  "502-bad-gateway": ({ provider }) =>
    refusal(502, `Upstream error from ${provider}: Service temporarily overloaded`, {
      error_type: "provider_unavailable",
    }),
  "502-html": () => ({
    status: 502,
    headers: { "content-type": "text/html" },
    frames: [{ raw: html("502 Bad Gateway") }],
  }),
  "503-overloaded": ({ options }) =>
    refusal(503, "No instances available (yet)", { error_type: "provider_overloaded" }, retryHeader(options)),
  "504-gateway": () => refusal(504, "Gateway timeout", { error_type: "timeout" }),
  "524-edge": () => ({
    status: 524,
    headers: { "content-type": "text/html" },
    frames: [{ raw: html("openrouter.ai | 524: A timeout occurred") }],
  }),
  "529-overloaded": (context) => providerError(context, 529, '{"type":"overloaded_error","message":"Overloaded"}'),
  /** The login page of a public Wi-Fi: HTML with status 200. */
  "200-html": () => ({
    status: 200,
    headers: { "content-type": "text/html" },
    frames: [{ raw: html("Welcome to our Wi-Fi") }],
  }),
  "407-proxy": () => ({
    status: 407,
    headers: { "content-type": "text/html", "proxy-authenticate": 'Basic realm="proxy"' },
    frames: [{ raw: html("Proxy Authentication Required") }],
  }),
  /** A client that follows it sends its key to another server. */
  "307-redirect": () => ({ status: 307, headers: { location: "/elsewhere/chat/completions" }, frames: [] }),
} satisfies Record<string, (context: RefusalContext) => Reply>;

export type RefusalName = keyof typeof refusals;

/** Matches refusals that concern the account or the request, not the model: no other candidate is tried after them. */
const final = /^(401|402-(neg|in)|403-(key|guard)|409|412|429-(day|minute)|400-invalid|407|307|200)/;
export const isFinal = (name: string): boolean => final.test(name);
