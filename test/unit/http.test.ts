import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import type { NetworkSettings, Transport } from "../../src/config/settings";
import { createFetch, type DisposableFetch } from "../../src/http";
import { LoopbackServers, type LoopbackServer } from "../support/loopbackServers";

const plainNetwork: NetworkSettings = {
  proxy: undefined,
  proxyAuthorization: undefined,
  noProxy: [],
  useProxy: true,
  strictProxyCertificate: true,
  systemCertificates: true,
};

const servers = new LoopbackServers();
const serve = (handler: RequestListener): Promise<LoopbackServer> => servers.serve(handler);

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe("createFetch", () => {
  let transport: Transport;
  let network: NetworkSettings;
  let onlyLocal: boolean;
  let send: DisposableFetch;
  let origin: LoopbackServer;
  let proxy: LoopbackServer;
  let seen: string[];

  beforeEach(async () => {
    origin = await serve((request, response) => {
      void readBody(request).then((body) => {
        seen.push(`${request.method} ${request.url} ${request.headers["content-type"] ?? "-"} ${body}`);
        response.writeHead(request.url === "/teapot" ? 418 : 200, { "x-answer": "42", "content-type": "text/plain" });
        response.end(`received ${body}`);
      });
    });
    proxy = await serve((request, response) => {
      seen.push(`proxy ${request.method} ${request.url} ${request.headers["proxy-authorization"] ?? "-"}`);
      response.end("from the proxy");
    });
  });
  beforeEach(() => {
    transport = "undici";
    network = plainNetwork;
    onlyLocal = false;
    seen = [];
    send = createFetch({ transport: () => transport, network: () => network, isOnlyLocal: () => onlyLocal });
  });
  afterEach(() => {
    send.dispose();
    mock.restoreAll();
    servers.close();
  });

  test("looks up the global fetch at each call, because VS Code replaces it after startup", async () => {
    transport = "vscode";
    const calls: string[] = [];
    mock.method(globalThis, "fetch", (input: string) => {
      calls.push(input);
      return Promise.resolve(new Response("from the host"));
    });
    const response = await send("https://openrouter.ai/api/v1/models");
    assert.equal(await response.text(), "from the host");
    assert.deepEqual(calls, ["https://openrouter.ai/api/v1/models"]);
  });

  for (const name of ["vscode", "undici"] as const)
    test(`does not take the key to another origin that a redirect names (${name})`, async () => {
      transport = name;
      const thief = await serve((request, response) => {
        seen.push(`thief ${request.headers.authorization ?? "-"}`);
        response.end("{}");
      });
      const moved = await serve((_, response) => response.writeHead(307, { location: `${thief.url}/key` }).end());
      const headers = { Authorization: "Bearer sk-or-v1-secret" };
      const response = await send(`${moved.url}/key`, { headers, redirect: "manual" });
      assert.equal(response.status, 307);
      assert.deepEqual(seen, []);
      await send(`${moved.url}/key`, { headers });
      assert.deepEqual(seen, ["thief -"], "a followed redirect loses the key");
    });

  test("bypasses VS Code if the user chose a direct connection", async () => {
    mock.method(globalThis, "fetch", () => Promise.reject(new Error("must not be called")));
    const response = await send(`${origin.url}/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: `{"text":"Grüße ☕"}`,
    });
    assert.ok(response instanceof Response);
    assert.deepEqual([response.status, response.headers.get("x-answer")], [200, "42"]);
    assert.equal(await response.text(), `received {"text":"Grüße ☕"}`);
    assert.deepEqual(seen, [`POST /chat application/json {"text":"Grüße ☕"}`]);
  });

  test("uses the current transport setting for each request", async () => {
    mock.method(globalThis, "fetch", () => Promise.resolve(new Response("host")));
    transport = "vscode";
    assert.equal(await (await send(origin.url)).text(), "host");
    transport = "undici";
    assert.equal(await (await send(origin.url)).text(), "received ");
  });

  test("accepts every kind of input that fetch accepts", async () => {
    const request = new Request(`${origin.url}/form`, { method: "PUT", body: new URLSearchParams({ a: "1" }) });
    await (await send(request)).text();
    await (await send(new URL("/bytes", origin.url), { method: "POST", body: new Uint8Array([104, 105]) })).text();
    await (await send(`${origin.url}/plain`)).text();
    assert.deepEqual(seen, [
      "PUT /form application/x-www-form-urlencoded;charset=UTF-8 a=1",
      "POST /bytes - hi",
      "GET /plain - ",
    ]);
  });

  test("returns an error response unchanged", async () => {
    const response = await send(`${origin.url}/teapot`);
    assert.deepEqual([response.ok, response.status], [false, 418]);
  });

  test("streams the response body", async () => {
    const { url } = await serve((_, response) => void response.write("first "));
    const response = await send(url);
    assert.ok(response.body);
    const reader = response.body.getReader();
    const { value } = await reader.read();
    assert.equal(new TextDecoder().decode(value), "first ");
    await reader.cancel();
  });

  for (const [when, path] of [
    ["before a response", "/silent"],
    ["during a response", "/streaming"],
  ] as const) {
    test(`closes the connection when the request is aborted ${when}`, async () => {
      const arrived = Promise.withResolvers<IncomingMessage>();
      const { url } = await serve((request, response) => {
        if (path === "/streaming") response.write("and then ");
        arrived.resolve(request);
      });
      const controller = new AbortController();
      const reading = send(url + path, { signal: controller.signal }).then((response) => response.text());
      const { socket } = await arrived.promise;
      socket.on("error", () => undefined); // A reset is fine too.
      const closed = new Promise((resolve) => socket.on("close", resolve));
      controller.abort();
      await assert.rejects(reading, { name: "AbortError" });
      await closed;
    });
  }

  test("reports the network error as cause", async () => {
    const { server, url } = await serve(() => undefined);
    server.close();
    await once(server, "close");
    await assert.rejects(send(url), (error: Error) => {
      assert.ok(error.cause instanceof Error);
      assert.match(error.cause.message, /ECONNREFUSED/);
      return true;
    });
  });

  test("uses the proxy from the settings, except for this machine", async () => {
    network = { ...plainNetwork, proxy: proxy.url, proxyAuthorization: "Basic bWU6c2VjcmV0" };
    assert.equal(await (await send("http://openrouter.test/api/v1/models")).text(), "from the proxy");
    assert.equal(await (await send(`${origin.url}/here`)).text(), "received ");
    assert.deepEqual(seen, ["proxy GET http://openrouter.test/api/v1/models Basic bWU6c2VjcmV0", "GET /here - "]);
  });

  test("bypasses the proxy if the settings say so", async () => {
    network = { ...plainNetwork, proxy: proxy.url, noProxy: ["*.test"] };
    await assert.rejects(send("http://openrouter.test/"), { name: "TypeError" });
    network = { ...plainNetwork, proxy: proxy.url, useProxy: false };
    await assert.rejects(send("http://openrouter.test/"), { name: "TypeError" });
    assert.deepEqual(seen, []);
  });

  test("uses the proxy from the environment if the settings have none", async () => {
    process.env["http_proxy"] = proxy.url;
    try {
      assert.equal(await (await send("http://openrouter.test/")).text(), "from the proxy");
    } finally {
      delete process.env["http_proxy"];
    }
  });

  test("applies a changed proxy without a restart", async () => {
    assert.equal(await (await send(`${origin.url}/1`)).text(), "received ");
    network = { ...plainNetwork, proxy: proxy.url };
    assert.equal(await (await send("http://openrouter.test/2")).text(), "from the proxy");
    network = plainNetwork;
    assert.equal(await (await send(`${origin.url}/3`)).text(), "received ");
  });

  test("finishes a running response when the proxy changes", async () => {
    const writing = Promise.withResolvers<ServerResponse>();
    const slow = await serve((_, response) => {
      response.write("one ");
      writing.resolve(response);
    });
    const answer = await send(slow.url);
    const writer = await writing.promise;
    network = { ...plainNetwork, proxy: proxy.url };
    assert.equal(await (await send("http://openrouter.test/")).text(), "from the proxy");
    writer.end("two");
    assert.equal(await answer.text(), "one two");
  });
});
