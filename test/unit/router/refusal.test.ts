import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FailureReason, RouterError } from "../../../src/router/errors";
import { midnight, now, refused } from "./refused";

type Row = [reason: FailureReason, status: number, message: string, metadata?: Record<string, unknown>];

const upstream = {
  provider_name: "Google AI Studio",
  raw: "v/m:free is temporarily rate-limited upstream. Quota per day.",
};
const rows: Row[] = [
  // 400
  ["model-gone", 400, "x/y is not a valid model ID"],
  ["context-too-long", 400, "This endpoint's maximum context length is 32768 tokens."],
  [
    "context-too-long",
    400,
    "Provider returned error",
    { provider_name: "Acme", raw: '{"message":"prompt is too long"}' },
  ],
  ["context-too-long", 400, "Too much", { error_type: "context_length_exceeded" }],
  ["context-too-long", 400, "Too much", { error_type: "max_tokens_exceeded" }],
  ["context-too-long", 400, "Token limit reached"],
  ["provider-rejected", 400, "Provider returned error", { provider_name: "Acme", raw: "what?" }],
  ["provider-rejected", 400, "Developer instruction is not enabled for models/gemma-3", { provider_name: "Google" }],
  ["provider-rejected", 400, "No", { error_type: "image_too_large" }],
  ["provider-rejected", 400, "No", { error_type: "unsupported_image_format" }],
  ["moderated", 400, "No", { error_type: "refusal" }],
  ["moderated", 400, "No", { error_type: "content_policy_violation" }],
  ["bad-request", 400, "No", { error_type: "invalid_image", provider_name: "Acme" }],
  ["bad-request", 400, "No", { error_type: "string_too_long" }],
  ["bad-request", 400, "'models' array must have 3 items or fewer."],
  // 401, 402
  ["unauthorized", 401, "User not found."],
  ["unauthorized", 401, "No auth credentials found"],
  ["payment-required", 402, "Insufficient credits", { limit_source: "openrouter_credits" }],
  ["payment-required", 402, "Your account has a negative balance"],
  [
    "not-free",
    402,
    "This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 100",
  ],
  ["budget-exceeded", 402, "No", { limit_source: "openrouter_key_limit" }],
  [
    "rate-limit-minute",
    402,
    "No",
    { limit_source: "openrouter_in_flight_budget", reason: "in_flight_budget_exhausted" },
  ],
  // 403
  ["budget-exceeded", 403, "Key limit exceeded (total limit)"],
  ["budget-exceeded", 403, "No", { limit_source: "openrouter_guardrail_budget" }],
  ["budget-exceeded", 403, "No", { limit_source: "openrouter_workspace_budget" }],
  ["moderated", 403, "Input was flagged", { reasons: ["violence"], flagged_input: "…" }],
  ["moderated", 403, "No", { patterns: ["x"] }],
  ["moderated", 403, "Blocked by guardrail"],
  [
    "model-refused",
    403,
    "requires you to complete the following before use: 18+ age confirmation",
    { missing_attestation_types: ["age_18plus"] },
  ],
  ["model-refused", 403, "Not in your region"],
  // 404
  ["model-gone", 404, "No endpoints found for x/y:free."],
  [
    "model-gone",
    404,
    "This model is unavailable for free. The paid version is available now - use this slug instead: x/y",
  ],
  [
    "model-gone",
    404,
    "The free x/y period has ended. To continue using this model, please migrate to the paid slug: x/y",
  ],
  ["model-gone", 404, "No endpoints found that support the requested output modalities: text"],
  ["capability-missing", 404, "No endpoints found that support tool use. To learn more …"],
  ["capability-missing", 404, "No endpoints found that support the provided 'tool_choice' value."],
  ["capability-missing", 404, "No endpoints found that support image input"],
  ["capability-missing", 404, "No endpoints found that support input audio"],
  ["capability-missing", 404, "No endpoints found that support structured outputs"],
  [
    "data-policy",
    404,
    "No endpoints found matching your data policy (Free model training). Configure: https://openrouter.ai/settings/privacy",
  ],
  ["data-policy", 404, "No endpoints found matching your data policy (Zero data retention)."],
  ["data-policy", 404, "No endpoints available matching your guardrail restrictions and data policy."],
  ["model-refused", 404, "No allowed providers are available for the selected model."],
  ["not-free", 404, "No endpoints found that match your max_price"],
  ["bad-request", 404, "No such image", { error_type: "image_not_found" }],
  // invalid requests and temporary failures
  ["timeout", 408, "Timeout"],
  ["bad-request", 409, "Conflict"],
  ["bad-request", 412, "Precondition failed"],
  ["too-large", 413, "Request too large for model"],
  ["bad-request", 422, "Unprocessable"],
  ["server-error", 500, "Internal Server Error"],
  ["unavailable", 502, "Upstream error from Nvidia: Service temporarily overloaded"],
  ["unavailable", 503, "No provider available"],
  ["timeout", 504, "Gateway timeout"],
  ["timeout", 524, "Timeout"],
  ["unavailable", 529, "Overloaded"],
  // 429
  ["rate-limit-day", 429, "No", { limit_source: "openrouter_free_tier_daily" }],
  ["rate-limit-minute", 429, "No", { limit_source: "openrouter_free_tier_per_minute" }],
  ["rate-limit-model", 429, "No", { limit_source: "upstream_provider_shared_pool" }],
  [
    "rate-limit-day",
    429,
    "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day",
  ],
  ["rate-limit-day", 429, "Rate limit exceeded: free-models-per-day-high-balance. "],
  ["rate-limit-minute", 429, "Rate limit exceeded: free-models-per-min. "],
  ["rate-limit-model", 429, "Provider returned error", upstream],
  ["rate-limit-model", 429, "Provider returned error", { ...upstream, provider_error_code: "insufficient_quota" }],
  ["rate-limit-model", 429, "Provider returned error"],
  ["rate-limit-day", 429, "Rate limit exceeded", { headers: { "X-RateLimit-Limit": "50" } }],
  ["rate-limit-minute", 429, "Rate limit exceeded", { headers: { "x-ratelimit-limit": 16 } }],
  ["rate-limit-unknown", 429, "Rate limit exceeded"],
  ["rate-limit-unknown", 429, "Rate limit exceeded", { headers: { "X-RateLimit-Limit": "20, 20;w=60" } }],
  ["rate-limit-unknown", 429, "Rate limit exceeded", { headers: { "X-RateLimit-Limit": "-1" } }],
];

