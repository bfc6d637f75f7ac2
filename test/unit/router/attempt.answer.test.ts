import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  AnswerReader,
  maxAnswerLength,
  type AnswerReaderOptions,
  type AttemptEvent,
} from "../../../src/router/answerReader";
import { AttemptError } from "../../../src/router/attemptError";
import type { CompletionRequest } from "../../../src/router/request";
import { openRouter } from "../../../src/router/services/openrouter/openrouter";
import { defaultSettings } from "../../../src/router/settings";
import { createValidator } from "../../../src/router/structured";
import { fakeClock } from "../../support/clock";
import { requestedModel } from "./attemptHarness";
import { model, question } from "./sampleModels";

const models = [model(requestedModel, { canonicalSlug: "a/asked-20260101" }), model("b/spare:free")];
const tools: CompletionRequest = { ...question, tools: [{ type: "function", function: { name: "look" } }] };

/** One message of a stream; without `model` and `provider`, like some errors. */
const bare = (delta: unknown, finishReason: string | null = null, fields: object = {}): string =>
  JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finishReason }], ...fields });
const message = (delta: unknown, finishReason: string | null = null, fields: object = {}): string =>
  bare(delta, finishReason, { model: requestedModel, provider: "Acme", ...fields });
const text = (content: string): string => message({ content });
const reasoning = (content: string): string => message({ content: "", reasoning: content });
const toolCall = (args: string, id = "1"): string =>
  message({ tool_calls: [{ index: 0, id, function: { name: "look", arguments: args } }] });
const stop = message({ content: "" }, "stop");
const done = "[DONE]";

function readerFor(options: Partial<AnswerReaderOptions> = {}): AnswerReader {
  return new AnswerReader({
    ...{ service: openRouter, request: question, chain: [requestedModel], models },
    ...{ settings: defaultSettings, now: fakeClock().now },
    ...options,
  });
}

/** Reads one message at a time and returns the events after each, without the model. */
function eventsPerMessage(messages: readonly string[], reader = readerFor()): AttemptEvent[][] {
  return messages.map((each) => {
    reader.read([each], new Headers());
    return reader.takeEvents().filter(({ type }) => type !== "model");
  });
}

/** Reads the whole stream. Returns the answer, or the error. */
function outcomeOf(messages: readonly string[], options: Partial<AnswerReaderOptions> = {}) {
  const reader = readerFor(options);
  try {
    reader.read(messages, new Headers());
    return { answer: reader.finish(), events: reader.takeEvents() };
  } catch (thrown) {
    const error = reader.withStreamDetails(thrown);
    assert.ok(error instanceof AttemptError, String(error));
    return { error };
  }
}
const reasonOf = (messages: readonly string[], options: Partial<AnswerReaderOptions> = {}): string | undefined =>
  outcomeOf(messages, options).error?.reason;

