import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { snapshotDay } from "../../support/clock";
import { seededRandom } from "../../support/random";
import { connectOpenRouter, isFree, type Pace, snapshotRows, startOpenRouter } from "../../support/openRouter";
import { ask, chunks, gemma, glm, inkling, key, question, contentOf } from "./openRouterClient";

const userMessage = (content: unknown) => ({ messages: [{ role: "user", content }] });
const base64Of = (hex: string): string => Buffer.from(hex.replaceAll(" ", ""), "hex").toString("base64");
const weather = {
  type: "function",
  function: {
    name: "weather",
    parameters: { type: "object", properties: { city: { type: "string" }, days: { type: "integer", minimum: 1 } } },
  },
};

describe("the simulator's answers", () => {
  test("have the format of the service's streams", async () => {
    await using simulator = await startOpenRouter();
    const response = await ask(simulator, question({ model: glm }));
    const stream = await response.text();
    const id = response.headers.get("x-generation-id");
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    assert.match(stream, /^: OPENROUTER PROCESSING\n\n/);
    assert.match(stream, /\n\n: OPENROUTER PROCESSING\n\ndata: /);
    const all = chunks(stream) as Record<string, unknown>[];
    assert.equal(all.at(-1), "[DONE]");
    for (const { id: own, provider, model, object } of all.slice(0, -1))
      assert.deepEqual(
        { id: own, provider, model, object },
        {
          ...{ id, provider: "Z.AI", model: "z-ai/glm-5.2-20260616:free", object: "chat.completion.chunk" },
        },
      );
    assert.deepEqual(all[0]?.["choices"], [
      {
        index: 0,
        delta: { role: "assistant", content: "" },
        finish_reason: null,
        native_finish_reason: null,
        logprobs: null,
      },
    ]);
    assert.deepEqual(contentOf(stream).finishReasons, ["stop", "stop"]);
    assert.match(contentOf(stream).reasoning, /simulator/);
    assert.equal((all.at(-2)?.["usage"] as { cost: number }).cost, 0);
  });

  test("quote the question and mention the model and the simulator", async () => {
    await using simulator = await startOpenRouter();
    const body = question(userMessage("What does this do?\n\n```ts\nconst a = 1;\nlet b;\n```"));
    const { text } = contentOf(await (await ask(simulator, body)).text());
    assert.match(text, /^You asked: “What does this do\?”/);
    assert.match(text, /Gemma 4 31B \(free\).*google\/gemma-4-31b-it:free/);
    assert.match(text, /OpenRouter simulator/);
    assert.match(text, /has 2 lines and begins with `const a = 1;`/);
    const complete = (await (await ask(simulator, { ...body, stream: false })).json()) as {
      choices: { message: { content: string } }[];
    };
    assert.match(complete.choices[0]?.message.content ?? "", /^You asked: “What does this do\?”/);
  });

  const images: [name: string, type: string, base64: string, size: string][] = [
    ["a PNG", "image/png", base64Of("89504e470d0a1a0a 0000000d 49484452 00000140 000000f0"), "320 × 240"],
    ["a GIF", "image/gif", base64Of("474946383961 0a00 1400 000000"), "10 × 20"],
    [
      "a JPEG with a thumbnail first",
      "image/jpeg",
      base64Of("ffd8 ffe0 0004 0000 ffc2 0011 08 0020 0040 03 0000000000000000"),
      "64 × 32",
    ],
    [
      "a lossy WebP",
      "image/webp",
      base64Of("52494646 00000000 57454250 56503820 00000000 000000 9d012a 2000 1000"),
      "32 × 16",
    ],
    [
      "an extended WebP",
      "image/webp",
      base64Of("52494646 00000000 57454250 56503858 0a000000 00000000 1f0000 0f0000"),
      "32 × 16",
    ],
    [
      "a lossless WebP",
      "image/webp",
      base64Of("52494646 00000000 57454250 5650384c 00000000 2f 1fc00300 0000000000"),
      "32 × 16",
    ],
  ];
  for (const [name, type, base64, size] of images)
    test(`describe ${name}`, async () => {
      await using simulator = await startOpenRouter();
      const part = { type: "image_url", image_url: { url: `data:${type};base64,${base64}` } };
      const { text } = contentOf(
        await (await ask(simulator, question(userMessage([{ type: "text", text: "See?" }, part])))).text(),
      );
      assert.ok(text.includes(`I see an image: ${type}, ${size} pixels.`), text);
    });

  test("call a required tool or a tool that the question mentions", async () => {
    await using simulator = await startOpenRouter();
    for (const fields of [
      { tool_choice: "required" },
      { tool_choice: { type: "function", function: { name: "weather" } } },
      userMessage("Use weather!"),
    ]) {
      const stream = await (await ask(simulator, question({ tools: [weather], ...fields }))).text();
      assert.deepEqual(JSON.parse(contentOf(stream).toolArguments), { city: "city from the simulator", days: 1 });
      assert.deepEqual(contentOf(stream).finishReasons, ["tool_calls", "tool_calls"]);
    }
    const { text } = contentOf(await (await ask(simulator, question({ tools: [weather] }))).text());
    assert.match(text, /^You asked/);
  });

  test("quote a tool result", async () => {
    await using simulator = await startOpenRouter();
    const call = { id: "1", type: "function", function: { name: "weather", arguments: "{}" } };
    const messages = [
      { role: "user", content: "Use weather!" },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", tool_call_id: "1", content: "sunny" },
    ];
    assert.match(
      contentOf(await (await ask(simulator, question({ tools: [weather], messages }))).text()).text,
      /^The tool said: “sunny”/,
    );
  });

  const schema = {
    type: "object",
    properties: {
      title: { type: "string", maxLength: 5 },
      kind: { enum: ["bug", "idea"] },
      tags: { type: "array", items: { $ref: "#/$defs/tag" } },
      inner: { anyOf: [{ type: "object", properties: { ok: { type: "boolean" } } }, { type: "null" }] },
    },
    $defs: { tag: { type: "string" } },
  };
  const matching = { title: "title", kind: "bug", tags: Array(2).fill("tags from the simulator"), inner: { ok: true } };
  const formats: [name: string, model: string, fields: Record<string, unknown>, expected: unknown][] = [
    [
      "match a JSON schema if the model supports it",
      glm,
      { response_format: { type: "json_schema", json_schema: { name: "s", schema } } },
      matching,
    ],
    [
      "match a JSON schema in the prompt",
      gemma,
      { response_format: { type: "json_object" }, ...userMessage(`As ${JSON.stringify(schema)} please {`) },
      matching,
    ],
    [
      "ignore a JSON schema if the model does not support it",
      inkling,
      { response_format: { type: "json_schema", json_schema: { name: "s", schema } } },
      undefined,
    ],
  ];
  for (const [name, model, fields, expected] of formats)
    test(name, async () => {
      await using simulator = await startOpenRouter();
      const { text } = contentOf(await (await ask(simulator, question({ model, ...fields }))).text());
      if (expected) assert.deepEqual(JSON.parse(text), expected);
      else assert.match(text, /^You asked/);
    });

  test("come from various capable free models if the service chooses", async () => {
    await using simulator = await startOpenRouter({ now: () => snapshotDay });
    const tools = [weather];
    const body = question({ model: "openrouter/free", tools, tool_choice: "required", stream: false });
    for (let count = 0; count < 60; count++) await ask(simulator, body);
    const models = new Set(simulator.chatRequests.map((each) => each.model));
    const capable = snapshotRows(snapshotDay).filter(
      (row) => isFree(row) && row.id !== "openrouter/free" && row.supported_parameters.includes("tool_choice"),
    );
    assert.ok(models.size > capable.length / 2);
    for (const id of models)
      assert.ok(
        capable.some((row) => row.id === id),
        id,
      );
  });

  test("depend only on the random seed", async () => {
    const answers = async (seed: number) => {
      await using simulator = await startOpenRouter({ random: seededRandom(seed), now: () => snapshotDay });
      return await (await ask(simulator)).text();
    };
    assert.equal(await answers(1), await answers(1));
    assert.notEqual(await answers(1), await answers(4));
  });
});

