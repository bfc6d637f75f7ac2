import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CompletionRequest, RouterSettings } from "../../../src/router/index";
import { seededRandom } from "../../support/random";
import { isFree, snapshotRows, typicalFaultRates } from "../../support/openRouter";
import { gemma, glm, hello, key, nemotron, startHarness } from "./wireHarness";

const imageUrl = `data:image/png;base64,${Buffer.from("89504e470d0a1a0a0000000d494844520000000200000003", "hex").toString("base64")}`;
const tool = { type: "function", function: { name: "look", parameters: { type: "object" } } } as const;
const schema = { name: "s", schema: { type: "object", properties: { a: { type: "string" } } } };

const noCharges = { prompt: 0, completion: 0, request: 0, image: 0 };

/** Requests of all kinds. */
const requests: [name: string, request: CompletionRequest][] = [
  ["plain", hello],
  [
    "with an image in an earlier turn",
    {
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "See?" },
            { type: "image_url", image_url: { url: imageUrl } },
          ],
        },
        { role: "assistant", content: "I do." },
        ...hello.messages,
      ],
    },
  ],
  ["with tools", { ...hello, tools: [tool] }],
  ["with a required tool call", { ...hello, tools: [tool], tool_choice: "required" }],
  ["with a schema", { ...hello, response_format: { type: "json_schema", json_schema: schema } }],
  ["with JSON mode", { ...hello, response_format: { type: "json_object" } }],
  [
    "with a file",
    {
      messages: [
        {
          role: "user",
          content: [{ type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" } }],
        },
      ],
    },
  ],
  ["with parameters", { ...hello, temperature: 0.5, seed: 7, stop: ["x"], max_tokens: 3_000 }],
];
const strategies: Partial<RouterSettings>[] = [
  { strategy: "random" },
  { strategy: "adaptive" },
  { strategy: "server" },
  { strategy: "pinned", pinnedModel: glm },
  { strategy: "fallbacks", fallbacks: [nemotron, glm, gemma, "a/b", "anthropic/claude-opus-4.8"] },
  { strategy: "random", includePreviewModels: true },
];

describe("requests to the service", () => {
  for (const settings of strategies)
    test(`are valid and free of charge with the settings ${JSON.stringify(settings)}`, async () => {
      await using harness = await startHarness({
        settings: {
          pinnedModel: undefined,
          serverFallbacks: true,
          requestsPerMinute: 1_000,
          firstContentMs: 100,
          betweenContentsMs: 100,
          ...settings,
        },
        router: { random: seededRandom(7) },
      });
      const free = new Set(harness.simulator.catalogue.rows.filter(isFree).map(({ id }) => id));
      harness.simulator.setFaultMix({ rates: { ...typicalFaultRates, "comments-forever": 0 }, seed: 3 });
      for (const [name, request] of requests) {
        const before = harness.simulator.chatRequests.length;
        await harness.ask(request, { restartAfterOutput: true });
        assert.ok(harness.simulator.chatRequests.length > before, name);
      }
      for (const body of harness.bodies()) {
        const { model, models = [], provider, max_tokens } = body;
        assert.ok(models.length <= 3);
        for (const id of [model, ...models]) assert.ok(free.has(id), `${id} is not free`);
        assert.equal(new Set([model, ...models]).size, 1 + models.length, "no model twice");
        assert.deepEqual(provider.max_price, noCharges);
        assert.ok(max_tokens === undefined || max_tokens >= 3_000);
        assert.equal(JSON.stringify(body).includes(key), false);
      }
      assert.deepEqual(harness.simulator.violations, []);
      assert.deepEqual(
        harness.simulator.chatRequests.filter(({ status }) => status === 400 || status === 402),
        [],
      );
    });

  test("identify the app and contain the API key once", async () => {
    await using harness = await startHarness();
    await harness.ask();
    const { headers, path } = harness.simulator.chatRequests[0]!;
    assert.equal(headers["authorization"], `Bearer ${key}`);
    assert.equal(Object.values(headers).join().split(key).length, 2);
    assert.match(headers["x-openrouter-title"] ?? "", /Free Models Router/);
    assert.match(headers["http-referer"] ?? "", /^https:/);
    assert.equal(path, "/api/v1/chat/completions");
    const models = harness.simulator.requests.find((each) => each.path.endsWith("/models"));
    assert.equal(models?.headers["authorization"], undefined, "the catalogue is requested without the API key");
  });

  test("omit excluded models and the models of earlier answers", async () => {
    await using harness = await startHarness();
    const details = [{ type: "reasoning.text", text: "Hm", index: 0 }];
    await harness.ask({
      exclude: [glm],
      messages: [
        ...hello.messages,
        { role: "assistant", content: "Because.", model: glm, reasoning_details: details },
        { role: "assistant", content: "Since.", model: gemma, reasoning_details: details },
        ...hello.messages,
      ],
    });
    const sent = harness.bodies()[0]?.messages;
    assert.deepEqual(sent?.[1], { role: "assistant", content: "Because." });
    assert.deepEqual(sent[2], { role: "assistant", content: "Since.", reasoning_details: details });
    assert.deepEqual(harness.simulator.violations, []);
  });

  test("keep the prefix of `openrouter/free`", async () => {
    await using harness = await startHarness({ settings: { strategy: "server" } });
    const { end } = await harness.ask();
    assert.equal(harness.bodies()[0]?.model, "openrouter/free");
    assert.ok(end && end.model !== "openrouter/free", "the answer names its model");
  });

  test("contain a JSON schema as such or, for models with only JSON mode, in the prompt", async () => {
    await using harness = await startHarness({
      settings: { pinnedModel: undefined, strategy: "random", maxAttempts: 7 },
    });
    harness.simulator.addPersistentStep({ step: "schema-mismatch" });
    await harness.ask({
      ...hello,
      response_format: {
        type: "json_schema",
        json_schema: { ...schema, schema: { ...schema.schema, required: ["a"] } },
      },
    });
    const rows = new Map(snapshotRows(harness.clock.now()).map((row) => [row.id, row.supported_parameters]));
    const formats = harness.bodies().map(({ model, response_format, messages }) => {
      const { type } = response_format as { type: string };
      assert.ok(rows.get(model)?.includes(type === "json_schema" ? "structured_outputs" : "response_format"));
      assert.equal(JSON.stringify(messages).includes("JSON Schema"), type === "json_object");
      return type;
    });
    assert.deepEqual(formats, [...formats].sort().reverse(), "schemas come before JSON mode");
    assert.ok(new Set(formats).size === 2, formats.join());
  });
});

describe("the model of an answer", () => {
  const names: [name: string, model: string][] = [
    ["nvidia/nemotron-3-super-120b-a12b-20230311:free", nemotron],
    ["nvidia/nemotron-3-super-120b-a12b-20230311", nemotron],
    [nemotron, nemotron],
    ["unknown/model-20260101", "unknown/model-20260101"],
  ];
  for (const [name, model] of names)
    test(`is ${model} if the service names ${name}`, async () => {
      await using harness = await startHarness();
      const chunk = {
        id: "gen-1",
        provider: "Nvidia",
        model: name,
        choices: [{ delta: { content: "Hi" }, finish_reason: "stop" }],
      };
      harness.simulator.script({ reply: { body: `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n` } });
      const { events, end } = await harness.ask();
      assert.deepEqual(
        events.find(({ type }) => type === "model"),
        { type: "model", model, provider: "Nvidia", generationId: "gen-1" },
      );
      assert.equal(end?.model, model);
    });

  test("is reported before the first text, with provider and generation", async () => {
    await using harness = await startHarness();
    const { events } = await harness.ask();
    assert.deepEqual(
      events.slice(0, 3).map(({ type }) => type),
      ["attempt-start", "model", "text-delta"],
    );
    const id = harness.simulator.chatRequests[0]?.generationId;
    assert.deepEqual(events[1], { type: "model", model: gemma, provider: "Google AI Studio", generationId: id });
  });

  test("is known after a failover by the service, and the skipped model gets a cooldown", async () => {
    await using harness = await startHarness({ settings: { serverFallbacks: true } });
    harness.simulator.addPersistentStep({ step: "429-upstream", model: gemma });
    const { end, events, failed } = await harness.ask();
    const [body] = harness.bodies();
    assert.deepEqual(failed, []);
    assert.deepEqual([end?.model, end?.attempts, end?.passedOver], [body?.models?.[0], 1, [gemma]]);
    const start = events.find((event) => event.type === "attempt-start");
    assert.deepEqual([start?.model, start?.fallbacks], [gemma, body?.models]);
    assert.equal(await harness.poolStatus(gemma), "resting");
    assert.equal(await harness.poolStatus(end?.model ?? ""), "in the pool");
  });

  test("comes from another chain after a whole chain failed and got cooldowns", async () => {
    await using harness = await startHarness({ settings: { serverFallbacks: true } });
    harness.simulator.script("429-upstream");
    const { end } = await harness.ask();
    const [first, second] = harness.bodies().map(({ model, models = [] }) => [model, ...models]);
    assert.equal(first?.length, 4);
    for (const model of first) assert.equal(await harness.poolStatus(model), "resting");
    assert.equal(
      second?.some((model) => first.includes(model)),
      false,
    );
    assert.equal(end?.attempts, 2);
  });
});

describe("an invalid catalogue", () => {
  test("leaves only the models that the settings name, still without charges", async () => {
    await using harness = await startHarness();
    harness.simulator.addPersistentStep({ path: "/models", step: "503-overloaded" });
    const { text } = await harness.ask();
    assert.match(text, /^You asked/);
    assert.equal(harness.bodies()[0]?.model, gemma);
    assert.deepEqual(harness.bodies()[0]?.provider.max_price, noCharges);
  });

  test("leaves the choice to the service if the settings name no model, still without charges", async () => {
    await using harness = await startHarness({ settings: { strategy: "random", pinnedModel: undefined } });
    harness.simulator.addPersistentStep({ path: "/models", step: "503-overloaded" });
    const { text } = await harness.ask();
    assert.match(text, /^You asked/);
    assert.equal(harness.bodies()[0]?.model, "openrouter/free");
    assert.deepEqual(harness.bodies()[0]?.provider.max_price, noCharges);
  });

  test("loses only its invalid rows", async () => {
    const rows = snapshotRows(Date.UTC(2026, 7, 22));
    const broken = rows.map((row, at) =>
      row.id === glm ? { ...row, architecture: null } : at % 50 === 0 ? null : row,
    );
    await using harness = await startHarness({ simulator: { catalogue: broken } });
    const free = (await harness.router.freeModels()).map(({ id }) => id);
    assert.ok(free.includes(gemma) && !free.includes(glm));
    assert.match((await harness.ask()).text, /^You asked/);
  });
});
