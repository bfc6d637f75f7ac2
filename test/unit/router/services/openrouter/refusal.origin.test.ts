import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FailureOrigin } from "../../../../../src/router/attemptError";
import type { FailureReason } from "../../../../../src/router/failureReason";
import { excludedMs, hours, midnight, now, refused } from "./refused";

describe("a 401, 402, 403 or 422 that names a host", () => {
  const signs: [sign: string, message: string, metadata: Record<string, unknown>][] = [
    ["provider_name", "Invalid x-api-key", { provider_name: "Anthropic" }],
    ["raw", "No", { raw: '{"error":"invalid x-api-key"}' }],
    ["raw as an object", "No", { raw: { error: "Insufficient Balance" }, provider_name: null }],
    ["Provider returned error", "Provider returned error", {}],
    ["Upstream error from X", "Upstream error from Nvidia: no", {}],
  ];
  for (const code of [401, 402, 403, 422])
    for (const [sign, message, metadata] of signs)
      test(`${code}, ${sign}: the host rejected it`, () => {
        const error = { code, message, metadata };
        for (const result of [refused(code, error), refused(200, error), refused(200, { ...error, code: `${code}` })]) {
          assert.deepEqual([result.reason, result.details.origin], ["provider-rejected", "provider"]);
          assert.equal(excludedMs(result), code === 422 ? undefined : hours(6));
          assert.deepEqual([result.details.link, result.details.status], [undefined, code]);
          assert.doesNotMatch(result.message, /key|account|credit/);
        }
      });

  for (const code of [401, 402, 403, 422])
    test(`${code} in a chunk: the stream or the chunk named the host`, () => {
      const error = { code, message: "No" };
      const ofStream = refused(200, error, {}, { streamProvider: "Nvidia" });
      const ofChunk = refused(200, error, {}, { body: { error, provider: "Nvidia", choices: [] } });
      for (const { reason, details } of [ofStream, ofChunk])
        assert.deepEqual([reason, details.origin], ["provider-rejected", "provider"]);
    });

  test("concerns the user's key only if it is one that the user stored for that host", () => {
    const message = "Provider returned error";
    const byok = refused(401, { code: 401, message, metadata: { provider_name: "Anthropic", is_byok: true } });
    assert.equal(byok.message, "The model's host refused the provider key that is stored in the account.");
  });
});

describe("a 401, 402, 403 or 422 that names nobody", () => {
  const cases: [status: number, reason: FailureReason, origin: FailureOrigin][] = [
    [401, "unauthorized", "account"],
    [402, "payment-required", "account"],
    [403, "model-refused", "provider"],
    [422, "bad-request", "request"],
  ];
  for (const [code, reason, origin] of cases)
    test(`${code}: ${reason}`, () => {
      const nobody = [{}, { provider_name: null }, { provider_name: "", raw: "" }, { raw: null }, { raw: {} }, null];
      for (const metadata of nobody) {
        const { details, ...error } = refused(code, { code, message: "No", metadata });
        assert.deepEqual([error.reason, details.origin], [reason, origin], JSON.stringify(metadata));
      }
    });

  test("422: with the complaint", () => {
    const { message, details } = refused(422, { code: 422, message: "messages: too short" });
    assert.equal(message, "The service refused the request: messages: too short");
    assert.equal(details.complaint, "messages: too short");
  });
});

describe("metadata that decides whatever host is named", () => {
  const host = { provider_name: "Acme", raw: "no" };
  const cases: [reason: FailureReason, origin: FailureOrigin, status: number, metadata: Record<string, unknown>][] = [
    ["moderated", "provider", 403, { reasons: ["violence"], flagged_input: "…" }],
    ["moderated", "provider", 403, { flagged_input: "…" }],
    ["bad-request", "account", 403, { patterns: ["card"] }],
    ["budget-exceeded", "account", 402, { limit_source: "openrouter_key_limit" }],
    ["budget-exceeded", "account", 403, { limit_source: "openrouter_guardrail_budget" }],
    ["not-free", "provider", 402, { limit_source: "openrouter_in_flight_budget" }],
    ["payment-required", "account", 402, { limit_source: "openrouter_credits" }],
    ["model-refused", "provider", 403, { failed_routing_step: "Gate Endpoints with Attestations" }],
  ];
  for (const [reason, origin, code, metadata] of cases)
    test(`${code} ${JSON.stringify(metadata)}: ${reason}`, () => {
      const { details, ...error } = refused(code, {
        ...{ code, message: "Provider returned error" },
        metadata: { ...host, ...metadata },
      });
      assert.deepEqual([error.reason, details.origin], [reason, origin]);
    });
});