describe("the pace of a stream", () => {
  const paces: [name: string, pace: Partial<Pace>][] = [
    ["single bytes", { chunkBytes: 1 }],
    ["chunks of 7 bytes", { chunkBytes: 7 }],
    ["chunks of 100,000 bytes", { chunkBytes: 100_000 }],
    ["two given chunk ends", { chunkEnds: [30, 1001] }],
    ["five deltas per write", { deltasPerWrite: 5, betweenMs: 1 }],
    ["pauses", { firstContentMs: [1, 3], betweenMs: [0, 1] }],
  ];
  for (const [name, pace] of paces)
    test(`does not change the bytes: ${name}`, async () => {
      await using simulator = await startOpenRouter({ random: () => 0.3, now: () => snapshotDay });
      simulator.addPersistentStep({ step: { answer: { text: "Grüße, 🦊 and 你好!" } } });
      const complete = await (await ask(simulator)).text();
      simulator.setPace(pace);
      assert.equal(await (await ask(simulator)).text(), complete);
      simulator.setPace({ newline: "\r\n" });
      assert.equal(await (await ask(simulator)).text(), complete.replaceAll("\n", "\r\n"));
    });

  test("determines the chunks", async () => {
    await using simulator = await startOpenRouter({ pace: { chunkBytes: 1 } });
    simulator.script({ reply: { body: "a🦊\r\n" } });
    const received: number[][] = [];
    for await (const bytes of (await ask(simulator)).body ?? []) received.push([...(bytes as Uint8Array)]);
    assert.deepEqual(received.flat(), [97, 240, 159, 166, 138, 13, 10]);
    assert.ok(received.length > 4, `only ${received.length} chunks`); // the first ones may arrive together
  });
});