describe("the reason for a refusal", () => {
  for (const [reason, code, message, metadata = {}] of rows)
    test(`${code} ${message.slice(0, 60)} ${Object.values(metadata).join(" ").slice(0, 40)}: ${reason}`, () => {
      const error = { code, message, metadata };
      assert.equal(refused(code, error).reason, reason);
      assert.equal(refused(200, error).reason, reason, "code in a body with status 200");
      assert.equal(refused(200, { ...error, code: String(code) }).reason, reason, "code as a string");
      assert.equal(refused(code, { message, metadata }).reason, reason, "status without a code");
    });

  const availability: [code: string, status: number, excludedBy: string[], reason: FailureReason][] = [
    ["model_not_found", 400, [], "model-gone"],
    ["wrong_endpoint", 400, [], "model-gone"],
    ["no_endpoints", 404, [], "model-gone"],
    ["model_deprecated", 404, [], "model-gone"],
    ["model_unavailable_upstream", 404, [], "model-gone"],
    ["free_variant_ended", 404, [], "model-gone"],
    ["privacy_restricted", 404, [], "data-policy"],
    ["constraint_filtered", 404, ["data_policy:training"], "data-policy"],
    ["constraint_filtered", 404, ["data_policy:zdr", "max_price"], "data-policy"],
    ["constraint_filtered", 404, ["max_price"], "not-free"],
    ["constraint_filtered", 404, ["context_length"], "context-too-long"],
    ["constraint_filtered", 404, ["quantization"], "model-refused"],
    ["capacity_exhausted", 429, [], "rate-limit-model"],
    ["temporarily_unavailable", 503, [], "unavailable"],
    ["region_restricted", 403, [], "model-refused"],
  ];
  for (const [code, status, excluded_by, reason] of availability)
    test(`availability ${code} ${excluded_by.join()}: ${reason}`, () => {
      const details = { availability: { code, excluded_by, fallback_models: ["x/paid"], retry_after: 9 } };
      const errors = [
        { code: status, message: "No", ...details },
        { code: status, message: "No", metadata: details },
      ];
      for (const error of errors) assert.equal(refused(status, error).reason, reason);
      assert.equal(refused(status, errors[0]).retryAt, status === 429 || status === 503 ? now + 9_000 : undefined);
    });

  test("includes the missing capability", () => {
    const capabilityIn = (message: string) => refused(404, { code: 404, message }).capability;
    assert.equal(capabilityIn("No endpoints found that support tool use."), "tools");
    assert.equal(capabilityIn("…that support the provided 'tool_choice' value"), "tool_choice");
    assert.equal(capabilityIn("No endpoints found that support image input"), "image");
  });

  const pages: [status: number, message: string, page: string | undefined][] = [
    [401, "", "keys"],
    [402, "Negative balance", "credits"],
    [403, "Key limit exceeded", "keys"],
    [404, "data policy", "privacy"],
    [404, "No allowed providers", "preferences"],
    [429, "free-models-per-day", "credits"],
    [429, "free-models-per-min", undefined],
    [502, "", undefined],
  ];
  for (const [code, message, page] of pages)
    test(`${code} ${message}: links to ${page ? `the page ${page}` : "no page"}`, () => {
      const link = refused(code, { code, message }).link;
      assert.equal(link, page && `https://openrouter.ai/settings/${page}`);
    });
});

