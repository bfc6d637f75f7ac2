import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fakeClock } from "../../support/clock";
import { startOpenRouter } from "../../support/openRouter";
import { ask, gemma, glm, inkling, key, paid, question } from "./openRouterClient";

const free = { provider: { max_price: { prompt: 0, completion: 0 } } };
const png = `data:image/png;base64,${Buffer.from("89504e470d0a1a0a0000000d494844520000000200000003", "hex").toString("base64")}`;
const image = (url: string) => [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }];
const file = [{ role: "user", content: [{ type: "file", file: { filename: "a.pdf", file_data: "data:," } }] }];
const tools = [{ type: "function", function: { name: "look", parameters: { type: "object" } } }];
const call = { id: "1", type: "function", function: { name: "look", arguments: "{}" } };
const schema = { name: "s", schema: { type: "object" } };

/** Requests that the service rejects, and its error. */
const rejected: [name: string, body: unknown, status: number, message: RegExp][] = [
  ["a body that is not JSON", "{", 400, /Invalid JSON/],
  ["a request without messages", question({ messages: [] }), 400, /messages/],
  ["an unknown role", question({ messages: [{ role: "bot", content: "" }] }), 400, /role/],
  ["more than three models", question({ models: [glm, glm, glm, glm] }), 400, /must have 3 items or fewer/],
  ["an unknown key in provider", question({ provider: { maxPrice: 0 } }), 400, /provider/],
  ["an unknown data policy", question({ provider: { data_collection: "no" } }), 400, /data_collection/],
  ["an unknown model", question({ model: "a/b" }), 400, /^a\/b is not a valid model ID$/],
  [
    "a free variant that no longer exists",
    question({ model: "openai/gpt-5.5:free" }),
    404,
    /unavailable for free\. The paid/,
  ],
  ["a paid model", question({ model: paid }), 402, /can only afford/],
  [
    "a paid model with a maximum price of 0",
    question({ model: paid, ...free }),
    404,
    /No endpoints found for anthropic/,
  ],
  [
    "a paid router with a maximum price of 0",
    question({ model: "openrouter/auto", ...free }),
    404,
    /No endpoints found/,
  ],
  ["a paid music model", question({ model: "google/lyria-3-pro-preview", ...free }), 404, /No endpoints found/],
  ["an image for a text model", question({ model: glm, messages: image(png) }), 404, /support image input/],
  ["an invalid image", question({ messages: image("data:image/png;base64,AAAA") }), 400, /could not be decoded/],
  [
    "an image with the wrong MIME type",
    question({ messages: image(png.replace("png", "jpeg")) }),
    400,
    /not image\/jpeg/,
  ],
  ["a remote image", question({ messages: image("https://example.com/a.png") }), 400, /downloaded/],
  ["a file for the paid parser", question({ messages: file }), 402, /can only afford/],
  [
    "a required tool call for a model without tool_choice",
    question({ model: inkling, tools, tool_choice: "required" }),
    404,
    /'tool_choice' value/,
  ],
  ["tools for a classifier", question({ model: "nvidia/nemotron-3.5-content-safety:free", tools }), 404, /tool use/],
  [
    "a tool result without a call",
    question({ messages: [{ role: "tool", tool_call_id: "1", content: "" }] }),
    400,
    /1/,
  ],
  [
    "a tool call without a result",
    question({ messages: [{ role: "assistant", tool_calls: [call] }] }),
    400,
    /No tool output/,
  ],
  [
    "disabled reasoning for a model with mandatory reasoning",
    question({ model: "liquid/lfm-2.5-2.6b:free", reasoning: { effort: "none" } }),
    400,
    /mandatory/,
  ],
  [
    "a prompt that is too long",
    question({ messages: [{ role: "user", content: "a".repeat(2 ** 21) }] }),
    400,
    /maximum context length/,
  ],
  ["a requested answer that is too long", question({ max_tokens: 40_000 }), 404, /requested parameters/],
  [
    "unsupported parameters that are required",
    question({ model: inkling, provider: { require_parameters: true }, response_format: { type: "json_object" } }),
    404,
    /parameters/,
  ],
  [
    "a privacy setting that excludes all providers",
    question({ provider: { data_collection: "deny" } }),
    404,
    /data policy/,
  ],
  [
    "a schema without a name",
    question({ response_format: { type: "json_schema", json_schema: { schema: {} } } }),
    400,
    /response_format/,
  ],
  ["a chain of invalid models", question({ model: "a/b", models: ["c/d"] }), 400, /^c\/d is not/],
];

/** Requests that the service accepts. */
const accepted: [name: string, body: Record<string, unknown>][] = [
  ["an image for a vision model", question({ messages: image(png) })],
  [
    "a file for the free parser",
    question({ messages: file, plugins: [{ id: "file-parser", pdf: { engine: "cloudflare-ai" } }] }),
  ],
  [
    "a JSON schema that the model does not support",
    question({ model: inkling, response_format: { type: "json_schema", json_schema: schema } }),
  ],
  ["a routing variant", question({ model: `${gemma}:nitro` })],
  ["a preview without the :free suffix", question({ model: "stealth/ox-alpha", ...free })],
  [
    "a paid model that the maximum price excludes, followed by a free one",
    question({ model: paid, models: [glm], ...free }),
  ],
];