describe("the end of an answer", () => {
  const withTools = { request: tools };
  const limited = { request: { ...tools, max_tokens: 100 } };
  const cases: [name: string, messages: string[], options: object, reason: string | undefined][] = [
    ["text and [DONE]", [text("Hi"), done], {}, undefined],
    ["text and no [DONE]", [text("Hi")], {}, "interrupted"],
    ["a tool call", [toolCall("{}"), message({}, "tool_calls")], withTools, undefined],
    ["a tool call with the finish reason stop", [toolCall("{}"), stop], withTools, undefined],
    ["a tool call without arguments", [toolCall(""), message({}, "tool_calls")], withTools, undefined],
    ["a tool call and [DONE], without a finish reason", [toolCall('{"a":1}'), done], withTools, "interrupted"],
    [
      "text, a tool call and [DONE], without a finish reason",
      [text("Hi"), toolCall(""), done],
      withTools,
      "interrupted",
    ],
    [
      "a tool call without arguments at the token limit",
      [toolCall(""), message({}, "length")],
      withTools,
      "bad-tool-call",
    ],
    ["the same under the request's own limit", [toolCall('{"a"'), message({}, "length")], limited, "out-of-tokens"],
    ["a complete tool call at the token limit", [toolCall('{"a":1}'), message({}, "length")], withTools, undefined],
    ["a tool call that a filter cut off", [toolCall('{"a"'), message({}, "content_filter")], withTools, "moderated"],
    [
      "reasoning up to the token limit before a required tool call",
      [reasoning("Hm."), message({}, "length")],
      { request: { ...tools, tool_choice: "required" } },
      "out-of-tokens",
    ],
    [
      "reasoning instead of a required tool call",
      [reasoning("Hm."), stop],
      { request: { ...tools, tool_choice: "required" } },
      "bad-tool-call",
    ],
    ["glued arguments", [toolCall("{}{}"), message({}, "tool_calls")], withTools, "bad-tool-call"],
  ];
  for (const [name, messages, options, reason] of cases)
    test(`${name}: ${reason ?? "success"}`, () => assert.equal(reasonOf(messages, options), reason));

  test("validates a structured answer and returns its JSON", async () => {
    const options = { validate: await createValidator({ type: "json_object" }) };
    assert.equal(outcomeOf([text('```json\n{"a":1}\n```'), stop], options).answer?.text, '{"a":1}');
    assert.equal(reasonOf([text('{"a":'), stop], options), "schema-mismatch");
    assert.equal(reasonOf([text('{"a":'), message({}, "length")], options), "out-of-tokens");
    assert.equal(reasonOf([text("I look."), toolCall("{}"), stop], { ...options, ...withTools }), undefined);
  });
});

test("the model is reported again when it returns after another one", () => {
  const other = message({ content: "b" }, null, { model: "b/spare:free" });
  const reader = readerFor();
  reader.read([text("a"), text("a"), other, other, text("a"), text("a"), stop], new Headers());
  assert.deepEqual(
    reader.takeEvents().map((event) => (event.type === "model" ? event.model : event.type)),
    [requestedModel, "text-delta", "b/spare:free", "text-delta", requestedModel, "text-delta"],
  );
  assert.equal(reader.finish().text, "aabbaa");
});

describe("an endless answer", () => {
  const long = "0123456789".repeat(10_000);
  const endless = (delta: object): string[] => Array.from({ length: 20 }, () => message(delta));

  test("ends at the limit, as cut off", () => {
    const reader = readerFor();
    reader.read(endless({ content: long }), new Headers());
    assert.equal(reader.done, true);
    const { text, finishReason } = reader.finish();
    assert.deepEqual([text.length, finishReason], [maxAnswerLength, "length"]);
  });

  test("of reasoning alone has reached its token limit", () => {
    const reader = readerFor();
    reader.read(endless({ reasoning: long }), new Headers());
    assert.equal(reader.done, true);
    assert.throws(() => reader.finish(), { reason: "out-of-tokens" });
  });
});

test("reasoning in the same chunk as text comes first", () => {
  const [events] = eventsPerMessage([message({ content: "Hi", reasoning: "Hm." })]);
  assert.deepEqual(
    events?.map(({ type }) => type),
    ["reasoning-delta", "text-delta"],
  );
});

