import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FailureReason } from "../../../../../src/router/failureReason";
import { excludedMs, hours, now, refused } from "./refused";

type Row = [reason: FailureReason, status: number, message: string, metadata?: Record<string, unknown>];

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
  ["bad-request", 400, "No", { error_type: "invalid_image", provider_name: null }],
  ["provider-rejected", 400, "No", { error_type: "invalid_image", provider_name: "Acme" }],
  ["provider-rejected", 409, "Provider returned error", { provider_name: "Acme" }],
  ["provider-rejected", 412, "Provider returned error", { raw: "no" }],
  ["bad-request", 400, "No", { error_type: "string_too_long" }],
  ["bad-request", 400, "'models' array must have 3 items or fewer."],
  // 401, 402
  ["unauthorized", 401, "User not found."],
  ["unauthorized", 401, "No auth credentials found"],
  ["payment-required", 402, "Insufficient credits", { limit_source: "openrouter_credits" }],
  ["balance-negative", 402, "Your account has a negative balance"],
  [
    "not-free",
    402,
    "This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 100",
  ],
  ["budget-exceeded", 402, "No", { limit_source: "openrouter_key_limit" }],
  // 403
  ["budget-exceeded", 403, "Key limit exceeded (total limit)"],
  ["budget-exceeded", 403, "No", { limit_source: "openrouter_guardrail_budget" }],
  ["budget-exceeded", 403, "No", { limit_source: "openrouter_workspace_budget" }],
  ["moderated", 403, "Input was flagged", { reasons: ["violence"], flagged_input: "…" }],
  ["moderated", 403, "No", { error_type: "content_policy_violation", provider_name: "Acme" }],
  ["bad-request", 403, "No", { patterns: ["x"] }],
  ["bad-request", 403, "Request blocked: it contains a card number"],
  [
    "model-refused",
    403,
    "requires you to complete the following before use: 18+ age confirmation",
    { missing_attestation_types: ["age_18plus"] },
  ],
  ["model-refused", 403, "This model is not available in your region."],
  ["model-refused", 403, "No", { reasons: null, flagged_input: null, patterns: null, limit_source: null }],
  // 404
  ["model-gone", 404, "No endpoints found for x/y:free."],
  [
    "not-free",
    404,
    "This model is unavailable for free. The paid version is available now - use this slug instead: x/y",
  ],
  [
    "not-free",
    404,
    "The free x/y period has ended. To continue using this model, please migrate to the paid slug: x/y",
  ],
  ["not-free", 404, "x/y is no longer available as a free model."],
  ["model-gone", 404, "No endpoints found that support the requested output modalities: text"],
  ["capability-missing", 404, "No endpoints found that support tool use. To learn more …"],
  ["capability-missing", 404, "No endpoints found that support the provided 'tool_choice' value."],
  ["capability-missing", 404, "No endpoints found that support image input"],
  ["capability-missing", 404, "No endpoints found that support input audio"],
  ["capability-missing", 404, "No endpoints found that support structured outputs"],
  ["capability-missing", 404, "No endpoints found that can handle the requested parameters. To learn more …"],
  [
    "data-policy",
    404,
    "No endpoints found matching your data policy (Free model training). Configure: https://openrouter.ai/settings/privacy",
  ],
  ["data-policy", 404, "No endpoints found matching your data policy (Zero data retention)."],
  ["data-policy", 404, "No endpoints available matching your guardrail restrictions and data policy."],
  ["model-refused", 404, "No allowed providers are available for the selected model."],
  ["model-refused", 404, "All providers have been ignored."],
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
    ["free_variant_ended", 404, [], "not-free"],
    ["privacy_restricted", 404, [], "data-policy"],
    ["constraint_filtered", 404, ["data_policy:training"], "data-policy"],
    ["constraint_filtered", 404, ["data_policy:zdr", "max_price"], "data-policy"],
    ["constraint_filtered", 404, ["max_price"], "not-free"],
    ["constraint_filtered", 404, ["context_length"], "context-too-long"],
    ["constraint_filtered", 404, ["quantization"], "model-refused"],
    ["constraint_filtered", 404, ["allowed_providers"], "model-refused"],
    ["constraint_filtered", 404, ["geo"], "model-refused"],
    ["constraint_filtered", 404, ["require_parameters"], "capability-missing"],
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
      assert.equal(
        refused(status, errors[0]).details.retryAt,
        status === 429 || status === 503 ? now + 9_000 : undefined,
      );
    });

  for (const code of ["no_endpoints", "model_unavailable_upstream"])
    test(`availability ${code}, retryable: unavailable until the time in the body`, () => {
      const availability = { code, retryable: true, retry_after: 9 };
      const { reason, details } = refused(404, { code: 404, message: "No endpoints found for x/y.", availability });
      assert.deepEqual([reason, details.retryAt, details.origin], ["unavailable", now + 9_000, "provider"]);
    });

  const pages: [status: number, message: string, page: string | undefined][] = [
    [401, "", "keys"],
    [402, "Negative balance", "credits"],
    [402, "Insufficient credits", "credits"],
    [403, "Key limit exceeded", "keys"],
    [404, "data policy", "privacy"],
    [404, "No allowed providers", "preferences"],
    [429, "free-models-per-day", "credits"],
    [429, "free-models-per-min", undefined],
    [502, "", undefined],
  ];
  for (const [code, message, page] of pages)
    test(`${code} ${message}: links to ${page ? `the page ${page}` : "no page"}`, () => {
      const { link } = refused(code, { code, message }).details;
      assert.equal(link, page && `https://openrouter.ai/settings/${page}`);
    });

  test("has the origin of a size limit: the model and its host, or the service", () => {
    const originOf = (code: number, message: string, metadata = {}) =>
      refused(code, { code, message, metadata }).details.origin;
    assert.equal(originOf(413, "Request too large for model `x`"), "provider");
    assert.equal(originOf(413, "Payload too large"), "request");
    assert.equal(originOf(400, "This endpoint's maximum context length is 32768 tokens."), "provider");
    assert.equal(originOf(400, "prompt is too long"), "request");
    assert.equal(originOf(400, "prompt is too long", { provider_name: "Acme" }), "provider");
  });

  test("has the origin of a server error: the host or the service", () => {
    const originOf = (code: number, metadata = {}) => refused(code, { code, message: "No", metadata }).details.origin;
    for (const code of [408, 500, 502, 503, 504, 529]) {
      assert.equal(originOf(code), "service");
      assert.equal(originOf(code, { provider_name: "Acme" }), "provider");
    }
    assert.equal(originOf(503, { error_type: "provider_overloaded" }), "provider");
  });
});