describe("the request validation of the simulator", () => {
  for (const [name, body, status, message] of rejected)
    test(`rejects ${name}`, async () => {
      await using simulator = await startOpenRouter();
      const response = await ask(simulator, body);
      const { error } = (await response.json()) as { error: { code: number; message: string } };
      assert.deepEqual([response.status, error.code], [status, status]);
      assert.match(error.message, message);
    });

  for (const [name, body] of accepted)
    test(`accepts ${name}`, async () => {
      await using simulator = await startOpenRouter();
      const response = await ask(simulator, body);
      assert.deepEqual([response.status, simulator.violations], [200, []], await response.text());
    });

  test("requires a valid API key", async () => {
    await using simulator = await startOpenRouter({ keys: ["sk-or-v1-aa"] });
    const statuses = async (authorization?: string) => {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const paths = ["/key", "/models/user", "/credits", "/generation", "/models"];
      const responses = await Promise.all(paths.map((path) => fetch(simulator.baseUrl + path, { headers })));
      const chat = await ask(simulator, question(), { headers });
      return [...responses, chat].map((each) => each.status);
    };
    assert.deepEqual(await statuses(), [401, 401, 401, 401, 200, 401]);
    assert.deepEqual(await statuses("Bearer sk-or-v1-bb"), [401, 401, 401, 401, 200, 401]);
    assert.deepEqual(await statuses("Bearer sk-or-v1-aa"), [200, 200, 403, 404, 200, 200]);
  });

  test("records requests that could have been charged or leaked data", async () => {
    await using simulator = await startOpenRouter();
    await ask(simulator, question({ model: paid }));
    await ask(simulator, question({ messages: file }));
    await ask(simulator, question({ exclude: ["a/b"] }));
    assert.deepEqual(simulator.violations, [
      `${paid} would have been charged: it is not free, and max_price was not 0`,
      "the paid default engine would have read a file",
      "unknown field exclude",
    ]);
  });

  test("tries `models` in order and reports the attempts if requested", async () => {
    await using simulator = await startOpenRouter();
    simulator.addPersistentStep({ step: "429-upstream", model: gemma });
    const body = question({ models: [glm, inkling], stream: false });
    const headers = { authorization: `Bearer ${key}`, "x-openrouter-metadata": "enabled" };
    const answer = (await (await ask(simulator, body, { headers })).json()) as Record<string, unknown>;
    assert.equal(answer["model"], "z-ai/glm-5.2-20260616:free");
    assert.deepEqual((answer["openrouter_metadata"] as { attempts: unknown }).attempts, [
      { provider: "Google AI Studio", model: gemma, status: 429 },
      { provider: "Z.AI", model: glm, status: 200 },
    ]);
    simulator.addPersistentStep({ step: "503-overloaded" });
    const failure = (await (await ask(simulator, body)).json()) as { error: { code: number; metadata: unknown } };
    assert.equal(failure.error.code, 503);
    assert.deepEqual((failure.error.metadata as { previous_errors: unknown }).previous_errors, [
      { provider: "Google AI Studio", code: 429, status: 429 },
      { provider: "Z.AI", code: 503, status: 503 },
    ]);
  });
});

describe("the simulated account", () => {
  test("has limits per minute and per day", async () => {
    const clock = fakeClock(Date.UTC(2026, 7, 22, 23, 58, 30));
    await using simulator = await startOpenRouter({ now: clock.now, limits: { perMinute: 2, perDay: 4 } });
    const outcomes = async (times: number) => {
      const results: string[] = [];
      for (let count = 0; count < times; count++) {
        const response = await ask(simulator, question({ stream: false }));
        const { error } = (await response.json()) as { error?: { metadata: { limit_source: string } } };
        const reset = Number(response.headers.get("x-ratelimit-reset"));
        results.push(error ? `${error.metadata.limit_source} until ${new Date(reset).toISOString()}` : "answered");
      }
      return results;
    };
    const minute = "openrouter_free_tier_per_minute until 2026-08-22T23:59:00.000Z";
    assert.deepEqual(await outcomes(3), ["answered", "answered", minute]);
    clock.advance(60_000);
    const day = "openrouter_free_tier_daily until 2026-08-23T00:00:00.000Z";
    assert.deepEqual(await outcomes(2), ["answered", day]);
    const headers = { authorization: `Bearer ${key}` };
    const current = (await (await fetch(`${simulator.baseUrl}/key`, { headers })).json()) as { data: object };
    const daily = { used: 5, limit: 4, remaining: 0 };
    assert.deepEqual(Object.entries(current.data).at(-1), ["free_model_daily_requests", daily]);
    clock.advance(60_000);
    assert.deepEqual(await outcomes(1), ["answered"]);
    simulator.account.set({ reportsDailyRequests: false });
    const older = (await (await fetch(`${simulator.baseUrl}/key`, { headers })).json()) as { data: object };
    assert.equal("free_model_daily_requests" in older.data, false);
  });

  test("does not count invalid requests", async () => {
    await using simulator = await startOpenRouter({ limits: { perMinute: 1, perDay: 50 } });
    await ask(simulator, "{");
    await ask(simulator, question(), { headers: {} });
    assert.equal((await ask(simulator)).status, 200);
    assert.equal((await ask(simulator)).status, 429);
  });
});
