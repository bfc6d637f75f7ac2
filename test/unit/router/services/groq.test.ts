import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CompletionRequest, RouterSettings } from "../../../../src/router/index";
import { fakeClock } from "../../../support/clock";
import { answers, cloudServices, groqRow, groqUse, refuses, streamed, type CloudService } from "../cloudServices";
import { event } from "../fakeService";
import { startBound, type Started } from "../cloudHarness";
import { question } from "../sampleModels";

const [big, small] = ["openai/gpt-oss-120b", "openai/gpt-oss-20b"];

/** A router that uses Groq alone: OpenRouter has no key. */
function startGroq(settings: Partial<RouterSettings> = {}): Started & { groq: CloudService } {
  const clock = fakeClock();
  const { fetch, services } = cloudServices([groqUse], clock.now);
  const groq = services[0]!;
  groq.rows = [groqRow(big), groqRow(small)];
  const harness = startBound(
    { services: [groqUse], strategy: "pinned", pinnedModel: `groq::${big}`, ...settings },
    {
      clock,
      fetch,
      apiKey: ({ service }) => Promise.resolve(service === "groq" ? "gsk_aB3xaB3xaB3xaB3xaB3xaB3x" : undefined),
    },
  );
  return { ...harness, groq };
}

const limitText = (window: string, letters: string, limit: number): string =>
  `Rate limit reached for model \`${big}\` in organization \`org_01abc\` service tier \`on_demand\` on ${window} (${letters}): ` +
  `Limit ${limit}, Used 4437, Requested 9854. Please try again in 11.455s. Need more tokens?`;
const limited = (window: string, letters: string, limit: number, headers: Record<string, string> = {}) =>
  refuses(
    429,
    { error: { message: limitText(window, letters, limit), type: "tokens", code: "rate_limit_exceeded" } },
    headers,
  );

describe("Groq's list", () => {
  test("has only active models that chat", async () => {
    const { groq, router } = startGroq();
    groq.rows = [
      ...[groqRow(big), groqRow("new/model-1"), groqRow("old/model", { active: false }), groqRow("groq/compound-mini")],
      ...[groqRow("whisper-large-v3"), groqRow("canopylabs/orpheus-v1"), groqRow("openai/gpt-oss-safeguard-20b")],
    ];
    const ids = (await router.freeModels()).map(({ id }) => id);
    assert.deepEqual(ids, [`groq::${big}`, "groq::new/model-1"]);
  });

  test("tells the capabilities by a table; those of other models are unknown", async () => {
    const { groq, router } = startGroq();
    groq.rows = [groqRow(big), groqRow("new/model-1"), groqRow("qwen/qwen3.8-27b")];
    const [known, other, vision] = await router.freeModels();
    assert.deepEqual(known?.supportedParameters, ["tools", "tool_choice", "structured_outputs", "response_format"]);
    assert.deepEqual([known.unknownParameters, known.reasoning?.mandatory], [[], true]);
    assert.deepEqual(other?.supportedParameters, []);
    assert.deepEqual(other.unknownParameters, ["tools", "tool_choice", "structured_outputs", "response_format"]);
    assert.deepEqual(vision?.inputModalities, ["text", "image"]);
    assert.deepEqual(vision.unknownParameters, ["structured_outputs"]);
  });

  test("has windows no larger than the tokens of a minute", async () => {
    const { router } = startGroq();
    assert.deepEqual(
      (await router.freeModels()).map(({ contextLength }) => contextLength),
      [8_000, 8_000],
    );
  });
});

test("a body has no fields that Groq refuses, and only efforts that the model knows", async () => {
  const { groq, ask } = startGroq();
  const request: CompletionRequest = {
    messages: [
      { role: "developer", content: "Be short." },
      {
        role: "assistant",
        content: "Hi",
        model: "x",
        reasoning_details: [{ type: "reasoning.text", text: "Hm." }],
        name: "me",
      },
      { role: "user", content: "Why?" },
    ],
    ...{ seed: 7, reasoning: { effort: "none" }, parallel_tool_calls: false },
  };
  await ask({}, request);
  await ask({}, { ...request, reasoning: { effort: "low" } });
  const [first, second] = groq.requests.map(({ body }) => body);
  assert.deepEqual(first, {
    model: big,
    messages: [
      { role: "system", content: "Be short." },
      { role: "assistant", content: "Hi" },
      { role: "user", content: "Why?" },
    ],
    ...{ stream: true, seed: 7 },
  });
  assert.equal(second?.["reasoning_effort"], "low");
});

describe("Groq's stream", () => {
  test("is read with its reasoning and usage", async () => {
    const { groq, ask } = startGroq();
    const chunk = (delta: unknown, finish: string | null = null, fields: object = {}): string =>
      event({ id: "chatcmpl-9356", model: big, choices: [{ index: 0, delta, finish_reason: finish }], ...fields });
    const usage = { prompt_tokens: 339, completion_tokens: 58, completion_tokens_details: { reasoning_tokens: 38 } };
    groq.script(() =>
      streamed({}, [
        chunk({ reasoning: "we", channel: "analysis" }),
        chunk({ content: "Blue." }),
        chunk({}, "stop", { x_groq: { id: "req_1", usage } }),
        event("[DONE]"),
      ]),
    );
    const { text, reasoning, end } = await ask();
    assert.deepEqual([text, reasoning, end?.model], ["Blue.", "we", `groq::${big}`]);
    assert.deepEqual(end?.usage, { promptTokens: 339, completionTokens: 58, reasoningTokens: 38 });
  });

  test("with an invalid tool call in its middle leads to another model", async () => {
    const { groq, ask } = startGroq();
    const error = {
      ...{ message: "Tool call validation failed: parameters did not match schema", type: "invalid_request_error" },
      ...{ code: "tool_use_failed", failed_generation: "{}", status_code: 400 },
    };
    groq.script(() => streamed({}, [`event: error\ndata: ${JSON.stringify({ error })}\n\n`]), answers("Hello"));
    const { failed, end } = await ask();
    assert.deepEqual([failed, end?.model], [["bad-tool-call"], `groq::${small}`]);
  });
});

