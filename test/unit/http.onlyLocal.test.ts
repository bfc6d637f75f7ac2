import assert from "node:assert/strict";
import dns from "node:dns";
import { isIP } from "node:net";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import type { NetworkSettings, Transport } from "../../src/config/settings";
import { createFetch, NotLocalError, type DisposableFetch } from "../../src/http";
import { LoopbackServers } from "../support/loopbackServers";
import { account, createRouter, defaultSettings, isRouterError, type RouterError } from "../../src/router/index";

/** A free model of OpenRouter's list. */
const openRouterRow = {
  ...{ canonical_slug: "m/a", name: "A", context_length: 128_000, supported_parameters: [], expiration_date: null },
  architecture: { input_modalities: ["text"], output_modalities: ["text"], tokenizer: "Other" },
  pricing: { prompt: "0", completion: "0" },
  top_provider: { context_length: 128_000, max_completion_tokens: null, is_moderated: false },
};

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

  describe("switched on while an answer arrives from beyond", () => {
    const chunk = `data: ${JSON.stringify({ id: "1", choices: [{ delta: { content: "Half" } }] })}\n\n`;

    beforeEach(async () => {
      [transport, onlyLocal] = ["undici", false];
      // The proxy is the only way out of the tests.
      const proxyPort = await serve((_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(chunk);
      });
      network = { ...network, proxy: `http://127.0.0.1:${proxyPort}` };
    });

    test("ends its stream, and its request before the headers", async () => {
      const silentPort = await serve(() => undefined);
      const { signal } = new AbortController();
      const { body } = await send("http://openrouter.test/", { signal });
      const reader = body?.getReader();
      await reader?.read();
      network = { ...network, proxy: `http://127.0.0.1:${silentPort}` };
      const waiting = send("http://groq.test/", { signal });
      const rejected = assert.rejects(waiting, isRefused("groq.test"));
      await new Promise((resolve) => setImmediate(resolve));
      send.endRemote();
      await assert.rejects(async () => reader?.read(), isRefused("openrouter.test"));
      await rejected;
    });

    test("does not end what a server on this computer sends", async () => {
      const finished = Promise.withResolvers<undefined>();
      const port = await serve((_request, response) => {
        response.write("half ");
        void finished.promise.then(() => response.end("whole"));
      });
      const { signal } = new AbortController();
      const response = await send(`http://127.0.0.1:${port}/`, { signal });
      send.endRemote();
      finished.resolve(undefined);
      assert.equal(await response.text(), "half whole");
    });

    test("ends the completion with a sentence that says so", async () => {
      const models = [{ ...openRouterRow, id: "m/a:free" }];
      const router = createRouter({
        ...{
          apiKey: () => Promise.resolve("sk-or-v1-x"),
          settings: () => ({ baseUrl: "http://openrouter.test/api/v1" }),
        },
        fetch: (input, init) =>
          new Request(input).url.endsWith("/models")
            ? Promise.resolve(Response.json({ data: models }))
            : send(input, init),
      });
      const ask = async () => {
        for await (const event of router.complete({ messages: [{ role: "user", content: "Hi" }] })) {
          if (event.type !== "text-delta") continue;
          onlyLocal = true;
          send.endRemote();
        }
      };
      await assert.rejects(ask(), {
        reason: "not-local",
        message: "The answer is incomplete. Only local is on, so nothing is sent to openrouter.test.",
      });
    });
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