describe("white space", () => {
  const deltas = (type: AttemptEvent["type"], ...texts: string[]): AttemptEvent[][] =>
    texts.map((each) => (each ? [{ type, text: each } as AttemptEvent] : []));

  test("is held back until text follows, and belongs to it", () => {
    const messages = [text(" "), text("\n"), text("Hi"), text(" "), text("\n\n"), text("you")];
    const texts = ["", "", " \nHi", " ", "\n\n", "you"];
    assert.deepEqual(eventsPerMessage(messages), deltas("text-delta", ...texts));
    assert.equal(outcomeOf([...messages, stop]).answer?.text, texts.join(""));
  });

  test("is held back until reasoning follows", () => {
    const messages = ["\n", "Hm", "\n", "so"].map(reasoning);
    assert.deepEqual(eventsPerMessage(messages), deltas("reasoning-delta", "", "\nHm", "\n", "so"));
  });

  test("does not count as content: in text, reasoning and tool arguments", () => {
    const reader = readerFor({ request: tools });
    const contents: [string, boolean][] = [
      [text("\n"), false],
      [reasoning(" "), false],
      [reasoning("Hm"), true],
      [reasoning(" \n"), false],
      [text("Hi"), true],
      [text(" "), false],
      [message({ content: "" }), false],
      [toolCall(""), true],
      [toolCall("\n"), false],
      [toolCall("{"), true],
    ];
    for (const [each, expected] of contents) {
      reader.read([each], new Headers());
      assert.equal(reader.takeHasContent(), expected, each);
    }
  });

  test("alone is no answer and no text", () => {
    assert.equal(reasonOf([text(" "), text("\n"), stop, done]), "empty");
    assert.equal(outcomeOf([reasoning("\n"), stop]).error?.message, "The model returned no answer.");
    const { answer, events } = outcomeOf([text("\n\n"), toolCall("{}"), message({}, "tool_calls")], { request: tools });
    assert.deepEqual([answer?.text, answer?.timeToFirstTextMs], ["", undefined]);
    assert.deepEqual(
      events?.map(({ type }) => type),
      ["model"],
    );
  });

  test("is not the first text", () => {
    const clock = fakeClock();
    const reader = readerFor({ now: clock.now });
    for (const each of [text(" "), text("\n"), text("Hi"), stop]) {
      clock.advance(1_000);
      reader.read([each], new Headers());
    }
    assert.equal(reader.finish().timeToFirstTextMs, 3_000);
  });
});

describe("an error in a stream", () => {
  const error = { code: 502, message: "Down" };
  const detailsOf = (...messages: string[]) => outcomeOf(messages).error?.details;

  test("is attributed to the model that its chunk names, else to the last one of the stream", () => {
    const other = { model: "b/spare:free" };
    assert.equal(detailsOf(text("Hi"), bare({}, "error", { error, ...other }))?.model, "b/spare:free");
    assert.equal(
      detailsOf(JSON.stringify({ error, model: "a/asked-20260101:free", choices: [] }))?.model,
      requestedModel,
    );
    assert.equal(detailsOf(text("Hi"), message({}, null, other), JSON.stringify({ error }))?.model, "b/spare:free");
    assert.equal(detailsOf(JSON.stringify({ error }))?.model, undefined);
  });

  test("names the model for every other failure too", () => {
    assert.equal(detailsOf(stop)?.model, requestedModel);
    assert.equal(detailsOf(text("Hi"), "{")?.model, requestedModel);
    assert.equal(detailsOf(text("Hi"), message({ content: 5 }))?.model, requestedModel);
  });

  test("is the host's if the stream named one", () => {
    const bad = { code: 401, message: "No auth credentials found" };
    assert.equal(detailsOf(message({}), JSON.stringify({ error: bad }))?.origin, "provider");
    assert.equal(detailsOf(message({}), JSON.stringify({ choices: [{ finish_reason: "error" }] }))?.origin, "provider");
    assert.notEqual(detailsOf(JSON.stringify({ error: bad }))?.origin, "provider");
  });

  test("reports the cost of the failed attempt", () => {
    const usage = (cost: number): object => ({ usage: { prompt_tokens: 1, completion_tokens: 2, cost } });
    const charged = message({}, null, usage(0.02));
    assert.equal(detailsOf(charged, JSON.stringify({ error }))?.cost, 0.02);
    assert.equal(detailsOf(JSON.stringify({ error, choices: [], ...usage(0.02) }))?.cost, 0.02);
    assert.equal(detailsOf(charged, message({}, "stop", usage(0)))?.cost, 0.02, "empty");
    assert.equal(detailsOf(text("Hi"), charged)?.cost, 0.02, "interrupted");
    assert.equal(detailsOf(charged, "{")?.cost, 0.02, "malformed");
    assert.equal(detailsOf(message({}, "stop", usage(0)))?.cost, undefined);
  });

  test("of a body that was not streamed reports the same", () => {
    const reader = readerFor();
    const usage = { prompt_tokens: 1, completion_tokens: 2, cost: 0.02 };
    const body = JSON.stringify({ model: requestedModel, provider: "Acme", usage, error });
    assert.throws(
      () => reader.readWhole(body, new Headers()),
      (thrown) => {
        const { model: named, cost } = (reader.withStreamDetails(thrown) as AttemptError).details;
        return named === requestedModel && cost === 0.02;
      },
    );
  });

  test("keeps the cost of an answer whose last usage lacks it", () => {
    const usage = { prompt_tokens: 1, completion_tokens: 2 };
    const charged = message({}, null, { usage: { ...usage, cost: 0.02 } });
    const { answer } = outcomeOf([charged, text("Hi"), message({}, "stop", { usage })]);
    assert.deepEqual(answer?.usage, { promptTokens: 1, completionTokens: 2, cost: 0.02 });
  });
});

