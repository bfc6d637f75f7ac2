import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";
import { once } from "node:events";
import { describe, test } from "node:test";
import type { ConnectionFix } from "../../../src/connect/connectionFinding";
import { testConnection, type ConnectionTestDependencies } from "../../../src/connect/connectionTest";
import { account, defaultSettings } from "../../../src/router/index";
import { Agent, fetch as undiciFetch, ProxyAgent } from "undici";
import { authorityFile, startProxy, startTlsFront } from "../../support/companyNetwork";
import { isFree, snapshotRows, startOpenRouter } from "../../support/openRouter";
import { logLines } from "../../support/logLines";

const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;
const ca = readFileSync(authorityFile, "utf8");

/** undici's fetch with a dispatcher. It fails with the same error texts as in the extension. */
function fetchThrough(dispatcher: Agent | ProxyAgent): { fetch: typeof fetch } & AsyncDisposable {
  return {
    fetch: ((input: string, init?: RequestInit) =>
      undiciFetch(input, { ...(init as object), dispatcher })) as unknown as typeof fetch,
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

interface TestCase {
  baseUrl: string;
  fetch?: typeof fetch;
  otherFetch?: typeof fetch;
  proxy?: string;
  key?: string | undefined;
  isKeyWithheld?: boolean;
  now?: number;
  updateQuota?: () => Promise<unknown>;
}

async function runTest(testCase: TestCase) {
  const log = logLines();
  const failingFetch: typeof fetch = () =>
    Promise.reject(new TypeError("fetch failed", { cause: new Error("other transport") }));
  const dependencies: ConnectionTestDependencies = {
    account,
    key: "key" in testCase ? testCase.key : key,
    isKeyWithheld: testCase.isKeyWithheld ?? false,
    settings: { ...defaultSettings, baseUrl: testCase.baseUrl },
    proxy: testCase.proxy,
    transport: "vscode",
    fetch: testCase.fetch ?? fetch,
    otherFetch: testCase.otherFetch ?? failingFetch,
    now: () => testCase.now ?? Date.now(),
    ...(testCase.updateQuota && { updateQuota: testCase.updateQuota }),
    log,
  };
  const { ok, sentence, label, fix } = await testConnection(dependencies);
  assert.match(sentence, /^[A-Z1{].*\.$/);
  assert.ok(label.length > 0);
  return { ok, sentence, fix, log: log.lines.join("\n") };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts a server that handles every request alike. */
async function serve(handler: Handler): Promise<{ baseUrl: string } & AsyncDisposable> {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const errorResponse =
  (status: number, error: object): Handler =>
  (_, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ error }));

/** A port on which no server listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("testConnection", () => {
  test("reports the available models and requests without using up a request", async () => {
    await using service = await startOpenRouter({ limits: { perMinute: 20, perDay: 50 } });
    const { ok, sentence, fix } = await runTest({ baseUrl: service.baseUrl });
    assert.equal(ok, true);
    assert.match(
      sentence,
      /your API key works\. \d+ free models are available to you\. 50 free requests are left today\./,
    );
    assert.deepEqual(fix, { do: "ask-model" });
    assert.deepEqual(service.chatRequests, []);
  });

  test("reports that the key of another host is not sent, and asks which one to use", async () => {
    await using service = await startOpenRouter();
    const { sentence, fix } = await runTest({ baseUrl: service.baseUrl, key: undefined, isKeyWithheld: true });
    assert.match(sentence, /saved for another host, so it was not sent/);
    assert.deepEqual(fix, { do: "set-key" });
  });

  test("reports a connection without a key", async () => {
    await using service = await startOpenRouter();
    const { sentence, fix } = await runTest({ baseUrl: service.baseUrl, key: undefined });
    assert.match(sentence, /Connected, but no API key is set/);
    assert.deepEqual(fix, { do: "sign-in" });
  });

  test("reports that today's requests are used up", async () => {
    await using service = await startOpenRouter({ limits: { perMinute: 20, perDay: 50 } });
    service.account.set({ usedToday: 50 });
    assert.match(
      (await runTest({ baseUrl: service.baseUrl })).sentence,
      /^Connected. Today's free requests are used up/,
    );
  });

  test("reports privacy settings that exclude all free models", async () => {
    const catalogue = snapshotRows(Date.now()).filter((row) => !isFree(row));
    await using service = await startOpenRouter({ catalogue });
    const { sentence, fix } = await runTest({ baseUrl: service.baseUrl });
    assert.match(sentence, /privacy settings/);
    assert.deepEqual(fix, { do: "open-link", url: "https://openrouter.ai/settings/privacy" });
  });

  for (const [kind, offsetMinutes, expected] of [
    ["slow", -20, /20 minutes slow/],
    ["fast", 90, /90 minutes fast/],
  ] as const)
    test(`reports a clock that is ${kind}`, async () => {
      await using service = await startOpenRouter();
      assert.match(
        (await runTest({ baseUrl: service.baseUrl, now: Date.now() + offsetMinutes * 60_000 })).sentence,
        expected,
      );
    });

  const setting = (id: string): ConnectionFix => ({ do: "open-setting", id });
  const link = (url: string): ConnectionFix => ({ do: "open-link", url });
  const page = '<!DOCTYPE html><html lang="en"><title>Hotel</title>Sign in to our Wi-Fi</html>';
  const responses: readonly [name: string, handler: Handler, sentence: RegExp, fix: ConnectionFix][] = [
    ["401", errorResponse(401, { code: 401, message: "User not found." }), /rejected your API key/, { do: "set-key" }],
    [
      "402",
      errorResponse(402, { code: 402, message: "Insufficient credits" }),
      /asks for credits/,
      link("https://openrouter.ai/settings/credits"),
    ],
    [
      "402 for a negative balance",
      errorResponse(402, { code: 402, message: "Your account has a negative balance" }),
      /balance is negative/,
      link("https://openrouter.ai/settings/credits"),
    ],
    [
      "403 for the limit of the key",
      errorResponse(403, { code: 403, message: "Key limit exceeded" }),
      /spending limit/,
      link("https://openrouter.ai/settings/keys"),
    ],
    [
      "403 for another restriction",
      errorResponse(403, { code: 403, message: "Blocked by guardrail restrictions" }),
      /blocked your API key or account/,
      link("https://openrouter.ai/settings/keys"),
    ],
    [
      "404 for the data policy",
      errorResponse(404, { code: 404, message: "No endpoints found matching your data policy" }),
      /privacy settings/,
      link("https://openrouter.ai/settings/privacy"),
    ],
    [
      "429 for the minute",
      errorResponse(429, { code: 429, message: "free-models-per-min" }),
      /this minute/,
      { do: "test-again" },
    ],
    [
      "429 for the day",
      errorResponse(429, { code: 429, message: "free-models-per-day" }),
      /^Connected. Today's free requests are used up. The limit resets at ./,
      link("https://openrouter.ai/settings/credits"),
    ],
    [
      "500",
      errorResponse(500, { code: 500, message: "Internal" }),
      /returned a server error/,
      link("https://status.openrouter.ai"),
    ],
    [
      "503",
      errorResponse(503, { code: 503, message: "Unavailable" }),
      /returned a server error/,
      link("https://status.openrouter.ai"),
    ],
    [
      "a 404 from another service",
      (_, response) => response.writeHead(404).end("not here"),
      /not OpenRouter/,
      setting("freeModels.baseUrl"),
    ],
    [
      "JSON from another service",
      (_, response) => response.end('{"status":"ok"}'),
      /not OpenRouter/,
      setting("freeModels.baseUrl"),
    ],
  ];
  for (const [name, handler, sentence, fix] of responses)
    test(`explains a response: ${name}`, async () => {
      await using service = await serve(handler);
      const finding = await runTest({ baseUrl: service.baseUrl });
      assert.match(finding.sentence, sentence);
      assert.deepEqual(finding.fix, fix);
    });

  for (const [name, handler] of [
    ["a web filter's page", (_, response) => response.writeHead(403, { "content-type": "text/html" }).end(page)],
    ["a captive portal's status 511", (_, response) => response.writeHead(511).end(page)],
    ["a captive portal's page", (_, response) => response.writeHead(200, { "content-type": "text/html" }).end(page)],
    [
      "a captive portal's redirect",
      (_, response) => response.writeHead(302, { location: "http://hotel.example/" }).end(),
    ],
  ] as readonly [string, Handler][])
    test(`asks the user to sign in to the network: ${name}`, async () => {
      await using service = await serve(handler);
      const { sentence, fix } = await runTest({ baseUrl: service.baseUrl });
      assert.match(sentence, /Sign in to the network in your browser/);
      assert.deepEqual(fix, link(new URL(service.baseUrl).origin));
    });

  test("reports a connection closed before a response", async () => {
    await using service = await serve((request) => request.socket.destroy());
    assert.match((await runTest({ baseUrl: service.baseUrl })).sentence, /The connection to .* was closed/);
  });

  test("reports an unknown host name and logs the chain of causes", async () => {
    const { sentence, fix, log } = await runTest({ baseUrl: "https://openrouter.invalid/api/v1" });
    assert.match(sentence, /The host name openrouter\.invalid could not be resolved/);
    assert.deepEqual(fix, { do: "test-again" });
    assert.match(log, /caused by: .*(ENOTFOUND|EAI_AGAIN)/);
  });

  test("reports a refused connection", async () => {
    const { sentence, fix } = await runTest({ baseUrl: `http://127.0.0.1:${await closedPort()}/api/v1` });
    assert.match(sentence, /127\.0\.0\.1 refused the connection/);
    assert.deepEqual(fix, setting("freeModels.baseUrl"));
  });

  for (const [certificate, expected] of [
    ["server", /is not trusted/],
    ["self-signed", /is not trusted/],
    ["server-expired", /expired or not yet valid/],
  ] as const)
    test(`reports an invalid certificate: ${certificate === "server" ? "signed by a company" : certificate}`, async () => {
      await using service = await startOpenRouter();
      await using front = await startTlsFront(service.url, certificate);
      const trustedCa = certificate === "server-expired" ? { ca } : {};
      await using network = fetchThrough(new Agent({ connect: trustedCa }));
      const { sentence } = await runTest({ baseUrl: `https://localhost:${front.port}/api/v1`, fetch: network.fetch });
      assert.match(sentence, expected);
    });

  test("reports a certificate for another host", async () => {
    await using service = await startOpenRouter();
    await using front = await startTlsFront(service.url);
    await using network = fetchThrough(
      new Agent({
        connect: { ca, lookup: (_, __, done) => done(null, [{ address: "127.0.0.1", family: 4 }]) },
      }),
    );
    const { sentence } = await runTest({ baseUrl: `https://other.example:${front.port}/api/v1`, fetch: network.fetch });
    assert.match(sentence, /was not issued for other\.example/);
  });

  describe("behind a proxy", () => {
    const baseUrl = "https://openrouter.ai/api/v1";
    const viaProxy = (uri: string) => fetchThrough(new ProxyAgent({ uri, requestTls: { ca } }));

    test("reaches a service with a company's certificate", async () => {
      await using service = await startOpenRouter();
      await using front = await startTlsFront(service.url);
      await using proxy = await startProxy(front.port);
      await using network = viaProxy(proxy.url);
      assert.equal((await runTest({ baseUrl, proxy: proxy.url, fetch: network.fetch })).ok, true);
      assert.ok(proxy.requestedTunnels.includes("openrouter.ai:443"));
    });

    test("reports a proxy that refuses connections", async () => {
      const proxy = `http://127.0.0.1:${await closedPort()}`;
      await using network = viaProxy(proxy);
      const { sentence, fix } = await runTest({ baseUrl, proxy, fetch: network.fetch });
      assert.match(sentence, /The proxy refused the connection/);
      assert.deepEqual(fix, setting("http.proxy"));
    });

    test("reports an unknown host name of the proxy", async () => {
      const proxy = "http://proxy.invalid:8080";
      await using network = viaProxy(proxy);
      assert.match(
        (await runTest({ baseUrl, proxy, fetch: network.fetch })).sentence,
        /The host name of the proxy could not be resolved/,
      );
    });

    test("reports a proxy that requires a password", async () => {
      await using proxy = await startProxy(1);
      proxy.credentials = "me:secret";
      await using network = viaProxy(proxy.url);
      const { sentence, fix, log } = await runTest({ baseUrl, proxy: proxy.url, fetch: network.fetch });
      assert.match(sentence, /requires a user name and password/);
      assert.deepEqual(fix, setting("http.proxy"));
      assert.match(log, /407/);
    });
  });

  const errors: readonly [error: string, sentence: RegExp][] = [
    ["connect ENETUNREACH 104.18.2.1:443", /cannot reach openrouter\.ai/],
    ["connect EADDRNOTAVAIL ::1:443", /cannot reach openrouter\.ai/],
    ["net::ERR_INTERNET_DISCONNECTED", /cannot reach openrouter\.ai/],
    ["net::ERR_ADDRESS_UNREACHABLE", /cannot reach openrouter\.ai/],
    ["net::ERR_TIMED_OUT", /request to openrouter\.ai timed out/],
    ["net::ERR_CONNECTION_TIMED_OUT", /request to openrouter\.ai timed out/],
    ["net::ERR_EMPTY_RESPONSE", /The connection to .* was closed/],
    ["net::ERR_HTTP2_PROTOCOL_ERROR", /The connection to .* was closed/],
    [
      "Client network socket disconnected before secure TLS connection was established (ECONNRESET)",
      /The connection to .* was closed/,
    ],
    ["Z_DATA_ERROR incorrect header check", /was corrupted/],
    ["net::ERR_CONTENT_DECODING_FAILED", /was corrupted/],
    ["UND_ERR_HEADERS_OVERFLOW Headers Overflow Error", /was corrupted/],
    ["connect EACCES 104.18.2.1:443", /firewall on this computer/],
    ["net::ERR_NETWORK_ACCESS_DENIED", /firewall on this computer/],
    ["net::ERR_TUNNEL_CONNECTION_FAILED", /The proxy did not connect to openrouter\.ai/],
    ["Redirect was cancelled", /Sign in to the network in your browser/],
  ];
  for (const [error, sentence] of errors)
    test(`explains a network error: ${error}`, async () => {
      const fetch = (): Promise<Response> => Promise.reject(new TypeError("fetch failed", { cause: new Error(error) }));
      assert.match((await runTest({ baseUrl: "https://openrouter.ai/api/v1", fetch })).sentence, sentence);
    });

  test("suggests the other transport if only that one works", async () => {
    await using service = await startOpenRouter();
    const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    const fetch = (): Promise<Response> => Promise.reject(new TypeError("fetch failed", { cause: reset }));
    const { sentence, fix } = await runTest({ baseUrl: service.baseUrl, fetch, otherFetch: globalThis.fetch });
    assert.match(sentence, /a direct connection can/);
    assert.deepEqual(fix, { do: "use-direct" });
  });

  test("lets the router learn that the day is not used up", async () => {
    await using service = await startOpenRouter();
    let updates = 0;
    const updateQuota = (): Promise<unknown> => Promise.resolve((updates += 1));
    const { ok } = await runTest({ baseUrl: service.baseUrl, updateQuota });
    assert.deepEqual([ok, updates], [true, 1]);
    const failing = await runTest({ baseUrl: service.baseUrl, updateQuota: () => Promise.reject(new Error("late")) });
    assert.ok(failing.ok);
  });

  test("rejects when the user cancels", async () => {
    await using service = await serve(() => undefined);
    const controller = new AbortController();
    const pending = testConnection({
      ...{
        account,
        key,
        settings: { ...defaultSettings, baseUrl: service.baseUrl },
        proxy: undefined,
        transport: "vscode",
      },
      ...{ fetch, otherFetch: fetch, now: Date.now, log: logLines(), signal: controller.signal },
    });
    controller.abort();
    await assert.rejects(pending, { name: "AbortError" });
  });
});
