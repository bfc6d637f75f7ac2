import assert from "node:assert/strict";
import { test } from "node:test";
import { readLimitHeaders } from "../../../../src/router/services/limitHeaders";

const names = { requestsPerDay: "requests", tokensPerMinute: "tokens" };

test("Groq's headers are read, durations in Go's style included", () => {
  const headers = new Headers({
    ...{ "x-ratelimit-limit-requests": "14400", "x-ratelimit-remaining-requests": "14399" },
    ...{ "x-ratelimit-reset-requests": "2m59.56s", "x-ratelimit-limit-tokens": "6000" },
    ...{ "x-ratelimit-remaining-tokens": "5963", "x-ratelimit-reset-tokens": "370ms" },
  });
  assert.deepEqual(readLimitHeaders(headers, names), {
    requestsPerDay: { limit: 14_400, remaining: 14_399, resetsInMs: 179_560 },
    tokensPerMinute: { limit: 6_000, remaining: 5_963, resetsInMs: 370 },
  });
});

test("headers without figures report nothing", () => {
  const headers = new Headers({ "x-ratelimit-remaining-tokens": "many", "x-ratelimit-limit-requests": "" });
  assert.deepEqual(readLimitHeaders(headers, names), {});
});
