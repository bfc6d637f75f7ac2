import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  toRouterError,
  isRouterError,
  networkError,
  RouterError,
  type AttemptFailure,
} from "../../../src/router/errors";
import { exhaustedError, finalError } from "../../../src/router/finalError";
import { isFailureReason, failurePolicy } from "../../../src/router/failurePolicy";

const coded = (code: string, message = code) => Object.assign(new Error(message), { code });
const fetchFailed = (cause: unknown) => new TypeError("fetch failed", { cause });

describe("what a rejected fetch means", () => {
  const broken = [
    ...["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "UND_ERR_HEADERS_TIMEOUT", "HPE_INVALID_CHUNK_SIZE"],
    ...["net::ERR_CONNECTION_RESET", "net::ERR_EMPTY_RESPONSE", "net::ERR_HTTP2_PROTOCOL_ERROR", "socket hang up"],
  ];
  for (const code of broken)
    test(`${code}: the connection broke, another model is a fair try`, () => {
      assert.equal(networkError(fetchFailed(coded(code))).reason, "interrupted");
      assert.equal(networkError(coded(code)).reason, "interrupted");
    });

  const unreachable: [code: string, told: RegExp][] = [
    ["ENOTFOUND", /name could not be found/],
    ["EAI_AGAIN", /name could not be found/],
    ["net::ERR_NAME_NOT_RESOLVED", /name could not be found/],
    ["ECONNREFUSED", /refused/],
    ["net::ERR_CONNECTION_REFUSED", /refused/],
    ["ETIMEDOUT", /cannot be reached/],
    ["UND_ERR_CONNECT_TIMEOUT", /cannot be reached/],
    ["EHOSTUNREACH", /cannot be reached/],
    ["net::ERR_INTERNET_DISCONNECTED", /cannot be reached/],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", /certificate/],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /certificate/],
    ["net::ERR_CERT_AUTHORITY_INVALID", /certificate/],
    ["CERT_HAS_EXPIRED", /certificate/],
    ["net::ERR_PROXY_CONNECTION_FAILED", /proxy/],
    ["Proxy response (407) !== 200 when HTTP Tunneling", /proxy/],
  ];
  for (const [code, told] of unreachable)
    test(`${code}: nobody was reached`, () => {
      const error = networkError(fetchFailed(coded(code)));
      assert.equal(error.reason, "offline");
      assert.match(error.message, told);
      assert.match(error.message, /Check|installed/, "and what to do");
      assert.match(error.detail ?? "", /^fetch failed: /);
    });

  test("a proxy's refusal is nobody's broken answer, although undici calls it an aborted request", () => {
    const refused = Object.assign(new Error("Proxy response (407) !== 200 when HTTP Tunneling"), {
      code: "UND_ERR_ABORTED",
    });
    assert.equal(networkError(fetchFailed(refused)).reason, "offline");
  });

  test("the cause may lie deep, or be the first of several", () => {
    const several = new AggregateError([coded("ECONNREFUSED"), coded("EHOSTUNREACH")], "");
    assert.match(networkError(fetchFailed(several)).message, /refused/);
    const deep = new Error("a", { cause: new Error("b", { cause: coded("ECONNRESET") }) });
    assert.equal(networkError(deep).reason, "interrupted");
  });

  test("it may be a circle, nothing, or no error at all", () => {
    const circle = new Error("round");
    circle.cause = circle;
    for (const odd of [circle, undefined, null, "text", 5, {}, new AggregateError([])])
      assert.equal(networkError(odd).reason, "offline");
  });

  test("of a connection that stood, that it broke", () => {
    assert.equal(networkError(new Error("net::ERR_NETWORK_CHANGED"), true).reason, "interrupted");
  });

  test("our own errors are left as they are", () => {
    const own = new RouterError("silent", "Silent.");
    assert.equal(networkError(own), own);
    assert.equal(toRouterError(own), own);
  });
});

describe("an error of the router", () => {
  test("is known as one, also from another bundle", () => {
    const foreign = Object.assign(new Error("Busy."), { name: "RouterError", reason: "rate-limit-model" });
    assert.ok(isRouterError(new RouterError("empty", "Empty.")) && isRouterError(foreign));
    for (const other of [new Error("x"), { name: "RouterError", reason: "x" }, null, "RouterError"])
      assert.equal(isRouterError(other), false);
  });

  test("keeps its cause, and has none where there is none", () => {
    const cause = new Error("x");
    assert.equal(new RouterError("empty", "Empty.", { cause }).cause, cause);
    assert.equal(Object.hasOwn(new RouterError("empty", "Empty."), "cause"), false);
  });

  test("is what anything else becomes", () => {
    const bug = new TypeError("x is not a function");
    const error = toRouterError(bug);
    assert.deepEqual([error.reason, error.cause], ["internal", bug]);
    assert.equal(toRouterError("text").reason, "internal");
  });
});

describe("the end of a completion", () => {
  const failure = (attempt: number, reason: AttemptFailure["reason"]): AttemptFailure => ({
    ...{ attempt, model: `m${attempt}`, reason },
    message: `It is ${reason}.`,
  });

  test("that ends at once keeps its own reason, and all that was tried", () => {
    const attempts = [failure(1, "silent"), failure(2, "unauthorized")];
    const error = new RouterError("unauthorized", "No.", { status: 401, link: "https://x", retryAt: 5, detail: "d" });
    const { reason, message, status, link, retryAt, detail, model } = finalError(error, attempts);
    assert.deepEqual(
      [reason, message, status, link, retryAt, detail, model],
      ["unauthorized", "No.", 401, "https://x", 5, "d", "m2"],
    );
    assert.deepEqual(finalError(error, attempts, "Otherwise.").message, "Otherwise.");
    assert.deepEqual(finalError(error, attempts).attempts, attempts);
  });

  test("that has tried everything tells how all of them ended", () => {
    const attempts = [failure(1, "rate-limit-model"), failure(2, "silent"), failure(3, "rate-limit-model")];
    const last = new RouterError("rate-limit-model", "The model is busy.");
    const error = exhaustedError(last, attempts, 99);
    assert.equal(error.message, "3 attempts failed: 2 busy, 1 silent. The model is busy.");
    assert.deepEqual([error.reason, error.model, error.retryAt], ["rate-limit-model", "m3", 99]);
    assert.equal(exhaustedError(last, attempts.slice(0, 1)).message, "The model is busy.", "one is no list");
    assert.equal(exhaustedError(undefined, []).reason, "no-candidate");
  });
});

describe("the verdicts", () => {
  const rows = Object.entries(failurePolicy);

  test("say for each reason what follows, in a word of their own language", () => {
    for (const [reason, { label, maxPerCompletion, cooldownSeconds }] of rows) {
      assert.match(label, /^[a-z ]+$/, reason);
      assert.ok((maxPerCompletion ?? 1) > 0 && (cooldownSeconds ?? 1) > 0, reason);
    }
  });

  test("never ask the same again for ever", () => {
    for (const [reason, { next, maxPerCompletion }] of rows)
      if (next === "retry" || next === "wait")
        assert.ok(maxPerCompletion !== undefined && maxPerCompletion < 5, reason);
  });

  test("let no model rest for what the account, the network or the request did", () => {
    const innocent = rows.filter(([, { next }]) => next !== "failover");
    for (const [reason, { cooldownSeconds, excludeAs }] of innocent)
      assert.deepEqual([cooldownSeconds, excludeAs], [undefined, undefined], reason);
  });

  test("know their own words only", () => {
    assert.ok(isFailureReason("empty"));
    for (const word of ["", "tired", "constructor", "__proto__", "toString"])
      assert.equal(isFailureReason(word), false);
  });
});
