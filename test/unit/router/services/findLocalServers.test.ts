import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findLocalServers } from "../../../../src/router/index";

const refused = () => Promise.reject(new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") }));

/** Finds servers where these addresses answer; `requests` are the others as well. */
async function find(documents: Record<string, unknown>, status = 200) {
  const requests: { url: string; init: RequestInit | undefined }[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    const { url } = new Request(input);
    requests.push({ url, init });
    const document = documents[url.replace("http://127.0.0.1:", "")];
    return document === undefined ? refused() : Promise.resolve(Response.json(document, { status }));
  };
  return { found: await findLocalServers({ fetch, now: () => 0 }), requests };
}

describe("looking for local servers", () => {
  test("asks each known port on loopback once, without credentials, if nothing runs", async () => {
    const { found, requests } = await find({});
    assert.deepEqual(found, []);
    const ports = requests.map(({ url }) => new URL(url).port);
    assert.deepEqual([...new Set(ports)].sort(), ["11434", "1234", "8080", "9931"]);
    for (const { url, init } of requests) {
      assert.equal(new URL(url).hostname, "127.0.0.1");
      assert.equal(new Headers(init?.headers).has("authorization"), false);
      assert.equal(init?.method, "GET");
    }
  });

  test("finds each kind by what only it answers", async () => {
    const { found } = await find({
      "11434/api/version": { version: "0.14.2" },
      "11434/api/tags": { models: [{ name: "a", digest: "1" }] },
      "1234/api/v1/models": { models: [{ key: "a", loaded_instances: [] }] },
      "8080/props?autoload=false": { total_slots: 1 },
      "9931/props?autoload=false": { total_slots: 1 },
    });
    assert.deepEqual(
      found.map(({ id, kind, baseUrl, automatic }) => [id, kind, baseUrl, automatic]),
      [
        ["ollama", "ollama", "http://127.0.0.1:11434/v1", true],
        ["lmstudio", "lmstudio", "http://127.0.0.1:1234/v1", true],
        ["llamacpp", "llamacpp", "http://127.0.0.1:8080/v1", true],
        ["llamacpp-9931", "llamacpp", "http://127.0.0.1:9931/v1", true],
      ],
    );
  });

  test("other servers at these ports are none", async () => {
    const { found } = await find({
      "11434/api/tags": { models: [{ name: "a", digest: "1" }] },
      "1234/api/v1/models": { error: "Unexpected endpoint or method. (GET /api/v1/models)" },
      "8080/props?autoload=false": { hello: "world" },
    });
    assert.deepEqual(found, []);
  });

  test("an older LM Studio, and an Ollama without models", async () => {
    const { found } = await find({
      "11434/api/version": { version: "0.6.0" },
      "11434/api/tags": { models: [] },
      "1234/api/v0/models": { data: [{ id: "a", state: "not-loaded" }] },
    });
    assert.deepEqual(
      found.map(({ id }) => id),
      ["ollama", "lmstudio"],
    );
  });

  test("a llama.cpp that is loading", async () => {
    const error = { code: 503, message: "Loading model", type: "unavailable_error" };
    const { found } = await find({ "9931/props?autoload=false": { error } }, 503);
    assert.deepEqual(
      found.map(({ id, baseUrl }) => [id, baseUrl]),
      [["llamacpp", "http://127.0.0.1:9931/v1"]],
    );
  });

  test("a port that accepts and says nothing takes 300 ms", async () => {
    const started = performance.now();
    const fetch: typeof globalThis.fetch = () => new Promise(() => undefined);
    assert.deepEqual(await findLocalServers({ fetch, now: () => 0 }), []);
    // LM Studio has two paths.
    assert.ok(performance.now() - started < 1_500);
  });
});