describe("the simulated service", () => {
  test("serves the snapshot with expiration dates shifted to the current date", async () => {
    const later = snapshotDay + 100 * 86_400_000;
    await using simulator = await startOpenRouter({ now: () => later });
    const response = (await (await fetch(`${simulator.baseUrl}/models`)).json()) as {
      data: { id: string; expiration_date?: string }[];
    };
    const expiry = (id: string) => response.data.find((each) => each.id === id)?.expiration_date;
    assert.equal(response.data.length, 421);
    assert.equal(expiry("nvidia/nemotron-nano-9b-v2:free"), "2026-12-02");
    assert.equal(expiry("stealth/ox-alpha"), "2098-12-31");
  });

  test("can add and remove models while running and can serve invalid rows", async () => {
    await using simulator = await startOpenRouter({ catalogue: [...snapshotRows(snapshotDay).slice(0, 3), { id: 7 }] });
    const [first, ...rest] = simulator.catalogue.rows;
    simulator.catalogue.remove(first?.id ?? "");
    simulator.catalogue.add("invalid");
    const response = (await (await fetch(`${simulator.baseUrl}/models`)).json()) as { data: unknown[] };
    assert.deepEqual(response.data, [...rest, { id: 7 }, "invalid"]);
    const gone = (await (await ask(simulator, question({ model: first?.id }))).json()) as {
      error: { message: string };
    };
    assert.equal(gone.error.message, `${first?.id ?? ""} is not a valid model ID`);
  });

  test("describes endpoints and generations", async () => {
    await using simulator = await startOpenRouter();
    const get = async (path: string) => {
      const response = await fetch(simulator.baseUrl + path, { headers: { authorization: `Bearer ${key}` } });
      return { status: response.status, body: (await response.json()) as { data: Record<string, unknown> } };
    };
    const endpoints = await get("/models/google/gemma-4-31b-it-20260402/endpoints");
    assert.equal(endpoints.status, 200);
    assert.equal((await get("/models/a/b/endpoints")).status, 404);
    const id = (await ask(simulator)).headers.get("x-generation-id") ?? "";
    assert.equal((await get(`/generation?id=${id}`)).body.data["model"], gemma);
    assert.equal((await get("/generation?id=gen-0")).status, 404);
    assert.equal((await get("/nothing")).status, 404);
  });

  test("can be controlled by another process", async () => {
    await using simulator = await startOpenRouter({ limits: { perMinute: 20, perDay: 50 } });
    const remote = connectOpenRouter(simulator.url);
    await remote.control({
      script: ["500-internal", { answer: { text: "as scripted" } }],
      account: { usedToday: 40 },
      pace: { chunkBytes: 3 },
    });
    assert.equal((await ask(simulator)).status, 500);
    assert.equal(contentOf(await (await ask(simulator)).text()).text, "as scripted");
    const state = await remote.control();
    assert.deepEqual(
      state.requests.map(({ path, status, fault, outcome }) => ({ path, status, fault, outcome })),
      [
        { path: "/api/v1/chat/completions", status: 500, fault: "500-internal", outcome: "finished" },
        { path: "/api/v1/chat/completions", status: 200, fault: undefined, outcome: "finished" },
      ],
    );
    assert.deepEqual(state.requests[0]?.body, question());
    assert.deepEqual((await remote.control({ reset: true })).requests, []);
    await assert.rejects(
      remote.control(JSON.parse('{"script":["429-upsteam"]}') as object),
      /rejected a control request/,
    );
  });

  test("can simulate faults of other endpoints", async () => {
    await using simulator = await startOpenRouter();
    simulator.addPersistentStep({ path: "/models", step: "503-overloaded", times: 1 });
    simulator.addPersistentStep({ path: "/key", step: "200-html" });
    const get = async (path: string) => (await fetch(simulator.baseUrl + path)).status;
    assert.deepEqual([await get("/models"), await get("/models"), await get("/key")], [503, 200, 200]);
    assert.equal((await ask(simulator)).status, 200);
  });

  test("closes all connections when it is closed", async () => {
    const simulator = await startOpenRouter();
    simulator.script("comments-forever");
    const response = await ask(simulator);
    const { baseUrl } = simulator;
    assert.equal(simulator.openConnections, 1);
    await simulator.close();
    await assert.rejects(response.text());
    await assert.rejects(fetch(`${baseUrl}/models`), /fetch failed/);
    assert.equal(simulator.openConnections, 0);
  });
});