describe("a refusal by Groq", () => {
  const cases: [what: string, reply: ReturnType<typeof refuses>, reason: string][] = [
    ["for the requests of a minute", limited("requests per minute", "RPM", 30), "rate-limit-minute"],
    ["for the tokens of a minute", limited("tokens per minute", "TPM", 8000), "rate-limit-minute"],
    ["for the requests of a day", limited("requests per day", "RPD", 1000, { "retry-after": "86" }), "rate-limit-day"],
    ["for the tokens of a day", limited("tokens per day", "TPD", 200000, { "retry-after": "700" }), "rate-limit-day"],
  ];
  for (const [what, reply, reason] of cases) {
    test(`${what} leaves its other models`, async () => {
      const { groq, ask } = startGroq();
      groq.script(reply, answers("Hello"));
      const { failed, end, events } = await ask();
      assert.deepEqual([failed, end?.model], [[reason], `groq::${small}`]);
      assert.ok(!events.some(({ type }) => type === "wait"));
    });
  }

  test("for the day ends when Retry-After says so, also after more than five minutes", async () => {
    const { groq, ask, clock } = startGroq();
    groq.script(limited("tokens per day", "TPD", 200_000, { "retry-after": "700" }), answers("Hello"));
    await ask();
    clock.advance(699_000);
    assert.equal((await ask()).end?.model, `groq::${small}`);
    clock.advance(2_000);
    assert.equal((await ask()).end?.model, `groq::${big}`);
  });

  test("of a request that is too large is remembered as the model's window", async () => {
    const { groq, ask, router } = startGroq();
    const message = `Request too large for model \`${big}\` on tokens per minute (TPM): Limit 6000, Requested 7000, please reduce`;
    groq.script(refuses(413, { error: { message, type: "tokens", code: "rate_limit_exceeded" } }), answers("Hello"));
    const { failed, end } = await ask();
    assert.deepEqual([failed, end?.model], [["too-large"], `groq::${small}`]);
    const windows = (await router.freeModels()).map(({ contextLength }) => contextLength);
    assert.deepEqual(windows, [6_000, 8_000]);
  });

  test("of the key closes the service", async () => {
    const { groq, ask } = startGroq();
    groq.script(
      refuses(401, { error: { message: "Invalid API Key", type: "invalid_request_error", code: "invalid_api_key" } }),
    );
    assert.equal((await ask()).error?.reason, "unauthorized");
    assert.equal(groq.requests.length, 1);
  });
});

describe("the tokens of a minute", () => {
  const long: CompletionRequest = { messages: [{ role: "user", content: "x".repeat(9_000) }], max_tokens: 1_000 };

  test("let another model answer, or make a request wait", async () => {
    const { groq, ask } = startGroq();
    const outcomes = [await ask({}, long), await ask({}, long), await ask({}, long)];
    assert.deepEqual(
      outcomes.map(({ end }) => end?.model),
      [`groq::${big}`, `groq::${small}`, `groq::${big}`],
    );
    const waits = outcomes.map(({ events }) => events.flatMap((each) => (each.type === "wait" ? each.reason : [])));
    assert.deepEqual(waits, [[], [], ["minute-limit"]]);
    assert.deepEqual(
      groq.requests.map(({ at }) => at - groq.requests[0]!.at),
      [0, 0, 60_000],
    );
  });

  test("are corrected by the headers of an answer", async () => {
    const { groq, ask, router } = startGroq();
    const headers = {
      ...{
        "x-ratelimit-limit-requests": "1000",
        "x-ratelimit-remaining-requests": "990",
        "x-ratelimit-reset-requests": "14m24s",
      },
      ...{
        "x-ratelimit-limit-tokens": "8000",
        "x-ratelimit-remaining-tokens": "100",
        "x-ratelimit-reset-tokens": "59.25s",
      },
    };
    groq.script(answers("Hello", { headers }));
    await ask({}, question);
    const state = (await router.services()).find(({ id }) => id === "groq");
    const { model, used, limit, remaining, tokens } = state?.quota ?? {};
    assert.deepEqual([model, used, limit, remaining], [`groq::${big}`, 1, 1_000, 990]);
    assert.deepEqual([tokens?.limit, tokens?.remaining], [8_000, 100]);
    assert.equal((await ask({}, question)).end?.model, `groq::${small}`);
  });

  test("exclude a request that never fits", async () => {
    const { groq, ask } = startGroq();
    const { error } = await ask({}, { messages: [{ role: "user", content: "x".repeat(30_000) }] });
    assert.deepEqual([error?.reason, groq.requests.length], ["context-too-long", 0]);
  });
});
