import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";
import { once } from "node:events";
import { describe, it } from "node:test";
import type { ConnectionFix } from "../../../src/connect/connectionProblem";
import { testConnection, type ConnectionTestDependencies } from "../../../src/connect/connectionTest";
import { defaultSettings, account as openRouter } from "../../../src/router/index";
import { Agent, fetch as undiciFetch, ProxyAgent } from "undici";
import { authorityFile, startProxy, startTlsFront } from "../../support/companyNetwork";
import { isFree, snapshotRows, startOpenRouter } from "../../support/openRouter";
import { logLines } from "../../support/logLines";

const key = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;
const ca = readFileSync(authorityFile, "utf8");

/** Node's own way to the network, through a dispatcher: it fails in the words that the extension meets. */
function through(dispatcher: Agent | ProxyAgent): { fetch: typeof fetch } & AsyncDisposable {
  return {
    fetch: ((input: string, init?: RequestInit) =>
      undiciFetch(input, { ...(init as object), dispatcher })) as unknown as typeof fetch,
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

interface Case {
  baseUrl: string;
  fetch?: typeof fetch;
  otherFetch?: typeof fetch;
  proxy?: string;
  key?: string | undefined;
  now?: number;
}

async function found(what: Case) {
  const log = logLines();
  const broken: typeof fetch = () =>
    Promise.reject(new TypeError("fetch failed", { cause: new Error("the other way") }));
  const world: ConnectionTestDependencies = {
    service: openRouter,
    key: "key" in what ? what.key : key,
    settings: { ...defaultSettings, baseUrl: what.baseUrl },
    proxy: what.proxy,
    transport: "vscode",
    fetch: what.fetch ?? fetch,
    otherFetch: what.otherFetch ?? broken,
    now: () => what.now ?? Date.now(),
    log,
  };
  const { ok, sentence, label, cure } = await testConnection(world);
  assert.match(sentence, /^[A-Z1{].*\.$/, "a sentence");
  assert.ok(label.length > 0);
  return { ok, sentence, cure, log: log.lines.join("\n") };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that says one thing to everybody. */
async function answering(answer: Answer): Promise<{ baseUrl: string } & AsyncDisposable> {
  const server = createServer(answer).listen(0, "127.0.0.1");
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

const refusing =
  (status: number, error: object): Answer =>
  (_, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ error }));

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("Testing the connection", () => {
  it("well: the key works, so many models, so many requests left; none is spent", async () => {
    await using service = await startOpenRouter({ limits: { perMinute: 20, perDay: 50 } });
    const { ok, sentence, cure } = await found({ baseUrl: service.baseUrl });
    assert.equal(ok, true);
    assert.match(sentence, /your key works\. \d+ free models are open to you\. 50 free requests are left today\./);
    assert.deepEqual(cure, { do: "ask-model" });
    assert.deepEqual(service.chats, []);
  });

  it("without a key: the service is reached all the same", async () => {
    await using service = await startOpenRouter();
    const { sentence, cure } = await found({ baseUrl: service.baseUrl, key: undefined });
    assert.match(sentence, /reached, and there is no key/);
    assert.deepEqual(cure, { do: "sign-in" });
  });

  it("with no free request left today", async () => {
    await using service = await startOpenRouter({ limits: { perMinute: 20, perDay: 50 } });
    service.account.set({ usedToday: 50 });
    assert.match((await found({ baseUrl: service.baseUrl })).sentence, /today's free requests are used up/);
  });

  it("with privacy settings that leave no free model", async () => {
    const catalogue = snapshotRows(Date.now()).filter((row) => !isFree(row));
    await using service = await startOpenRouter({ catalogue });
    const { sentence, cure } = await found({ baseUrl: service.baseUrl });
    assert.match(sentence, /privacy settings/);
    assert.deepEqual(cure, { do: "open-link", url: "https://openrouter.ai/settings/privacy" });
  });

  for (const [what, by, words] of [
    ["slow", -20, /20 minutes slow/],
    ["fast", 90, /90 minutes fast/],
  ] as const)
    it(`with a clock that is ${what}`, async () => {
      await using service = await startOpenRouter();
      assert.match((await found({ baseUrl: service.baseUrl, now: Date.now() + by * 60_000 })).sentence, words);
    });

  const setting = (id: string): ConnectionFix => ({ do: "open-setting", id });
  const link = (url: string): ConnectionFix => ({ do: "open-link", url });
  const page = '<!DOCTYPE html><html lang="en"><title>Hotel</title>Sign in to our Wi-Fi</html>';
  const answers: readonly [what: string, answer: Answer, sentence: RegExp, cure: ConnectionFix][] = [
    ["401", refusing(401, { code: 401, message: "User not found." }), /does not accept your key/, { do: "set-key" }],
    [
      "402",
      refusing(402, { code: 402, message: "Insufficient credits" }),
      /balance is below zero/,
      link("https://openrouter.ai/settings/credits"),
    ],
    [
      "403 for a key's limit",
      refusing(403, { code: 403, message: "Key limit exceeded" }),
      /spending limit/,
      link("https://openrouter.ai/settings/keys"),
    ],
    [
      "403 for another rule",
      refusing(403, { code: 403, message: "Blocked by guardrail restrictions" }),
      /refuses your key or your account/,
      link("https://openrouter.ai/settings/keys"),
    ],
    [
      "404 for the data policy",
      refusing(404, { code: 404, message: "No endpoints found matching your data policy" }),
      /privacy settings/,
      link("https://openrouter.ai/settings/privacy"),
    ],
    [
      "429 for the minute",
      refusing(429, { code: 429, message: "free-models-per-min" }),
      /this minute/,
      { do: "test-again" },
    ],
    [
      "429 for the day",
      refusing(429, { code: 429, message: "free-models-per-day" }),
      /today's free requests/,
      link("https://openrouter.ai/settings/credits"),
    ],
    [
      "500",
      refusing(500, { code: 500, message: "Internal" }),
      /a problem of its own/,
      link("https://status.openrouter.ai"),
    ],
    [
      "503",
      refusing(503, { code: 503, message: "Unavailable" }),
      /a problem of its own/,
      link("https://status.openrouter.ai"),
    ],
    [
      "another service's 404",
      (_, response) => response.writeHead(404).end("not here"),
      /not OpenRouter/,
      setting("freeModels.baseUrl"),
    ],
    [
      "JSON of another service",
      (_, response) => response.end('{"status":"ok"}'),
      /not OpenRouter/,
      setting("freeModels.baseUrl"),
    ],
  ];
  for (const [what, answer, sentence, cure] of answers)
    it(`answered with ${what}`, async () => {
      await using service = await answering(answer);
      const finding = await found({ baseUrl: service.baseUrl });
      assert.match(finding.sentence, sentence);
      assert.deepEqual(finding.cure, cure);
    });

  for (const [what, answer] of [
    ["a filter's page", (_, response) => response.writeHead(403, { "content-type": "text/html" }).end(page)],
    ["a captive portal's own status", (_, response) => response.writeHead(511).end(page)],
    ["a captive portal's page", (_, response) => response.writeHead(200, { "content-type": "text/html" }).end(page)],
    [
      "a captive portal's redirect",
      (_, response) => response.writeHead(302, { location: "http://hotel.example/" }).end(),
    ],
  ] as readonly [string, Answer][])
    it(`answered with ${what}`, async () => {
      await using service = await answering(answer);
      const { sentence, cure } = await found({ baseUrl: service.baseUrl });
      assert.match(sentence, /wants you to sign in with a browser/);
      assert.deepEqual(cure, link(new URL(service.baseUrl).origin));
    });

  it("cut off before an answer", async () => {
    await using service = await answering((request) => request.socket.destroy());
    assert.match((await found({ baseUrl: service.baseUrl })).sentence, /cut on its way/);
  });

  it("to a name that nobody knows; the chain of causes is in the log", async () => {
    const { sentence, cure, log } = await found({ baseUrl: "https://openrouter.invalid/api/v1" });
    assert.match(sentence, /The name openrouter\.invalid is not known/);
    assert.deepEqual(cure, { do: "test-again" });
    assert.match(log, /because: .*(ENOTFOUND|EAI_AGAIN)/);
  });

  it("to a port where nobody listens", async () => {
    const { sentence, cure } = await found({ baseUrl: `http://127.0.0.1:${await closedPort()}/api/v1` });
    assert.match(sentence, /takes no connections/);
    assert.deepEqual(cure, setting("freeModels.baseUrl"));
  });

  for (const [certificate, words] of [
    ["server", /not trusted here/],
    ["self-signed", /not trusted here/],
    ["server-expired", /not valid today/],
  ] as const)
    it(`with a certificate that is ${certificate === "server" ? "a company's own" : certificate}`, async () => {
      await using service = await startOpenRouter();
      await using front = await startTlsFront(service.url, certificate);
      const trusting = certificate === "server-expired" ? { ca } : {};
      await using way = through(new Agent({ connect: trusting }));
      const { sentence } = await found({ baseUrl: `https://localhost:${front.port}/api/v1`, fetch: way.fetch });
      assert.match(sentence, words);
    });

  it("with a certificate for another service", async () => {
    await using service = await startOpenRouter();
    await using front = await startTlsFront(service.url);
    await using way = through(
      new Agent({
        connect: { ca, lookup: (_, __, done) => done(null, [{ address: "127.0.0.1", family: 4 }]) },
      }),
    );
    const { sentence } = await found({ baseUrl: `https://other.example:${front.port}/api/v1`, fetch: way.fetch });
    assert.match(sentence, /belongs to another service/);
  });

  describe("behind a proxy", () => {
    const baseUrl = "https://openrouter.ai/api/v1";
    const by = (uri: string) => through(new ProxyAgent({ uri, requestTls: { ca } }));

    it("that lets us through to a service with a company's certificate", async () => {
      await using service = await startOpenRouter();
      await using front = await startTlsFront(service.url);
      await using proxy = await startProxy(front.port);
      await using way = by(proxy.url);
      assert.equal((await found({ baseUrl, proxy: proxy.url, fetch: way.fetch })).ok, true);
      assert.ok(proxy.asked.includes("openrouter.ai:443"));
    });

    it("that is not there", async () => {
      const proxy = `http://127.0.0.1:${await closedPort()}`;
      await using way = by(proxy);
      const { sentence, cure } = await found({ baseUrl, proxy, fetch: way.fetch });
      assert.match(sentence, /The proxy takes no connections/);
      assert.deepEqual(cure, setting("http.proxy"));
    });

    it("whose name nobody knows", async () => {
      const proxy = "http://proxy.invalid:8080";
      await using way = by(proxy);
      assert.match((await found({ baseUrl, proxy, fetch: way.fetch })).sentence, /The proxy's name is not known/);
    });

    it("that wants a password", async () => {
      await using proxy = await startProxy(1);
      proxy.credentials = "me:secret";
      await using way = by(proxy.url);
      const { sentence, cure, log } = await found({ baseUrl, proxy: proxy.url, fetch: way.fetch });
      assert.match(sentence, /wants a user name and a password/);
      assert.deepEqual(cure, setting("http.proxy"));
      assert.match(log, /407/);
    });
  });

  const errors: readonly [error: string, sentence: RegExp][] = [
    ["connect ENETUNREACH 104.18.2.1:443", /no way to openrouter\.ai/],
    ["connect EADDRNOTAVAIL ::1:443", /no way to openrouter\.ai/],
    ["net::ERR_INTERNET_DISCONNECTED", /no way to openrouter\.ai/],
    ["net::ERR_ADDRESS_UNREACHABLE", /no way to openrouter\.ai/],
    ["net::ERR_TIMED_OUT", /No answer comes from openrouter\.ai/],
    ["net::ERR_CONNECTION_TIMED_OUT", /No answer comes from/],
    ["net::ERR_EMPTY_RESPONSE", /cut on its way/],
    ["net::ERR_HTTP2_PROTOCOL_ERROR", /cut on its way/],
    ["Client network socket disconnected before secure TLS connection was established (ECONNRESET)", /cut on its way/],
    ["Z_DATA_ERROR incorrect header check", /garbled on its way/],
    ["net::ERR_CONTENT_DECODING_FAILED", /garbled on its way/],
    ["UND_ERR_HEADERS_OVERFLOW Headers Overflow Error", /garbled on its way/],
    ["connect EACCES 104.18.2.1:443", /firewall on this machine/],
    ["net::ERR_NETWORK_ACCESS_DENIED", /firewall on this machine/],
    ["net::ERR_TUNNEL_CONNECTION_FAILED", /The proxy does not let us through/],
    ["Redirect was cancelled", /wants you to sign in with a browser/],
  ];
  for (const [error, sentence] of errors)
    it(`that fails with ${error}`, async () => {
      const fetch = (): Promise<Response> => Promise.reject(new TypeError("fetch failed", { cause: new Error(error) }));
      assert.match((await found({ baseUrl: "https://openrouter.ai/api/v1", fetch })).sentence, sentence);
    });

  it("when VS Code's way fails and the other one works: it says which", async () => {
    await using service = await startOpenRouter();
    const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    const fetch = (): Promise<Response> => Promise.reject(new TypeError("fetch failed", { cause: reset }));
    const { sentence, cure } = await found({ baseUrl: service.baseUrl, fetch, otherFetch: globalThis.fetch });
    assert.match(sentence, /a direct connection does/);
    assert.deepEqual(cure, { do: "use-direct" });
  });

  it("stopped by the user: rejects, and finds nothing", async () => {
    await using service = await answering(() => undefined);
    const stop = new AbortController();
    const testing = testConnection({
      ...{
        service: openRouter,
        key,
        settings: { ...defaultSettings, baseUrl: service.baseUrl },
        proxy: undefined,
        transport: "vscode",
      },
      ...{ fetch, otherFetch: fetch, now: Date.now, log: logLines(), signal: stop.signal },
    });
    stop.abort();
    await assert.rejects(testing, { name: "AbortError" });
  });
});
