import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fakeClock } from "../../support/clock";
import { startGroq } from "../../support/services/groq";
import { startLlamaCpp } from "../../support/services/llamaCpp";
import { startLmStudio } from "../../support/services/lmStudio";
import { startMistral } from "../../support/services/mistral";
import { startOllama } from "../../support/services/ollama";
import { ask, documentOf, groqKey, mistralKey, question } from "./serviceClient";

const starts = {
  ollama: { start: startOllama, model: "qwen3:8b", key: undefined },
  lmStudio: { start: startLmStudio, model: "openai/gpt-oss-20b", key: undefined },
  llamaCpp: { start: startLlamaCpp, model: "x", key: undefined },
  groq: { start: startGroq, model: "openai/gpt-oss-20b", key: groqKey },
  mistral: { start: startMistral, model: "mistral-small-latest", key: mistralKey },
};

type Service = keyof typeof starts;

/** Asks a new simulator and resolves to the status, the error's text and the violations. */
async function refusal(service: Service, fields: Record<string, unknown>, model = starts[service].model) {
  const { start, key } = starts[service];
  await using server = await start();
  const response = await ask(server, question(model, fields), key === undefined ? {} : { key });
  return { status: response.status, text: await response.text(), violations: server.violations };
}

const message = (more: Record<string, unknown>) => ({
  messages: [
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Hello", ...more },
    { role: "user", content: "?" },
  ],
});
const image = (url: string) => ({
  messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }],
});
const tools = [{ type: "function", function: { name: "look", parameters: { type: "object" } } }];