describe("how long a refused model stays out", () => {
  const cases: [hours: number | undefined, status: number, message: string, metadata?: object][] = [
    [6, 400, "x/y is not a valid model ID"],
    [6, 404, "No endpoints found for x/y:free."],
    [24, 404, "This model is unavailable for free. The paid version is available now - use this slug instead: x/y"],
    [24, 404, "The free x/y period has ended. To continue using this model, please migrate to the paid slug: x/y"],
    [24, 402, "This request requires more credits, or fewer max_tokens … can only afford 100"],
    [24, 402, "Prompt tokens limit exceeded: 900 > 100"],
    [6, 402, "Insufficient credits"],
    [24, 403, "This model is not available in your region."],
    [24, 403, "x/y is only available on agentic harnesses. Try plugging it into a coding agent"],
    [24, 403, "18+ age confirmation", { missing_attestation_types: ["age_18plus"] }],
    [1, 403, "Forbidden"],
    [1, 404, "No allowed providers are available for the selected model."],
    [6, 401, "Provider returned error", { provider_name: "Acme" }],
    [6, 402, "Provider returned error", { provider_name: "Acme" }],
    [6, 403, "Provider returned error", { provider_name: "Acme" }],
    [undefined, 422, "Provider returned error", { provider_name: "Acme" }],
    [undefined, 400, "Provider returned error", { provider_name: "Acme" }],
    [undefined, 401, "User not found."],
    [undefined, 429, "Provider returned error"],
    [undefined, 503, "Overloaded"],
  ];
  for (const [count, code, message, metadata] of cases)
    test(`${code} ${message.slice(0, 50)}: ${count ?? "no"} hours`, () => {
      assert.equal(
        excludedMs(refused(code, { code, message, metadata })),
        count === undefined ? undefined : hours(count),
      );
    });
});