describe("a 402", () => {
  const cases: [reason: FailureReason, message: string, metadata?: Record<string, unknown>][] = [
    ["not-free", "This request requires more credits, or fewer max_tokens. You can only afford 100"],
    ["not-free", "… can only afford 100", { limit_source: "openrouter_credits" }],
    ["not-free", "Prompt tokens limit exceeded: 900 > 100. To increase, visit …"],
    ["not-free", "No", { reason: "weight_exceeds_budget" }],
    ["not-free", "In-flight budget exhausted", { limit_source: "openrouter_in_flight_budget" }],
    ["payment-required", "Insufficient credits. Add more using https://openrouter.ai/settings/credits"],
    ["payment-required", "Insufficient credits. This account never purchased credits. Make sure your key is …"],
    ["payment-required", "No", { limit_source: "openrouter_credits" }],
    ["balance-negative", "Your account has a negative balance."],
    ["balance-negative", "The balance is negative.", { limit_source: "openrouter_credits" }],
    ["budget-exceeded", "No", { limit_source: "openrouter_key_limit" }],
    ["budget-exceeded", "No", { limit_source: "openrouter_workspace_budget" }],
    ["budget-exceeded", "No", { limit_source: "openrouter_team_budget" }],
    ["budget-exceeded", "Key limit exceeded"],
  ];
  for (const [reason, message, metadata] of cases)
    test(`${message} ${JSON.stringify(metadata ?? {})}: ${reason}`, () => {
      const error = { code: 402, message, metadata };
      for (const status of [402, 200]) assert.equal(refused(status, error).reason, reason);
    });

  test("names the budget and when it resets", () => {
    const metadata = { limit_source: "openrouter_workspace_budget", resets_at: new Date(midnight).toISOString() };
    const { message, details } = refused(402, { code: 402, message: "No", metadata });
    assert.deepEqual([message, details.retryAt], ["The budget of the workspace is reached.", midnight]);
    for (const resets_at of [null, "soon", new Date(now - 1).toISOString()])
      assert.equal(refused(402, { code: 402, metadata: { ...metadata, resets_at } }).details.retryAt, undefined);
  });

  test("with a negative balance says so, and links to the credits", () => {
    const { message, details } = refused(402, { code: 402, message: "Negative balance" });
    assert.equal(message, "The account's balance is negative, which blocks free models as well.");
    assert.equal(details.link, "https://openrouter.ai/settings/credits");
  });
});

describe("a 403", () => {
  test("about the address names it", () => {
    const text = "Your IP address is not in the allowlist for this account";
    const { reason, message, details } = refused(403, { code: 403, message: text });
    assert.deepEqual([reason, details.origin, details.complaint], ["bad-request", "account", text]);
    assert.equal(message, "The account accepts no requests from this IP address.");
  });

  test("of a guardrail names it", () => {
    const { reason, message, details } = refused(403, { code: 403, message: "Request blocked: card number" });
    assert.deepEqual([reason, details.origin], ["bad-request", "account"]);
    assert.equal(message, "A guardrail of the account blocked the request. Request blocked: card number");
  });

  test("about the user's age links to the preferences", () => {
    const metadata = {
      missing_attestation_types: ["age_18plus"],
      failed_routing_step: "Gate Endpoints with Attestations",
    };
    const { message, details } = refused(403, { code: 403, message: "requires you to …", metadata });
    assert.match(message, /age/);
    assert.equal(details.link, "https://openrouter.ai/settings/preferences");
  });
});