describe("reasoning details", () => {
  const detailsOf = (...details: unknown[]): readonly unknown[] | undefined =>
    outcomeOf([...details.map((each) => message({ content: "", reasoning_details: [each] })), text("Hi"), stop]).answer
      ?.reasoningDetails;
  const detail = (fields: object) => ({ type: "reasoning.text", index: 0, ...fields });
  const cases: [name: string, details: unknown[], joined: unknown[]][] = [
    [
      "keep id, format and signature of any fragment",
      [
        detail({ text: "Let ", format: "anthropic-claude-v1", id: null }),
        detail({ text: "me ", format: null, id: "r1" }),
        detail({ signature: "abc" }),
      ],
      [detail({ text: "Let me ", format: "anthropic-claude-v1", id: "r1", signature: "abc" })],
    ],
    [
      "join summaries",
      ["a", "b"].map((summary) => ({ type: "reasoning.summary", summary })),
      [{ type: "reasoning.summary", summary: "ab" }],
    ],
    [
      "stay apart with another index",
      [detail({ text: "a" }), detail({ text: "b", index: 1 })],
      [detail({ text: "a" }), detail({ text: "b", index: 1 })],
    ],
    [
      "stay apart with another id",
      [detail({ text: "a", id: "1" }), detail({ text: "b", id: "2" })],
      [detail({ text: "a", id: "1" }), detail({ text: "b", id: "2" })],
    ],
    [
      "stay apart with another signature",
      [detail({ text: "a", signature: "1" }), detail({ text: "b", signature: "2" })],
      [detail({ text: "a", signature: "1" }), detail({ text: "b", signature: "2" })],
    ],
    [
      "stay apart if they are encrypted",
      ["A", "B"].map((data) => ({ type: "reasoning.encrypted", index: 0, data })),
      [
        { type: "reasoning.encrypted", index: 0, data: "A" },
        { type: "reasoning.encrypted", index: 0, data: "B" },
      ],
    ],
  ];
  for (const [name, details, joined] of cases) test(name, () => assert.deepEqual(detailsOf(...details), joined));
});

describe("the duration of an answer", () => {
  const durations = (gaps: readonly number[]) => {
    const clock = fakeClock();
    const reader = readerFor({ now: clock.now });
    const messages = [reasoning("Hm"), text("Hi"), stop];
    for (const [at, gap] of gaps.entries()) {
      clock.advance(gap);
      reader.read(messages.slice(at, at + 1), new Headers());
    }
    const { timeToFirstTextMs, durationMs } = reader.finish();
    return [timeToFirstTextMs, durationMs];
  };
  const cases: [name: string, gaps: number[], expected: number[]][] = [
    ["is the sum of the gaps between reads", [10, 20, 30], [30, 60]],
    ["does not include a sleep of the computer", [10, 28_800_000, 30], [10, 40]],
    ["does not include a sleep before the first text", [28_800_000, 20, 30], [20, 50]],
    ["does not shrink when the clock is set back", [10, -3_600_000, 30], [10, 40]],
    ["includes a gap of two minutes", [120_000, 20, 30], [120_020, 120_050]],
    ["is never negative", [-10, -20, -30], [0, 0]],
  ];
  for (const [name, gaps, expected] of cases) test(name, () => assert.deepEqual(durations(gaps), expected));
});
