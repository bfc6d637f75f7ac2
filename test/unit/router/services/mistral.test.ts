import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CompletionRequest, RouterSettings } from "../../../../src/router/index";
import { fakeClock } from "../../../support/clock";
import { answers, cloudServices, mistralRow, mistralUse, refuses, streamed, type CloudService } from "../cloudServices";
import { event } from "../fakeService";
import { startBound, type Started } from "../cloudHarness";

const [small, large] = ["mistral-small-2603", "mistral-large-2512"];

/** A router that uses Mistral alone: OpenRouter has no key. */
function startMistral(settings: Partial<RouterSettings> = {}): Started & { mistral: CloudService } {
  const clock = fakeClock();
  const { fetch, services } = cloudServices([mistralUse], clock.now);
  const mistral = services[0]!;
  mistral.rows = [mistralRow(small), mistralRow(large)];
  const harness = startBound(
    { services: [mistralUse], strategy: "pinned", pinnedModel: `mistral::${small}`, ...settings },
    { clock, fetch, apiKey: ({ service }) => Promise.resolve(service === "mistral" ? "aB3x".repeat(8) : undefined) },
  );
  return { ...harness, mistral };
}

test("Mistral's list has each model once, and only those that chat", async () => {
  const { mistral, router } = startMistral();
  mistral.rows = [
    ...[mistralRow("mistral-small-latest", { name: small }), mistralRow(small, { aliases: ["mistral-small-latest"] })],
    ...[mistralRow("pixtral", { capabilities: { vision: true, function_calling: false } })],
    ...[mistralRow("mistral-embed", { capabilities: { completion_chat: false } })],
    ...[mistralRow("mistral-ocr-latest", { capabilities: { ocr: true } })],
    ...[mistralRow("mistral-moderation", { capabilities: { moderation: true } })],
    ...[mistralRow("retired", { deprecation: "2026-08-01T12:00:00Z" })],
  ];
  const models = await router.freeModels();
  assert.deepEqual(
    models.map(({ id, inputModalities, supportedParameters }) => [id, inputModalities.at(-1), supportedParameters]),
    [
      [`mistral::${small}`, "text", ["structured_outputs", "response_format", "tools", "tool_choice"]],
      ["mistral::pixtral", "image", ["structured_outputs", "response_format"]],
    ],
  );
});

test("a body has only fields and values of Mistral's schema", async () => {
  const { mistral, ask } = startMistral();
  const request: CompletionRequest = {
    messages: [
      { role: "user", content: "Weather?" },
      {
        ...{ role: "assistant", content: null, model: "openai/x" },
        tool_calls: [
          { id: "call_01HX7", type: "function", function: { name: "weather", arguments: "{}" } },
          { id: "g6fVbXS8K", type: "function", function: { name: "weather", arguments: "{}" } },
        ],
      },
      { role: "tool", content: "Sunny", tool_call_id: "call_01HX7" },
      { role: "tool", content: "Rain", tool_call_id: "g6fVbXS8K" },
    ],
    tools: [{ type: "function", function: { name: "weather" } }],
    ...{ tool_choice: "required", temperature: 2, top_p: 0, seed: 7, reasoning: { effort: "high" } },
  };
  mistral.script(() =>
    streamed({}, [
      event({
        ...{ id: "1", model: small },
        choices: [
          {
            ...{ index: 0, finish_reason: "tool_calls" },
            delta: { tool_calls: [{ id: "aB3xaB3xa", index: 0, function: { name: "weather", arguments: "{}" } }] },
          },
        ],
      }),
      event("[DONE]"),
    ]),
  );
  const { events } = await ask({}, request);
  const { messages, ...fields } = mistral.requests[0]?.body ?? {};
  assert.deepEqual(fields, {
    ...{ model: small, stream: true, tools: request.tools, tool_choice: "any" },
    ...{ temperature: 1.5, top_p: 0.01, random_seed: 7 },
  });
  const sent = messages as { tool_calls?: { id: string }[]; tool_call_id?: string }[];
  const callIds = sent.flatMap(({ tool_calls = [] }) => tool_calls.map(({ id }) => id));
  const resultIds = sent.flatMap(({ tool_call_id: id }) => id ?? []);
  assert.deepEqual(callIds, resultIds);
  assert.match(callIds[0] ?? "", /^[a-zA-Z0-9]{9}$/);
  assert.equal(callIds[1], "g6fVbXS8K");
  const call = events.find(({ type }) => type === "tool-call");
  assert.equal(call?.type === "tool-call" && call.id, "aB3xaB3xa");
});

