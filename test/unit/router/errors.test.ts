import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AttemptError } from "../../../src/router/attemptError";
import { isRouterError, RouterError, toRouterError } from "../../../src/router/errors";
import { networkError } from "../../../src/router/networkError";

const coded = (code: string, message = code) => Object.assign(new Error(message), { code });
const fetchFailed = (cause: unknown) => new TypeError("fetch failed", { cause });

describe("network errors", () => {
  const broken = [
    ...["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "UND_ERR_HEADERS_TIMEOUT", "HPE_INVALID_CHUNK_SIZE"],
    ...["net::ERR_CONNECTION_RESET", "net::ERR_EMPTY_RESPONSE", "net::ERR_HTTP2_PROTOCOL_ERROR", "socket hang up"],
  ];
  for (const code of broken)
    test(`${code} means an interrupted connection`, () => {
      assert.equal(networkError(fetchFailed(coded(code))).reason, "interrupted");
      assert.equal(networkError(coded(code)).reason, "interrupted");
    });

  const unreachable: [code: string, message: RegExp][] = [
    ["ENOTFOUND", /host name could not be resolved/],
    ["EAI_AGAIN", /host name could not be resolved/],
    ["net::ERR_NAME_NOT_RESOLVED", /host name could not be resolved/],
    ["ECONNREFUSED", /refused/],
    ["net::ERR_CONNECTION_REFUSED", /refused/],
    ["ETIMEDOUT", /could not be reached/],
    ["UND_ERR_CONNECT_TIMEOUT", /could not be reached/],
    ["EHOSTUNREACH", /could not be reached/],
    ["net::ERR_INTERNET_DISCONNECTED", /could not be reached/],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", /certificate/],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /certificate/],
    ["net::ERR_CERT_AUTHORITY_INVALID", /certificate/],
    ["CERT_HAS_EXPIRED", /certificate/],
    ["net::ERR_PROXY_CONNECTION_FAILED", /proxy/],
    ["Proxy response (407) !== 200 when HTTP Tunneling", /proxy/],
  ];
  for (const [code, message] of unreachable)
    test(`${code} means offline, with a suggestion`, () => {
      const error = networkError(fetchFailed(coded(code)));
      assert.equal(error.reason, "offline");
      assert.match(error.message, message);
      assert.match(error.message, /Check|installed/);
      assert.match(error.details.detail ?? "", /^fetch failed: /);
    });

  test("a refusing proxy means offline, although undici reports an aborted request", () => {
    const refused = Object.assign(new Error("Proxy response (407) !== 200 when HTTP Tunneling"), {
      code: "UND_ERR_ABORTED",
    });
    assert.equal(networkError(fetchFailed(refused)).reason, "offline");
  });

  test("the relevant cause may be nested or the first of several", () => {
    const several = new AggregateError([coded("ECONNREFUSED"), coded("EHOSTUNREACH")], "");
    assert.match(networkError(fetchFailed(several)).message, /refused/);
    const deep = new Error("a", { cause: new Error("b", { cause: coded("ECONNRESET") }) });
    assert.equal(networkError(deep).reason, "interrupted");
  });

  test("circular causes, empty values and values that are not errors mean offline", () => {
    const circular = new Error("circular");
    circular.cause = circular;
    for (const error of [circular, undefined, null, "text", 5, {}, new AggregateError([])])
      assert.equal(networkError(error).reason, "offline");
  });

  test("an unknown error of an established connection means interrupted", () => {
    assert.equal(networkError(new Error("net::ERR_NETWORK_CHANGED"), true).reason, "interrupted");
  });

  test("come from the network, not from the account or a model", () => {
    for (const code of ["ECONNRESET", "ENOTFOUND"])
      assert.equal(networkError(fetchFailed(coded(code))).details.origin, "network");
  });

  test("an AttemptError is returned unchanged", () => {
    const own = new AttemptError("silent", "Silent.");
    assert.equal(networkError(own), own);
  });
});

describe("a RouterError", () => {
  test("is recognized across bundles", () => {
    const foreign = Object.assign(new Error("Busy."), { name: "RouterError", reason: "rate-limit-model" });
    assert.ok(isRouterError(new RouterError("empty", "Empty.")) && isRouterError(foreign));
    for (const other of [new Error("x"), { name: "RouterError", reason: "x" }, null, "RouterError"])
      assert.equal(isRouterError(other), false);
  });

  test("has a cause only if one is given", () => {
    const cause = new Error("x");
    assert.equal(new RouterError("empty", "Empty.", { cause }).cause, cause);
    assert.equal(Object.hasOwn(new RouterError("empty", "Empty."), "cause"), false);
  });

  test("has the reason, message and details of the AttemptError that it is made from", () => {
    const cause = new Error("x");
    const details = { status: 429, retryAt: 5, limit: 50, detail: "d", complaint: "c", link: "l", model: "v/m" };
    const error = toRouterError(
      new AttemptError("rate-limit-day", "Used up.", { ...details, origin: "account", cause }),
    );
    const { status, retryAt, limit, detail, complaint, link, model } = error;
    assert.deepEqual([error.reason, error.message, error.cause], ["rate-limit-day", "Used up.", cause]);
    assert.deepEqual({ status, retryAt, limit, detail, complaint, link, model }, details);
  });

  test("is returned unchanged", () => {
    const own = new RouterError("silent", "Silent.");
    assert.equal(toRouterError(own), own);
  });

  test("with reason internal wraps any other error", () => {
    const bug = new TypeError("x is not a function");
    const error = toRouterError(bug);
    assert.deepEqual([error.reason, error.cause], ["internal", bug]);
    assert.equal(toRouterError("text").reason, "internal");
  });
});
