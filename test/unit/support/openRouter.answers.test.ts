import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { snapshotDay } from "../../support/clock";
import { seededRandom } from "../../support/dice";
import { connectOpenRouter, isFree, type Pace, snapshotRows, startOpenRouter } from "../../support/openRouter";
import { ask, chunks, gemma, glm, inkling, key, question, said } from "./openRouterClient";

const user = (content: unknown) => ({ messages: [{ role: "user", content }] });
const bytesOf = (hex: string): string => Buffer.from(hex.replaceAll(" ", ""), "hex").toString("base64");
const weather = {
  type: "function",
  function: {
    name: "weather",
    parameters: { type: "object", properties: { city: { type: "string" }, days: { type: "integer", minimum: 1 } } },
  },
};

describe("the simulator's answers", () => {
  test("stream as the service does", async () => {
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
    assert.deepEqual(said(stream).finish, ["stop", "stop"]);
    assert.match(said(stream).reasoning, /simulator/);
    assert.equal((all.at(-2)?.["usage"] as { cost: number }).cost, 0);
  });

  test("quote the question, name the model, and say who really speaks", async () => {
    await using simulator = await startOpenRouter();
    const body = question(user("What does this do?\n\n```ts\nconst a = 1;\nlet b;\n```"));
    const { text } = said(await (await ask(simulator, body)).text());
    assert.match(text, /^You asked: “What does this do\?”/);
    assert.match(text, /Gemma 4 31B \(free\).*google\/gemma-4-31b-it:free/);
    assert.match(text, /OpenRouter simulator/);
    assert.match(text, /has 2 lines and begins with `const a = 1;`/);
    const whole = (await (await ask(simulator, { ...body, stream: false })).json()) as {
      choices: { message: { content: string } }[];
    };
    assert.match(whole.choices[0]?.message.content ?? "", /^You asked: “What does this do\?”/);
  });

  const pictures: [name: string, type: string, base64: string, size: string][] = [
    ["a PNG", "image/png", bytesOf("89504e470d0a1a0a 0000000d 49484452 00000140 000000f0"), "320 × 240"],
    ["a GIF", "image/gif", bytesOf("474946383961 0a00 1400 000000"), "10 × 20"],
    [
      "a JPEG with a thumbnail first",
      "image/jpeg",
      bytesOf("ffd8 ffe0 0004 0000 ffc2 0011 08 0020 0040 03 0000000000000000"),
      "64 × 32",
    ],
    [
      "a lossy WebP",
      "image/webp",
      bytesOf("52494646 00000000 57454250 56503820 00000000 000000 9d012a 2000 1000"),
      "32 × 16",
    ],
    [
      "an extended WebP",
      "image/webp",
      bytesOf("52494646 00000000 57454250 56503858 0a000000 00000000 1f0000 0f0000"),
      "32 × 16",
    ],
    [
      "a lossless WebP",
      "image/webp",
      bytesOf("52494646 00000000 57454250 5650384c 00000000 2f 1fc00300 0000000000"),
      "32 × 16",
    ],
  ];
  for (const [name, type, base64, size] of pictures)
    test(`prove that ${name} arrived`, async () => {
      await using simulator = await startOpenRouter();
      const part = { type: "image_url", image_url: { url: `data:${type};base64,${base64}` } };
      const { text } = said(
        await (await ask(simulator, question(user([{ type: "text", text: "See?" }, part])))).text(),
      );
      assert.ok(text.includes(`I see an image: ${type}, ${size} pixels.`), text);
    });

  test("call a tool that must be called, and one that the question names", async () => {
    await using simulator = await startOpenRouter();
    for (const change of [
      { tool_choice: "required" },
      { tool_choice: { type: "function", function: { name: "weather" } } },
      user("Use weather!"),
    ]) {
      const stream = await (await ask(simulator, question({ tools: [weather], ...change }))).text();
      assert.deepEqual(JSON.parse(said(stream).toolArguments), { city: "city from the simulator", days: 1 });
      assert.deepEqual(said(stream).finish, ["tool_calls", "tool_calls"]);
    }
    const { text } = said(await (await ask(simulator, question({ tools: [weather] }))).text());
    assert.match(text, /^You asked/);
  });

  test("answer a tool's result", async () => {
    await using simulator = await startOpenRouter();
    const call = { id: "1", type: "function", function: { name: "weather", arguments: "{}" } };
    const messages = [
      { role: "user", content: "Use weather!" },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", tool_call_id: "1", content: "sunny" },
    ];
    assert.match(
      said(await (await ask(simulator, question({ tools: [weather], messages }))).text()).text,
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
  const fits = { title: "title", kind: "bug", tags: Array(2).fill("tags from the simulator"), inner: { ok: true } };
  const formats: [what: string, model: string, change: Record<string, unknown>, expected: unknown][] = [
    [
      "a schema, where the model can",
      glm,
      { response_format: { type: "json_schema", json_schema: { name: "s", schema } } },
      fits,
    ],
    [
      "a schema in the prompt",
      gemma,
      { response_format: { type: "json_object" }, ...user(`As ${JSON.stringify(schema)} please {`) },
      fits,
    ],
    [
      "no schema, where it cannot",
      inkling,
      { response_format: { type: "json_schema", json_schema: { name: "s", schema } } },
      undefined,
    ],
  ];
  for (const [what, model, change, expected] of formats)
    test(`hold to ${what}`, async () => {
      await using simulator = await startOpenRouter();
      const { text } = said(await (await ask(simulator, question({ model, ...change }))).text());
      if (expected) assert.deepEqual(JSON.parse(text), expected);
      else assert.match(text, /^You asked/);
    });

  test("come from any free model that can do it, where the service chooses", async () => {
    await using simulator = await startOpenRouter({ now: () => snapshotDay });
    const tools = [weather];
    const body = question({ model: "openrouter/free", tools, tool_choice: "required", stream: false });
    for (let at = 0; at < 60; at++) await ask(simulator, body);
    const answered = new Set(simulator.chatRequests.map((each) => each.model));
    const able = snapshotRows(snapshotDay).filter(
      (row) => isFree(row) && row.id !== "openrouter/free" && row.supported_parameters.includes("tool_choice"),
    );
    assert.ok(answered.size > able.length / 2);
    for (const id of answered)
      assert.ok(
        able.some((row) => row.id === id),
        id,
      );
  });

  test("are the same with the same dice, and others with others", async () => {
    const answers = async (seed: number) => {
      await using simulator = await startOpenRouter({ random: seededRandom(seed), now: () => snapshotDay });
      return await (await ask(simulator)).text();
    };
    assert.equal(await answers(1), await answers(1));
    assert.notEqual(await answers(1), await answers(4));
  });
});

describe("the pace", () => {
  const paces: [what: string, pace: Partial<Pace>][] = [
    ["byte by byte", { chunkBytes: 1 }],
    ["in pieces of 7 bytes", { chunkBytes: 7 }],
    ["in pieces of 100,000 bytes", { chunkBytes: 100_000 }],
    ["with two cuts", { chunkEnds: [30, 1001] }],
    ["five deltas at once", { deltasPerWrite: 5, betweenMs: 1 }],
    ["with pauses", { firstContentMs: [1, 3], betweenMs: [0, 1] }],
  ];
  for (const [what, pace] of paces)
    test(`changes nothing about the bytes: ${what}`, async () => {
      await using simulator = await startOpenRouter({ random: () => 0.3, now: () => snapshotDay });
      simulator.addPersistentStep({ step: { answer: { text: "Grüße, 🦊 and 你好!" } } });
      const whole = await (await ask(simulator)).text();
      simulator.setPace(pace);
      assert.equal(await (await ask(simulator)).text(), whole);
      simulator.setPace({ newline: "\r\n" });
      assert.equal(await (await ask(simulator)).text(), whole.replaceAll("\n", "\r\n"));
    });

  test("cuts where it is told to", async () => {
    await using simulator = await startOpenRouter({ pace: { chunkBytes: 1 } });
    simulator.script({ reply: { body: "a🦊\r\n" } });
    const pieces: number[][] = [];
    for await (const bytes of (await ask(simulator)).body ?? []) pieces.push([...(bytes as Uint8Array)]);
    assert.deepEqual(pieces.flat(), [97, 240, 159, 166, 138, 13, 10]);
    assert.ok(pieces.length > 4, `only ${pieces.length} pieces`); // the first ones may be read together
  });
});

describe("the rest of the service", () => {
  test("serves the snapshot, with announced removals as far off as they were", async () => {
    const later = snapshotDay + 100 * 86_400_000;
    await using simulator = await startOpenRouter({ now: () => later });
    const answer = (await (await fetch(`${simulator.baseUrl}/models`)).json()) as {
      data: { id: string; expiration_date?: string }[];
    };
    const expiry = (id: string) => answer.data.find((each) => each.id === id)?.expiration_date;
    assert.equal(answer.data.length, 421);
    assert.equal(expiry("nvidia/nemotron-nano-9b-v2:free"), "2026-12-02");
    assert.equal(expiry("stealth/ox-alpha"), "2098-12-31");
  });

  test("loses and gains models in mid-run, and serves rows that are none", async () => {
    await using simulator = await startOpenRouter({ catalogue: [...snapshotRows(snapshotDay).slice(0, 3), { id: 7 }] });
    const [first, ...rest] = simulator.catalogue.rows;
    simulator.catalogue.remove(first?.id ?? "");
    simulator.catalogue.add("nonsense");
    const answer = (await (await fetch(`${simulator.baseUrl}/models`)).json()) as { data: unknown[] };
    assert.deepEqual(answer.data, [...rest, { id: 7 }, "nonsense"]);
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

  test("is told what to do by another process", async () => {
    await using simulator = await startOpenRouter({ limits: { perMinute: 20, perDay: 50 } });
    const remote = connectOpenRouter(simulator.url);
    await remote.control({
      script: ["500-internal", { answer: { text: "as ordered" } }],
      account: { usedToday: 40 },
      pace: { chunkBytes: 3 },
    });
    assert.equal((await ask(simulator)).status, 500);
    assert.equal(said(await (await ask(simulator)).text()).text, "as ordered");
    const seen = await remote.control();
    assert.deepEqual(
      seen.requests.map(({ path, status, fault, outcome }) => ({ path, status, fault, outcome })),
      [
        { path: "/api/v1/chat/completions", status: 500, fault: "500-internal", outcome: "finished" },
        { path: "/api/v1/chat/completions", status: 200, fault: undefined, outcome: "finished" },
      ],
    );
    assert.deepEqual(seen.requests[0]?.body, question());
    assert.deepEqual((await remote.control({ reset: true })).requests, []);
    await assert.rejects(
      remote.control(JSON.parse('{"script":["429-upsteam"]}') as object),
      /rejected a control request/,
    );
  });

  test("fails at whatever else it offers, too", async () => {
    await using simulator = await startOpenRouter();
    simulator.addPersistentStep({ path: "/models", step: "503-overloaded", times: 1 });
    simulator.addPersistentStep({ path: "/key", step: "200-html" });
    const get = async (path: string) => (await fetch(simulator.baseUrl + path)).status;
    assert.deepEqual([await get("/models"), await get("/models"), await get("/key")], [503, 200, 200]);
    assert.equal((await ask(simulator)).status, 200);
  });

  test("leaves nothing behind", async () => {
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
