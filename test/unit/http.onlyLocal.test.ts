import assert from "node:assert/strict";
import dns from "node:dns";
import { isIP } from "node:net";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import type { NetworkSettings, Transport } from "../../src/config/settings";
import { createFetch, NotLocalError, type DisposableFetch } from "../../src/http";
import { LoopbackServers } from "../support/loopbackServers";
import { account, createRouter, defaultSettings, isRouterError, type RouterError } from "../../src/router/index";

const servers = new LoopbackServers();
const serve = async (...given: Parameters<LoopbackServers["serve"]>): Promise<number> =>
  (await servers.serve(...given)).port;

describe("createFetch", () => {
  let transport: Transport;
  let onlyLocal: boolean;
  let network: NetworkSettings;
  let lookups: string[];
  let proxied: string[];
  let send: DisposableFetch;

  beforeEach(async () => {
    [transport, onlyLocal, lookups, proxied] = ["vscode", true, [], []];
    const proxyPort = await serve((request, response) => {
      proxied.push(request.url ?? "");
      response.end("from the proxy");
    });
    network = {
      ...{ proxy: `http://127.0.0.1:${proxyPort}`, proxyAuthorization: undefined, noProxy: [] },
      ...{ useProxy: true, strictProxyCertificate: true, systemCertificates: true },
    };
    const { lookup } = dns;
    mock.method(dns, "lookup", (hostname: string, ...rest: unknown[]) => {
      // Servers look up the address that they listen at.
      if (isIP(hostname)) {
        Reflect.apply(lookup, dns, [hostname, ...rest]);
        return;
      }
      lookups.push(hostname);
      const callback = rest.at(-1);
      if (typeof callback === "function") Reflect.apply(callback, undefined, [new Error(`looked up ${hostname}`)]);
    });
    send = createFetch({ transport: () => transport, network: () => network, isOnlyLocal: () => onlyLocal });
  });
  afterEach(() => {
    send.dispose();
    mock.restoreAll();
    servers.close();
  });

  const isRefused = (host: string) => (error: unknown) => {
    assert.ok(error instanceof NotLocalError);
    assert.equal(error.host, host);
    return true;
  };

  for (const name of ["vscode", "undici"] as const) {
    describe(`in only-local mode (${name})`, () => {
      beforeEach(() => {
        transport = name;
        mock.method(globalThis, "fetch", () => Promise.reject(new Error("VS Code's fetch was called")));
      });

      const beyond = [
        ["https://openrouter.ai/api/v1/models", "openrouter.ai"],
        ["http://192.168.1.5:11434/v1/models", "192.168.1.5:11434"],
        ["http://0.0.0.0:11434/", "0.0.0.0:11434"],
        ["http://127.0.0.1.example.com/", "127.0.0.1.example.com"],
        ["http://localhost.example/", "localhost.example"],
        ["http://127.0.0.1@example.com/", "example.com"],
        ["http://[::ffff:8.8.8.8]/", "[::ffff:808:808]"],
        ["http://[fe80::1]/", "[fe80::1]"],
      ] as const;
      for (const [url, host] of beyond)
        test(`refuses ${url} before a lookup`, async () => {
          await assert.rejects(send(url), isRefused(host));
          await assert.rejects(send(new URL(url)), isRefused(host));
          // `Request` rejects URLs with a user name.
          if (!url.includes("@")) await assert.rejects(send(new Request(url)), isRefused(host));
          assert.deepEqual([lookups, proxied], [[], []]);
        });

      for (const redirect of ["manual", "follow", "error"] as const)
        test(`refuses a redirect off this computer (${redirect})`, async () => {
          const port = await serve((_, response) =>
            response.writeHead(307, { location: "https://evil.example/v1" }).end("moved"),
          );
          await assert.rejects(send(`http://127.0.0.1:${port}/`, { redirect }), isRefused("evil.example"));
          assert.deepEqual([lookups, proxied], [[], []]);
        });

      test("reaches every name of this computer without a proxy and without a lookup", async () => {
        const port = await serve((request, response) => response.end(`${request.method} ${request.headers.host}`));
        const other = await serve((_, response) => response.end("second"), "127.0.0.2");
        const text = async (url: string) => (await send(url, { method: "POST", body: "{}" })).text();
        assert.equal(await text(`http://127.0.0.1:${port}/`), `POST 127.0.0.1:${port}`);
        assert.equal(await text(`http://localhost:${port}/`), `POST localhost:${port}`);
        assert.equal(await text(`http://ollama.localhost:${port}/`), `POST ollama.localhost:${port}`);
        assert.equal(await text(`http://127.0.0.2:${other}/`), "second");
        assert.deepEqual([lookups, proxied], [[], []]);
      });
    });

    test(`sends nothing for this computer to the proxy in the other modes (${name})`, async () => {
      [transport, onlyLocal] = [name, false];
      const port = await serve((_, response) => response.end("second"), "127.0.0.2");
      if (name === "vscode")
        mock.method(globalThis, "fetch", () => Promise.reject(new Error("VS Code uses the proxy")));
      assert.equal(await (await send(`http://127.0.0.2:${port}/`)).text(), "second");
      assert.deepEqual(proxied, []);
    });
  }

  test("asks for the mode at each request", async () => {
    transport = "undici";
    await assert.rejects(send("http://openrouter.test/"), NotLocalError);
    onlyLocal = false;
    assert.equal(await (await send("http://openrouter.test/")).text(), "from the proxy");
    onlyLocal = true;
    await assert.rejects(send("http://openrouter.test/"), NotLocalError);
  });

  test("makes the router and the account say that nothing was sent", async () => {
    const expected = (error: unknown): error is RouterError => {
      assert.ok(isRouterError(error));
      const message = "Only local is on, so nothing is sent to openrouter.ai.";
      assert.deepEqual([error.reason, error.detail, error.message], ["not-local", "openrouter.ai", message]);
      return true;
    };
    const router = createRouter({ apiKey: () => Promise.resolve("sk-or-v1-x"), fetch: send });
    const ask = async () => {
      for await (const event of router.complete({ messages: [{ role: "user", content: "Hi" }] })) assert.ok(event);
    };
    await assert.rejects(ask(), expected);
    await assert.rejects(router.freeModels(), expected);
    await assert.rejects(account.fetchDailyRequests(send, defaultSettings, "sk-or-v1-x", 0), expected);
    const exchange = { code: "c", verifier: "v", now: 0 };
    await assert.rejects(account.exchangeCode(send, defaultSettings, exchange), expected);
    assert.deepEqual([lookups, proxied], [[], []]);
  });
});

test("A router in only-local mode without a local service says so, and asks nobody", async () => {
  const fetch = (): Promise<Response> => Promise.reject(new Error("asked"));
  const router = createRouter({
    apiKey: () => Promise.reject(new Error("asked for a key")),
    fetch,
    settings: () => ({ serviceOrder: "only-local" }),
  });
  const request = { messages: [{ role: "user" as const, content: "Hi" }] };
  const isNotLocal = (error: unknown) => isRouterError(error) && error.reason === "not-local";
  await assert.rejects(async () => {
    for await (const event of router.complete(request)) assert.ok(event);
  }, isNotLocal);
  await assert.rejects(router.explain(request), isNotLocal);
  assert.deepEqual([await router.freeModels(), await router.services()], [[], []]);
});
