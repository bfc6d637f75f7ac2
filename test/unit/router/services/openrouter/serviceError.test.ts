import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FailureReason } from "../../../../../src/router/failureReason";
import { refusalError } from "../../../../../src/router/services/openrouter/refusal";
import { hasError } from "../../../../../src/router/errorObject";
import { readChain } from "../../../../../src/router/services/openrouter/serviceError";
import { now, refused } from "./refused";

describe("an error with status 200 and a textual or missing code", () => {
  const cases: [error: unknown, reason: FailureReason][] = [
    [{ code: "server_error", message: "Provider disconnected" }, "server-error"],
    [{ code: "rate_limit_exceeded", message: "Slow down" }, "rate-limit-unknown"],
    [{ code: null, message: "Down", metadata: { error_type: "provider_unavailable" } }, "unavailable"],
    [{ message: "Down", error_type: "provider_overloaded" }, "unavailable"],
    [{ message: "Slow", type: "timeout" }, "timeout"],
    [{ message: "No", type: "invalid_prompt" }, "bad-request"],
    [{ message: "No", type: "authentication" }, "unauthorized"],
    [{ message: "Oops", type: "server_error" }, "server-error"],
    [{ message: "Oops", type: "engine_overloaded_error", code: "engine_overloaded" }, "server-error"],
    [{ message: "Oops", type: "constructor" }, "server-error"],
    [{ code: 0, message: "Oops" }, "server-error"],
    [{ code: 200, message: "Oops" }, "server-error"],
    [{ code: 1e9, message: "Oops" }, "server-error"],
    [{ code: NaN, message: {} }, "server-error"],
    [{}, "server-error"],
    [{ message: null, metadata: [], code: [] }, "server-error"],
  ];
  for (const [error, reason] of cases)
    test(`${JSON.stringify(error)}: ${reason}`, () => assert.equal(refused(200, error).reason, reason));

  test("is accepted as a plain string", () => {
    const error = refusalError({ status: 200, body: { error: "Something broke" }, headers: new Headers(), now });
    assert.deepEqual([error.reason, error.details.detail], ["server-error", "Something broke"]);
  });
});

test("a provider's error may be nested too deeply for recursion", () => {
  const a: unknown = JSON.parse("[".repeat(50_000) + "]".repeat(50_000));
  const error = { code: 400, message: "Provider returned error", metadata: { provider_name: "Host", raw: { a } } };
  assert.equal(refused(400, error).reason, "provider-rejected");
});

describe("a body that is not JSON", () => {
  const page = "<!DOCTYPE html><title>Sign in</title>";
  const cases: [reason: FailureReason, status: number, text: string][] = [
    ["web-page", 200, page],
    ["web-page", 200, "\n <html><body>"],
    ["malformed", 200, "upstream"],
    ["malformed", 204, ""],
    ["web-page", 511, page],
    ["offline", 302, ""],
    ["offline", 407, page],
    ["unauthorized", 401, ""],
    ["payment-required", 402, ""],
    ["model-refused", 403, page],
    ["bad-request", 404, "Not Found"],
    ["bad-request", 405, ""],
    ["timeout", 408, ""],
    ["too-large", 413, page],
    ["rate-limit-unknown", 429, "error code: 1015"],
    ["server-error", 500, ""],
    ["unavailable", 502, page],
    ["unavailable", 520, ""],
    ["timeout", 524, page],
  ];
  for (const [reason, status, text] of cases)
    test(`${status} ${text}: ${reason}`, () => {
      const error = refused(status, text);
      assert.deepEqual([error.reason, error.details.status, error.details.detail], [reason, status, text]);
    });
});

describe("the details of an error", () => {
  test("include the models that were tried before", () => {
    const attempts = [{ provider: "A", model: "a", status: 429 }, { model: 5 }, null, { model: "b", status: 502 }];
    const previous_errors = [
      { provider: "A", code: 429, status: 429 },
      { provider: "A", code: "rate_limit_exceeded", status: 429 },
      { provider: "A", code: "engine_overloaded", status: 503 },
      { code: 402, message: "Insufficient Balance", raw: "…" },
      { code: "429" },
      { status: 503 },
      { code: {} },
      null,
    ];
    const body = {
      error: { code: 502, message: "No", metadata: { previous_errors } },
      openrouter_metadata: { attempts },
    };
    const error = refusalError({ status: 502, body, headers: new Headers(), now });
    assert.deepEqual(error.details.chain, [
      { model: "a", status: 429 },
      { model: "b", status: 502 },
    ]);
    assert.deepEqual(error.details.previousStatuses, [429, 429, 503, 402, 429, 503, 0, 0]);
    for (const invalid of [undefined, null, {}, { attempts: {} }, "x"]) assert.equal(readChain(invalid), undefined);
  });

  test("include the model at the start of the host's text", () => {
    const modelIn = (raw: unknown) => refused(429, { code: 429, message: "No", metadata: { raw } }).details.model;
    assert.equal(modelIn("v/m:free is temporarily rate-limited upstream. Please retry"), "v/m:free");
    assert.equal(modelIn("`v/m-2.5:free` is temporarily rate-limited upstream."), "v/m-2.5:free");
    for (const raw of ["Try v/m:free is busy", "text/plain expected", "https://x/y is down", "busy", { a: 1 }, null])
      assert.equal(modelIn(raw), undefined, JSON.stringify(raw));
  });

  test("are found in any of the known places", () => {
    const withError = [{ error: {} }, { error: "x" }, { choices: [{ error: {} }] }, { choices: [{}, { error: "x" }] }];
    const withoutError = [
      {},
      { error: null },
      { error: "" },
      { error: false },
      { choices: [] },
      { choices: [null] },
      null,
      [],
      "error",
    ];
    for (const body of withError) assert.equal(hasError(body), true, JSON.stringify(body));
    for (const body of withoutError) assert.equal(hasError(body), false, JSON.stringify(body));
  });
});

describe("the origin of a body that is not JSON", () => {
  const page = "<html>Blocked</html>";
  const cases: [origin: string, status: number, text: string][] = [
    ["network", 200, page],
    ["network", 302, ""],
    ["network", 403, page],
    ["provider", 403, "no"],
    ["network", 404, "Not Found"],
    ["network", 407, page],
    ["network", 511, page],
    ["account", 401, ""],
    ["service", 429, "error code: 1015"],
    ["service", 502, page],
  ];
  for (const [origin, status, text] of cases)
    test(`${status} ${text}: ${origin}`, () => assert.equal(refused(status, text).details.origin, origin));
});