test("parts of the content with thoughts are reasoning", async () => {
  const { mistral, ask } = startMistral();
  const chunk = (content: unknown, finish: string | null = null): string =>
    event({ id: "1", model: small, choices: [{ index: 0, delta: { content }, finish_reason: finish }], p: "abc" });
  const thinking = (text: string) => [{ type: "thinking", thinking: [{ type: "text", text }] }];
  mistral.script(() =>
    streamed({}, [
      ...[chunk(""), chunk(thinking("The")), chunk(thinking(" sky")), chunk([{ type: "text", text: "It is " }])],
      ...[chunk("blue."), chunk("", "model_length"), event("[DONE]")],
    ]),
  );
  const { text, reasoning, end } = await ask();
  assert.deepEqual([text, reasoning, end?.finishReason], ["It is blue.", "The sky", "length"]);
});

const rateLimited = refuses(429, {
  ...{ object: "error", message: "Rate limit exceeded", type: "rate_limited", param: null, code: "1300" },
  raw_status_code: 429,
});

describe("Mistral's limits", () => {
  test("let a second pass between two requests", async () => {
    const { mistral, ask } = startMistral();
    for (let time = 0; time < 3; time++) await ask();
    assert.deepEqual(
      mistral.requests.map(({ at, model }) => [at - mistral.requests[0]!.at, model]),
      [0, 1_000, 2_000].map((at) => [at, small]),
    );
  });

  test("make each refusal of an hour rest the account longer, the third for an hour", async () => {
    const { mistral, ask, clock } = startMistral();
    const start = clock.now();
    mistral.script(rateLimited, rateLimited, rateLimited, answers("Hello"));
    const first = await ask();
    assert.deepEqual(first.failed, ["rate-limit-minute", "rate-limit-minute"]);
    const second = await ask();
    assert.deepEqual(second.failed, ["rate-limit-minute"]);
    assert.equal(second.error?.reason, "rate-limit-day");
    assert.deepEqual(
      mistral.requests.map(({ at }) => at - start),
      [0, 1_000, 61_000],
    );
    clock.advance(59 * 60_000);
    assert.equal((await ask()).error?.retryAt, start + 61_000 + 60 * 60_000);
    clock.advance(2 * 60_000);
    assert.equal((await ask()).text, "Hello");
  });

  test("that say when to retry are obeyed, also beyond a minute", async () => {
    const { mistral, ask, clock } = startMistral();
    mistral.script(
      refuses(429, { message: "Requests rate limit exceeded" }, { "retry-after": "600" }),
      answers("Hello"),
    );
    assert.equal((await ask()).error?.retryAt, clock.now() + 600_000);
    clock.advance(599_000);
    assert.equal((await ask()).error?.reason, "rate-limit-day");
    clock.advance(1_000);
    assert.equal((await ask()).text, "Hello");
    assert.equal(mistral.requests.length, 2);
  });

  test("of a model's capacity leave the others", async () => {
    const { mistral, ask } = startMistral();
    const message = "Service tier capacity exceeded for this model.";
    mistral.script(
      refuses(429, { object: "error", message, type: "service_tier_capacity_exceeded" }),
      answers("Hello"),
    );
    const { failed, end } = await ask();
    assert.deepEqual([failed, end?.model], [["rate-limit-model"], `mistral::${large}`]);
  });

  test("of tokens per minute are learned from headers", async () => {
    const { mistral, ask, router } = startMistral();
    const headers = { "x-ratelimit-limit-tokens-minute": "50000", "x-ratelimit-remaining-tokens-minute": "49000" };
    mistral.script(answers("Hello", { headers }));
    await ask();
    const state = (await router.services()).find(({ id }) => id === "mistral");
    assert.deepEqual(state?.quota?.tokens?.limit, 50_000);
    assert.equal((await router.freeModels())[0]?.contextLength, 50_000);
  });
});

test("a refused body is not sent again", async () => {
  const { mistral, ask } = startMistral();
  mistral.script(refuses(422, { detail: [{ loc: ["body", "seed"], msg: "Extra inputs are not permitted" }] }));
  const { error } = await ask();
  assert.deepEqual([error?.reason, mistral.requests.length], ["bad-request", 1]);
});

test("a wrong key is reported", async () => {
  const { mistral, ask } = startMistral();
  mistral.script(refuses(401, { detail: "Invalid API Key" }));
  assert.equal((await ask()).error?.reason, "unauthorized");
});
