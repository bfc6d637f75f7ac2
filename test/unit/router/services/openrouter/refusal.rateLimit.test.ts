import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FailureReason } from "../../../../../src/router/failureReason";
import { midnight, now, refused } from "./refused";

const upstream = {
  provider_name: "Google AI Studio",
  raw: "v/m:free is temporarily rate-limited upstream. Quota per day.",
};
const trio = (limit: string, reset?: number | string, remaining = "0"): Record<string, string> => ({
  "X-RateLimit-Limit": limit,
  "X-RateLimit-Remaining": remaining,
  ...(reset !== undefined && { "X-RateLimit-Reset": String(reset) }),
});

describe("the reason for a 429", () => {
  const rows: [reason: FailureReason, message: string, metadata?: Record<string, unknown>][] = [
    // the limit's name
    ["rate-limit-day", "No", { limit_source: "openrouter_free_tier_daily" }],
    ["rate-limit-minute", "No", { limit_source: "openrouter_free_tier_per_minute" }],
    ["rate-limit-model", "No", { limit_source: "upstream_provider_shared_pool" }],
    // the message, also with the name of a host (March 2025)
    [
      "rate-limit-day",
      "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day",
    ],
    ["rate-limit-day", "Rate limit exceeded: free-models-per-day-high-balance. "],
    ["rate-limit-day", "Rate limit exceeded: free-models-per-day", { provider_name: "Google AI Studio" }],
    ["rate-limit-minute", "Rate limit exceeded: free-models-per-min. "],
    // a host
    ["rate-limit-model", "Provider returned error", upstream],
    ["rate-limit-model", "Provider returned error", { ...upstream, provider_error_code: "insufficient_quota" }],
    ["rate-limit-model", "Provider returned error"],
    ["rate-limit-model", "Upstream error from Nvidia: Worker local total request limit reached (33/32)"],
    ["rate-limit-model", "No", { provider_name: "Acme", headers: trio("50", midnight) }],
    // the service's own headers
    ["rate-limit-day", "Rate limit exceeded", { headers: trio("50", midnight) }],
    ["rate-limit-day", "Rate limit exceeded", { headers: trio("1000", midnight / 1_000) }],
    ["rate-limit-day", "Rate limit exceeded", { headers: trio("200", midnight) }],
    ["rate-limit-minute", "Rate limit exceeded", { headers: trio("20", now + 60_000) }],
    ["rate-limit-minute", "Rate limit exceeded", { headers: trio("100", now + 90_000) }],
    ["rate-limit-minute", "Rate limit exceeded", { headers: trio("16") }],
    ["rate-limit-day", "Rate limit exceeded", { headers: trio("50") }],
    ["rate-limit-day", "Rate limit exceeded", { headers: trio("1000", now - 1) }],
    ["rate-limit-minute", "Rate limit exceeded", { headers: { ...trio("20"), "X-RateLimit-Reset": null } }],
    // no proof
    ["rate-limit-unknown", "Rate limit exceeded"],
    ["rate-limit-unknown", "Rate limit exceeded", { error_type: "rate_limit_exceeded", provider_name: null }],
    ["rate-limit-unknown", "Rate limit exceeded", { headers: { "X-RateLimit-Limit": "50" } }],
    ["rate-limit-unknown", "Rate limit exceeded", { headers: trio("100") }],
    ["rate-limit-unknown", "Rate limit exceeded", { headers: trio("60", now + 3_600_000) }],
    ["rate-limit-unknown", "Rate limit exceeded", { headers: trio("1000", midnight, "1") }],
    ["rate-limit-unknown", "Rate limit exceeded", { headers: trio("1000", midnight, "-1") }],
    ["rate-limit-unknown", "Rate limit exceeded", { headers: trio("0", midnight) }],
    ["rate-limit-unknown", "Rate limit exceeded", { headers: trio("-1", midnight) }],
    ["rate-limit-unknown", "Rate limit exceeded", { headers: trio("20, 20;w=60", midnight) }],
    ["rate-limit-unknown", "Quota per day exceeded, insufficient_quota"],
  ];
  for (const [reason, message, metadata] of rows)
    test(`${message.slice(0, 50)} ${JSON.stringify(metadata ?? {})}: ${reason}`, () => {
      const error = { code: 429, message, metadata };
      assert.equal(refused(429, error).reason, reason);
      assert.equal(refused(200, error).reason, reason, "code in a body with status 200");
      assert.equal(refused(429, { message, metadata }).reason, reason, "status without a code");
    });

  test("an error chunk of a stream that named a host: the host's", () => {
    const error = { code: 429, message: "Rate limit exceeded" };
    assert.equal(refused(200, error, {}, { streamProvider: "Nvidia" }).reason, "rate-limit-model");
    assert.equal(refused(200, error, {}, { body: { error, provider: "Nvidia" } }).reason, "rate-limit-model");
    const day = { ...error, message: "Rate limit exceeded: free-models-per-day" };
    assert.equal(refused(200, day, {}, { streamProvider: "Nvidia" }).reason, "rate-limit-day");
  });

  test("the headers of the response explain it, but not those of a success", () => {
    const error = { code: 429, message: "Rate limit exceeded" };
    const headers = trio("1000", midnight);
    assert.equal(refused(429, error, headers).reason, "rate-limit-day");
    assert.equal(refused(200, error, headers).reason, "rate-limit-unknown");
    assert.equal(refused(429, "", headers).reason, "rate-limit-day", "a body that did not arrive");
    assert.equal(refused(429, '{"error":{"mes', headers).reason, "rate-limit-day");
    assert.equal(refused(429, "error code: 1015", headers).reason, "rate-limit-unknown", "a proxy's page");
  });

  const others: [style: string, headers: Record<string, string>, restMs: number | undefined][] = [
    [
      "OpenAI",
      {
        ...{ "x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "0" },
        ...{ "x-ratelimit-reset-requests": "120ms", "x-ratelimit-reset-tokens": "6m0s" },
      },
      120,
    ],
    [
      "Groq, requests per day",
      {
        ...{ "x-ratelimit-limit-requests": "1000", "x-ratelimit-remaining-requests": "0" },
        "x-ratelimit-reset-requests": "11h59m0s",
      },
      300_000,
    ],
    [
      "Groq, tokens per minute",
      {
        ...{ "x-ratelimit-remaining-requests": "14", "x-ratelimit-reset-requests": "2h0m0s" },
        ...{ "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "2m59.5s" },
      },
      179_500,
    ],
    ["Mistral", { "x-ratelimit-limit-tokens-minute": "50", "x-ratelimit-remaining-req-minute": "0" }, undefined],
    ["IETF", { "RateLimit-Limit": "50", "RateLimit-Remaining": "0", "RateLimit-Reset": "30" }, 30_000],
    ["IETF, without a limit that is reached", { "RateLimit-Remaining": "9", "RateLimit-Reset": "30" }, undefined],
  ];
  for (const [style, headers, restMs] of others)
    test(`headers in the style of ${style} are never the account's day`, () => {
      for (const error of [
        refused(429, { code: 429, message: "Rate limit exceeded" }, headers),
        refused(429, { code: 429, message: "Rate limit exceeded", metadata: { headers } }),
      ]) {
        assert.equal(error.reason, "rate-limit-unknown");
        assert.equal(error.details.retryAt, restMs === undefined ? undefined : now + restMs);
      }
    });
});

describe("the retry time of a refusal", () => {
  const reset = String(midnight);
  const soon = String(now + 25_000);
  const day = { code: 429, message: "free-models-per-day" };
  const minute = { code: 429, message: "free-models-per-min" };
  const busy = { code: 429, message: "Provider returned error" };
  const cases: [
    name: string,
    error: Record<string, unknown>,
    headers: Record<string, string>,
    retryAt: number | undefined,
  ][] = [
    ["day: from the body", { ...day, metadata: { headers: { "X-RateLimit-Reset": reset } } }, {}, midnight],
    ["day: from the headers", day, { "X-RateLimit-Reset": reset }, midnight],
    ["day: midnight by default", day, {}, midnight],
    ["day: midnight if the header is invalid", day, { "X-RateLimit-Reset": "9e99" }, midnight],
    ["day: midnight if the reset is past", day, { "X-RateLimit-Reset": String(now - 1) }, midnight],
    ["day: midnight if the reset is tomorrow's", day, { "X-RateLimit-Reset": String(midnight + 86_400_000) }, midnight],
    ["minute: from the body", { ...minute, metadata: { headers: { "X-RateLimit-Reset": soon } } }, {}, now + 25_000],
    ["minute: from Retry-After", minute, { "Retry-After": "9" }, now + 9_000],
    ["minute: none by default", minute, {}, undefined],
    ["busy model: from Retry-After", busy, { "Retry-After": "9" }, now + 9_000],
    ["busy model: five minutes at most", busy, { "Retry-After": "9000" }, now + 300_000],
    ["busy model: from the body", { ...busy, metadata: { retry_after: 9 } }, {}, now + 9_000],
    [
      "busy model: from headers in the body",
      { ...busy, metadata: { headers: { "Retry-After": "9" } } },
      {},
      now + 9_000,
    ],
    ["busy model: none by default", busy, {}, undefined],
    ["unavailable host: from Retry-After", { code: 503, message: "Overloaded" }, { "Retry-After": "9" }, now + 9_000],
  ];
  for (const [name, error, headers, retryAt] of cases)
    test(name, () => assert.equal(refused(429, error, headers).details.retryAt, retryAt));

  test("comes with the number of requests of the limit", () => {
    const limitOf = (limit: string) =>
      refused(429, { code: 429, message: "free-models-per-day" }, { "X-RateLimit-Limit": limit }).details.limit;
    const nothing = undefined;
    assert.deepEqual(["50", "1000", "", "-1", "0", "many"].map(limitOf), [
      50,
      1000,
      nothing,
      nothing,
      nothing,
      nothing,
    ]);
  });
});