describe("the simulated services refuse", () => {
  for (const service of Object.keys(starts) as Service[])
    test(`fields of OpenRouter: ${service}`, async () => {
      for (const field of ["models", "provider", "plugins", "reasoning", "session_id", "user"]) {
        const { status, violations } = await refusal(service, { [field]: {} });
        assert.deepEqual([status, violations], [service === "mistral" ? 422 : 400, [`field ${field}`]]);
      }
      await using server = await starts[service].start();
      await fetch(`${server.baseUrl}/models`, { headers: { "X-OpenRouter-Title": "x" } });
      assert.deepEqual(server.violations, ["header x-openrouter-title"]);
    });

  const cases: [
    Service,
    name: string,
    fields: Record<string, unknown>,
    status: number,
    text: RegExp,
    model?: string,
  ][] = [
    ["ollama", "a model that is not pulled", {}, 404, /model 'qwen9' not found/, "qwen9"],
    ["ollama", "tools for a model without them", { tools }, 400, /does not support tools/, "codellama:7b"],
    ["ollama", "a chat with an embedding model", {}, 400, /does not support chat/, "nomic-embed-text"],
    ["ollama", "a chat with an image maker", {}, 400, /does not support chat/, "flux"],
    [
      "ollama",
      "effort of a model that does not reason",
      { reasoning_effort: "low" },
      400,
      /support thinking/,
      "gemma4",
    ],
    ["ollama", "the address of an image", image("https://a/b.png"), 400, /image URLs are not/, "gemma4"],
    ["ollama", "a GIF", image("data:image/gif;base64,AAAA"), 400, /invalid image input/, "gemma4"],
    ["ollama", "a prompt for the cloud", {}, 403, /cloud/, "gpt-oss:120b-cloud"],
    ["lmStudio", "unknown fields", { min_p: 0 }, 400, /"error":"Unrecognized/],
    ["lmStudio", "json_object", { response_format: { type: "json_object" } }, 400, /"error":"'response_format/],
    ["lmStudio", "other models", {}, 404, /not found/, "x"],
    [
      "groq",
      "reasoning in the history",
      message({ reasoning_content: "Hm" }),
      400,
      /^\{"error":\{"message":"'messages\.1' : for 'role:assistant' the following must be satisfied\[\('messages\.1' : property 'reasoning_content' is unsupported\)\]"/,
    ],
    ["groq", "names in messages", message({ name: "a" }), 400, /property 'name' is unsupported/],
    ["groq", "several answers", { n: 2 }, 400, /'n' is unsupported/],
    ["groq", "logprobs", { logprobs: true }, 400, /'logprobs' is unsupported/],
    ["groq", "speech models", {}, 404, /model_not_found/, "whisper-large-v3"],
    [
      "groq",
      "schemas for other models",
      { response_format: { type: "json_schema", json_schema: { name: "a", schema: {} } } },
      400,
      /json_schema/,
      "qwen/qwen3.8-27b",
    ],
    [
      "mistral",
      "unknown fields",
      { stream_options: {} },
      422,
      /^\{"detail":\[\{"type":"extra_forbidden","loc":\["body","stream_options"\]/,
    ],
    ["mistral", "seeds", { seed: 1 }, 422, /extra_forbidden/],
    [
      "mistral",
      "unknown fields of messages",
      message({ reasoning_content: "Hm" }),
      422,
      /"loc":\["body","messages",1,"assistant","reasoning_content"\]/,
    ],
    ["mistral", "developers", { messages: [{ role: "developer", content: "" }] }, 422, /developer/],
    ["mistral", "temperatures above 1.5", { temperature: 1.6 }, 422, /less_than_equal/],
    ["mistral", "unknown models", {}, 400, /invalid_model/, "x"],
  ];
  for (const [service, name, fields, status, text, model] of cases)
    test(`${name}: ${service}`, async () => {
      const refused = await refusal(service, fields, model);
      assert.equal(refused.status, status);
      assert.match(refused.text, text);
    });

  test("ids of tool calls that Mistral did not make", async () => {
    const history = (id: string) => ({
      messages: [
        { role: "user", content: "Look!" },
        {
          role: "assistant",
          content: "",
          tool_calls: [{ id, type: "function", function: { name: "look", arguments: "{}" } }],
        },
        { role: "tool", tool_call_id: id, content: "seen" },
      ],
    });
    const { status, text } = await refusal("mistral", { ...history("call_1"), tools });
    assert.deepEqual([status, /Tool call id was call_1 but must be/.test(text)], [400, true]);
    assert.equal((await refusal("mistral", { ...history("abcDEF123"), tools })).status, 200);
  });

  test("requests without a valid key", async () => {
    await using groq = await startGroq();
    await using mistral = await startMistral();
    await using llamaCpp = await startLlamaCpp({ apiKey: "secret" });
    for (const server of [groq, mistral, llamaCpp])
      assert.equal((await ask(server, question("x"), { key: "wrong" })).status, 401);
    assert.equal((await ask(llamaCpp, question("x"), { key: "secret" })).status, 200);
    assert.deepEqual(await (await ask(mistral, question("x"))).json(), documentOf("mistral", "invalidKey"));
  });

  test("a request for another host", async () => {
    await using ollama = await startOllama({ models: [] });
    const { status, text } = await new Promise<{ status: number | undefined; text: string }>((resolve) => {
      void import("node:http").then(({ get }) =>
        get(`${ollama.url}/api/tags`, { headers: { host: "example.com" } }, (response) => {
          let text = "";
          response.on("data", (chunk) => (text += String(chunk)));
          response.on("end", () => resolve({ status: response.statusCode, text }));
        }),
      );
    });
    assert.deepEqual([status, text], [403, ""]);
  });
});

describe("the planned failures of the simulated services", () => {
  test("have the documented bodies", async () => {
    await using ollama = await startOllama({ models: [{ id: "qwen9" }] });
    await using lmStudio = await startLmStudio();
    await using llamaCpp = await startLlamaCpp();
    await using groq = await startGroq({ models: [{ id: "llama-3.3-70b-versatile" }, { id: "openai/gpt-oss-120b" }] });
    await using mistral = await startMistral();
    const failed = async (...args: Parameters<typeof ask>): Promise<unknown> => {
      const response = await ask(...args);
      return [response.status, await response.json()];
    };
    ollama.script("model-not-pulled", "context-exceeded");
    assert.deepEqual(await failed(ollama, question("qwen9")), [404, documentOf("ollama", "notFound")]);
    assert.deepEqual(await failed(ollama, question("qwen9")), [400, documentOf("ollama", "contextExceeded")]);
    lmStudio.fail("context-exceeded", { times: 1 });
    const gptOss = question("openai/gpt-oss-20b");
    assert.deepEqual(await failed(lmStudio, gptOss), [400, documentOf("lmStudio", "contextExceeded")]);
    assert.equal((await ask(lmStudio, gptOss)).status, 200);
    llamaCpp.script("loading", "context-exceeded");
    assert.deepEqual(await failed(llamaCpp, question("x")), [503, documentOf("llamaCpp", "loading")]);
    assert.deepEqual(await failed(llamaCpp, question("x")), [400, documentOf("llamaCpp", "contextExceeded")]);
    groq.script("rate-limit-tpm", "too-large");
    const key = { key: groqKey };
    assert.deepEqual(await failed(groq, question("llama-3.3-70b-versatile"), key), [
      429,
      documentOf("groq", "rateLimit"),
    ]);
    assert.deepEqual(await failed(groq, question("openai/gpt-oss-120b"), key), [413, documentOf("groq", "tooLarge")]);
    mistral.fail("rate-limit-minute", { forMs: 60_000 });
    const small = question("mistral-small-latest");
    assert.deepEqual(await failed(mistral, small, { key: mistralKey }), [429, documentOf("mistral", "rateLimit")]);
    assert.equal(mistral.chatRequests[0]?.fault, "rate-limit-minute");
  });

  test("concern lists too, if a path is named", async () => {
    await using groq = await startGroq();
    groq.fail("overloaded", { path: "/openai/v1/models", times: 1 });
    const list = () => fetch(`${groq.baseUrl}/models`, { headers: { authorization: `Bearer ${groqKey}` } });
    assert.deepEqual([(await list()).status, (await list()).status], [503, 200]);
    assert.equal(groq.requestsTo("/openai/v1/models").length, 2);
  });

  test("are refused connections while the server is stopped", async () => {
    await using ollama = await startOllama();
    const { baseUrl } = ollama;
    await ollama.stop();
    await assert.rejects(fetch(`${baseUrl}/models`), TypeError);
    await ollama.start();
    assert.equal(ollama.baseUrl, baseUrl);
    assert.equal((await fetch(`${baseUrl}/models`)).status, 200);
  });
});

describe("the limits of the simulated Groq", () => {
  test("are in the headers of every answer, and refill", async () => {
    const clock = fakeClock();
    const limits = { requestsPerDay: 14_400, tokensPerMinute: 6000 };
    await using groq = await startGroq({ limits, now: clock.now });
    const content = "a".repeat(4 * 33); // a token each, and four for the message
    const body = question("openai/gpt-oss-20b", { messages: [{ role: "user", content }] });
    const response = await ask(groq, body, { key: groqKey });
    const expected = documentOf("groq", "headers") as Record<string, string>;
    const seen = Object.keys(expected).map((name) => [name, response.headers.get(name)]);
    assert.deepEqual(Object.fromEntries(seen), expected);
    const large = (tokens: number) => ask(groq, { ...body, max_tokens: tokens }, { key: groqKey });
    assert.equal((await large(6000)).status, 413);
    assert.equal((await large(5900)).status, 200);
    const refused = await large(5900);
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "60"]);
    clock.advance(60_000);
    assert.equal((await large(5900)).status, 200);
  });
});