describe("a refusal about a capability", () => {
  const cases: [capability: string | undefined, status: number, message: string, metadata?: object][] = [
    ["tools", 404, 'No endpoints found that support tool use. Try disabling "browser".'],
    ["tool_choice", 404, "No endpoints found that support the provided 'tool_choice' value"],
    ["image", 404, "No endpoints found that support image input"],
    ["audio", 404, "No endpoints found that support input audio"],
    ["response_format", 404, "No endpoints found that support response_format"],
    ["response_format", 404, "No endpoints found that support JSON mode"],
    ["structured_outputs", 404, "No endpoints found that support structured outputs"],
    ["structured_outputs", 404, "No endpoints found that support response_format json_schema"],
    [undefined, 404, "No endpoints found that can handle the requested parameters."],
    ["response_format", 400, "response_format is not supported by this model"],
    ["response_format", 400, "Provider returned error", { raw: "This response_format type is unavailable now" }],
    ["response_format", 422, "response_format of type json_object is not supported"],
    [
      "structured_outputs",
      400,
      "Provider returned error",
      { raw: "response_format.type json_schema is not supported" },
    ],
    ["structured_outputs", 400, "This model does not support structured outputs"],
    ["tools", 400, "Provider returned error", { provider_name: "A", raw: "This model does not support tools" }],
    ["tools", 404, "No endpoints found.", { failed_routing_step: "Filter by Tool Compatibility" }],
    ["tool_choice", 404, "No 'tool_choice'", { failed_routing_step: "Filter by Tool Compatibility" }],
    ["image", 404, "No endpoints found.", { failed_routing_step: "Filter by Image Support" }],
    [undefined, 404, "No endpoints found.", { failed_routing_step: "Filter by Parameters" }],
    ["response_format", 404, "No response_format.", { failed_routing_step: "Filter by Parameters" }],
  ];
  for (const [capability, code, message, metadata] of cases)
    test(`${code} ${message} ${JSON.stringify(metadata ?? {})}: ${capability}`, () => {
      const { reason, details } = refused(code, { code, message, metadata });
      assert.deepEqual([reason, details.capability], ["capability-missing", capability]);
    });

  test("is not any refusal that mentions one", () => {
    for (const raw of ["tools[0].function.parameters: oneOf is not supported", "logprobs is not supported with tools"])
      assert.equal(refused(400, { code: 400, message: raw, metadata: { raw } }).reason, "provider-rejected");
  });
});

describe("a refusal about a field that the request can be sent without", () => {
  const encrypted = { failed_routing_step: "Filter by Encrypted Payload Endpoint" };
  const host = { provider_name: "Anthropic" };
  const cases: [field: string, status: number, message: string, metadata?: object][] = [
    ["reasoning", 400, "Reasoning is mandatory for this endpoint and cannot be disabled.", { provider_name: null }],
    ["reasoning_details", 400, "Provider returned error", { ...host, raw: "Invalid `signature` in `thinking` block" }],
    ["reasoning_details", 403, "Provider returned error", { ...host, raw: "Invalid `signature` in `thinking` block" }],
    ["reasoning_details", 400, "Corrupted thought signature"],
    ["reasoning_details", 400, "Your request contains encrypted reasoning … from multiple providers."],
    ["reasoning_details", 400, "No", encrypted],
    ["reasoning_details", 403, "This model is not available in your region.", encrypted],
    ["plugins", 400, "plugins.0.id: Invalid discriminator value"],
    ["plugins", 422, "Extra inputs are not permitted: plugins"],
  ];
  for (const [field, code, message, metadata] of cases)
    test(`${code} ${message}: ${field}`, () => {
      const { reason, details, message: text } = refused(code, { code, message, metadata });
      assert.deepEqual([reason, details.field, details.excludeMs], ["parameter-refused", field, undefined]);
      assert.match(text, /^The .*\.$/);
    });
});