describe("the retry time of a refusal", () => {
  const reset = String(midnight);
  const soon = String(now + 25_000);
  const cases: [
    name: string,
    error: Record<string, unknown>,
    headers: Record<string, string>,
    RouterError["retryAt"],
  ][] = [
    [
      "daily limit: from the body",
      { code: 429, message: "free-models-per-day", metadata: { headers: { "X-RateLimit-Reset": reset } } },
      {},
      midnight,
    ],
    [
      "daily limit: from the headers",
      { code: 429, message: "free-models-per-day" },
      { "X-RateLimit-Reset": reset },
      midnight,
    ],
    ["daily limit: midnight by default", { code: 429, message: "free-models-per-day" }, {}, midnight],
    [
      "daily limit: midnight if the header is invalid",
      { code: 429, message: "free-models-per-day" },
      { "X-RateLimit-Reset": "9e99" },
      midnight,
    ],
    [
      "limit per minute: from the body",
      { code: 429, message: "free-models-per-min", metadata: { headers: { "X-RateLimit-Reset": soon } } },
      {},
      now + 25_000,
    ],
    [
      "limit per minute: from Retry-After",
      { code: 429, message: "free-models-per-min" },
      { "Retry-After": "9" },
      now + 9_000,
    ],
    ["limit per minute: none by default", { code: 429, message: "free-models-per-min" }, {}, undefined],
    [
      "in-flight budget: from Retry-After",
      { code: 402, metadata: { limit_source: "openrouter_in_flight_budget" } },
      { "Retry-After": "2" },
      now + 2_000,
    ],
    [
      "busy model: from Retry-After",
      { code: 429, message: "Provider returned error" },
      { "Retry-After": "9" },
      now + 9_000,
    ],
    [
      "busy model: from the body",
      { code: 429, message: "Provider returned error", metadata: { retry_after: 9 } },
      {},
      now + 9_000,
    ],
    [
      "busy model: from headers in the body",
      { code: 429, message: "Provider returned error", metadata: { headers: { "Retry-After": "9" } } },
      {},
      now + 9_000,
    ],
    [
      "unavailable provider: from Retry-After",
      { code: 503, message: "Overloaded" },
      { "Retry-After": "9" },
      now + 9_000,
    ],
    ["busy model: none by default", { code: 429, message: "Provider returned error" }, {}, undefined],
  ];
  for (const [name, error, headers, retryAt] of cases)
    test(name, () => assert.equal(refused(429, error, headers).retryAt, retryAt));

  test("comes with the number of requests of the limit", () => {
    const limitOf = (limit: string) =>
      refused(429, { code: 429, message: "free-models-per-day" }, { "X-RateLimit-Limit": limit }).limit;
    assert.deepEqual(["50", "1000", "", "-1", "0", "many"].map(limitOf), [
      50,
      1000,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("the text of a refusal", () => {
  const secrets = /sk-or-v1-[0-9a-f]|user_2|hunter2/;
  const raw = "Bearer sk-or-v1-0123456789abcdef of user_2abcDEF was refused";

  test("contains no API key, user id or flagged input", () => {
    const errors = [
      ...[400, 401, 402, 403, 404, 422, 429, 500, 502].map((code) => ({ code, message: raw, metadata: { raw } })),
      { code: 400, message: raw, metadata: { raw: { user_id: "user_2abcDEF", key: "sk-or-v1-0123" } } },
      { code: 403, message: "Flagged", metadata: { flagged_input: "hunter2", reasons: ["hunter2"] } },
      raw,
    ];
    for (const each of errors) {
      const { message, detail, ...rest } = refused(typeof each === "string" ? 500 : each.code, each);
      assert.doesNotMatch(JSON.stringify([message, detail, rest]), secrets);
    }
  });

  test("is a sentence of limited length", () => {
    for (const [, code, , metadata] of rows) {
      const { message, detail = "" } = refused(code, { code, message: "x".repeat(10_000), metadata });
      assert.match(message, /^[A-Z].*\w/);
      assert.ok(message.length < 400 && detail.length <= 2_000);
    }
  });

  test("contains the message and the provider's error", () => {
    assert.equal(refused(429, { code: 429, message: "No", metadata: upstream }).detail, `No\n${upstream.raw}`);
    const raw = { error: { message: "busy" } };
    assert.equal(refused(502, { code: 502, message: "No", metadata: { raw } }).detail, `No\n${JSON.stringify(raw)}`);
  });
});