describe("a refusal that names a routing step", () => {
  const cases: [reason: FailureReason, status: number, step: string, excludeHours?: number][] = [
    ["capability-missing", 404, "Filter by Tool Compatibility"],
    ["model-gone", 404, "Filter by Model Output Modalities", 6],
    ["capability-missing", 404, "Filter by Quantization"],
    ["data-policy", 404, "Filter by Data Policy", 24],
    ["data-policy", 404, "Filter by Guardrails", 24],
    ["model-refused", 404, "Filter by Allowed Providers", 1],
    ["model-refused", 404, "Filter by Ignored Providers", 1],
    ["model-refused", 404, "Filter by Fallback", 1],
    ["model-refused", 403, "Gate Endpoints with Attestations", 24],
    ["model-refused", 403, "Gate Endpoints with Geo Restrictions", 24],
    ["model-refused", 403, "Gate Free Endpoints by Agentic Harness", 24],
    ["model-refused", 403, "Gate by Moon Phase", 1],
    ["model-refused", 404, "Filter by Moon Phase", 1],
    ["model-refused", 400, "Filter by Moon Phase", 1],
  ];
  for (const [reason, code, failed_routing_step, excludeHours] of cases)
    test(`${code} ${failed_routing_step}: ${reason}`, () => {
      const error = { code, message: "No", metadata: { failed_routing_step, routing_funnel: [] } };
      for (const status of [code, 200]) {
        const result = refused(status, error);
        assert.equal(result.reason, reason);
        assert.equal(excludedMs(result), excludeHours && hours(excludeHours));
      }
    });

  test("prefers the text about the model to an unknown step", () => {
    const metadata = { failed_routing_step: "Filter by Moon Phase" };
    assert.equal(refused(404, { message: "No endpoints found for x/y.", metadata }).reason, "model-gone");
  });

  test("is read before the name of a host", () => {
    const metadata = {
      failed_routing_step: "Gate Free Endpoints by Agentic Harness",
      provider_name: "Acme",
      raw: "no",
    };
    const error = refused(403, { code: 403, message: "Provider returned error", metadata });
    assert.deepEqual(
      [error.reason, error.message],
      ["model-refused", "The model is offered only to apps that the service lists."],
    );
  });
});

describe("a refusal because of privacy", () => {
  const message = "0 endpoints out of 2 requested are available matching your guardrail restrictions and data policy.";
  const because = (...reasons: string[]) => ({
    ineligibility_reasons: reasons.map((reason) => ({
      ...{ reason, endpoint_count: 1, configure_url: "https://openrouter.ai/workspaces/default/guardrails" },
    })),
  });
  const privacyError = (dataCollection?: "allow" | "deny", metadata: object = {}) =>
    refused(404, { code: 404, message, metadata }, {}, { dataCollection });

  test("names the account's settings and links to their page", () => {
    for (const error of [privacyError(), privacyError("allow")]) {
      assert.equal(error.reason, "data-policy");
      assert.match(error.message, /account's privacy settings/);
      assert.equal(error.details.link, "https://openrouter.ai/settings/privacy");
    }
  });

  test("names the setting of the request if that is `deny`, without a link", () => {
    const restricted = { code: 404, message: "No", availability: { code: "privacy_restricted" } };
    const errors = [
      privacyError("deny"),
      privacyError("deny", because("data-collection-violation-by-request")),
      refused(404, restricted, {}, { dataCollection: "deny" }),
      refused(
        404,
        { message: "No", metadata: { failed_routing_step: "Filter by Data Policy" } },
        {},
        {
          dataCollection: "deny",
        },
      ),
    ];
    for (const error of errors) {
      assert.deepEqual([error.reason, error.details.link], ["data-policy", undefined]);
      assert.match(error.message, /setting Data Collection is "deny".*"allow"/);
      assert.doesNotMatch(error.message, /account/);
    }
  });

  test("links to the page that the service names", () => {
    const error = privacyError("deny", because("model-ignored-by-guardrail"));
    assert.match(error.message, /guardrail of the account/);
    assert.equal(error.details.link, "https://openrouter.ai/workspaces/default/guardrails");
    const foreign = {
      ineligibility_reasons: [{ reason: "x", configure_url: "https://openrouter.ai.evil.test/" }, null],
    };
    assert.equal(privacyError("allow", foreign).details.link, "https://openrouter.ai/settings/privacy");
  });
});
