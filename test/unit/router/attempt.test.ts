import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AttemptResult } from "../../../src/router/answerReader";
import { hiChunk, requestedModel, runAttempt, stopChunk } from "./attemptHarness";
import { chunk, event, failsWith, refusesWith, streams, type Part, type Reply } from "./fakeService";

const reset = Object.assign(new Error("terminated"), { code: "UND_ERR_SOCKET" });

describe("an attempt with a complete stream", () => {
  const cases: [name: string, parts: Part[], text: string, expected: Partial<AttemptResult>][] = [
    [
      "in the usual form",
      [hiChunk, stopChunk, event("[DONE]")],
      "Hi",
      { finishReason: "stop", model: requestedModel, provider: "Acme", generationId: "gen-1" },
    ],
    ["without [DONE]", [hiChunk, stopChunk], "Hi", { finishReason: "stop" }],
    [
      "with CR line endings",
      [hiChunk, stopChunk, event("[DONE]")].map((part) => part.replaceAll("\n", "\r")),
      "Hi",
      {},
    ],
    [
      "with text after the finish reason",
      [hiChunk, stopChunk, chunk(requestedModel, { content: "!" })],
      "Hi!",
      { finishReason: "stop" },
    ],
    [
      "whose usage comes with another finish reason than the text",
      [hiChunk, chunk(requestedModel, {}, "length"), stopChunk],
      "Hi",
      { finishReason: "length" },
    ],
    [
      "with an error about the token limit, and usage",
      [
        hiChunk,
        chunk(requestedModel, {}, "length"),
        event({
          error: { code: 400, message: "Token limit reached" },
          usage: { prompt_tokens: 1, completion_tokens: 2 },
        }),
      ],
      "Hi",
      { finishReason: "length", usage: { promptTokens: 1, completionTokens: 2 } },
    ],
    [
      "with a code fence left open in its reasoning",
      [chunk(requestedModel, { content: "<think>\n```js\nfoo\n</think>\n\nHi" }), stopChunk],
      "Hi",
      {},
    ],
    ["without a final line break", [hiChunk, stopChunk.trimEnd()], "Hi", { finishReason: "stop" }],
    ["with [DONE] but no finish reason", [hiChunk, event("[DONE]")], "Hi", { finishReason: "stop" }],
    ["with a connection error after the finish reason", [hiChunk, stopChunk, reset], "Hi", { finishReason: "stop" }],
    ["with data after [DONE]", [hiChunk, stopChunk, event("[DONE]"), hiChunk, "garbage\n\n"], "Hi", {}],
    [
      "with two finish reasons and usage in the last chunk",
      [
        hiChunk,
        stopChunk,
        event({
          choices: [{ delta: {}, finish_reason: "stop" }],
          usage: { prompt_tokens: 1, completion_tokens: 2, cost: 0 },
        }),
      ],
      "Hi",
      { usage: { promptTokens: 1, completionTokens: 2, cost: 0 } },
    ],
    [
      "with usage in a chunk without choices",
      [hiChunk, stopChunk, event({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } }), event("[DONE]")],
      "Hi",
      { usage: { promptTokens: 1, completionTokens: 2 } },
    ],
    [
      "that reached the token limit",
      [hiChunk, chunk(requestedModel, {}, "length"), event("[DONE]")],
      "Hi",
      { finishReason: "length" },
    ],
    [
      "with empty chunks and comments",
      [
        event({}),
        event("null"),
        event("5"),
        event({ choices: [] }),
        event(": OPENROUTER PROCESSING"),
        hiChunk,
        stopChunk,
      ],
      "Hi",
      {},
    ],
    ["with leading white space as keep-alive", ["  \n", "\n\n", hiChunk, stopChunk], "Hi", {}],
    [
      "as a single JSON body",
      [JSON.stringify({ model: requestedModel, choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] })],
      "Hi",
      { model: requestedModel },
    ],
    [
      "as a single JSON body surrounded by white space",
      [
        "\n\n ",
        JSON.stringify({ model: requestedModel, choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] }),
        "\n",
      ],
      "Hi",
      {},
    ],
    [
      "from a model with a dated name",
      [chunk("a/asked-20260101:free", { content: "Hi" }), stopChunk],
      "Hi",
      { model: requestedModel },
    ],
    [
      "from an unknown model",
      [chunk("x/new", { content: "Hi" }), chunk("x/new", {}, "stop")],
      "Hi",
      { model: "x/new" },
    ],
    [
      "without a model name",
      [event({ choices: [{ delta: { content: "Hi" } }] }), event({ choices: [{ delta: {}, finish_reason: "stop" }] })],
      "Hi",
      { model: requestedModel },
    ],
    [
      "with reasoning in tags",
      [
        chunk(requestedModel, { content: "<think>Hm.</th" }),
        chunk(requestedModel, { content: "ink>\n\nHi" }),
        stopChunk,
      ],
      "Hi",
      { text: "Hi" },
    ],
    [
      "with an unclosed reasoning tag",
      [chunk(requestedModel, { content: "<think>Hi" }), stopChunk],
      "Hi",
      { text: "Hi" },
    ],
    ["with text that only begins like a tag", [chunk(requestedModel, { content: "<thin" }), stopChunk], "<thin", {}],
    [
      "with an error that is null",
      [hiChunk, stopChunk, event({ choices: [{ delta: {}, finish_reason: "stop", error: null }] })],
      "Hi",
      {},
    ],
  ];
  for (const [name, parts, text, expected] of cases)
    test(`returns the answer of a stream ${name}`, async () => {
      const outcome = await runAttempt(streams(...parts));
      assert.equal(outcome.error, undefined);
      assert.equal(outcome.text, text);
      for (const [field, value] of Object.entries(expected))
        assert.deepEqual(outcome.answer?.[field as "text"], value, field);
      assert.equal(outcome.answer?.text, text);
    });

  test("merges reasoning details and keeps encrypted ones unchanged", async () => {
    const detail = (text: string, index = 0) => ({ type: "reasoning.text", text, index, format: "x" });
    const encrypted = { type: "reasoning.encrypted", data: "AAAA", index: 1 };
    const details = [detail("Let "), detail("me "), encrypted, detail("see.", 2)];
    const chunks = details.map((part) => chunk(requestedModel, { content: "", reasoning_details: [part] }));
    const { answer, events } = await runAttempt(streams(...chunks, hiChunk, stopChunk));
    assert.deepEqual(answer?.reasoningDetails, [detail("Let me "), encrypted, detail("see.", 2)]);
    const reasoning = events.map((event) => (event.type === "reasoning-delta" ? event.text : "")).join("");
    assert.equal(reasoning, "Let me see.");
  });

  test("merges a signature that follows the next block", async () => {
    const detail = (fields: object) => chunk(requestedModel, { content: "", reasoning_details: [fields] });
    const { answer } = await runAttempt(
      streams(
        detail({ type: "reasoning.text", text: "Hm", index: 0 }),
        detail({ type: "reasoning.encrypted", data: "x", index: 1 }),
        detail({ type: "reasoning.text", signature: "s", index: 0 }),
        hiChunk,
        stopChunk,
      ),
    );
    assert.deepEqual(answer?.reasoningDetails, [
      { type: "reasoning.text", text: "Hm", index: 0, signature: "s" },
      { type: "reasoning.encrypted", data: "x", index: 1 },
    ]);
  });

  test("reports the model before the first text and again when it changes", async () => {
    const { events } = await runAttempt(
      streams(hiChunk, chunk("b/spare:free", { content: "!" }), chunk("b/spare:free", {}, "stop")),
    );
    assert.deepEqual(
      events.map((event) => (event.type === "model" ? event.model : event.type)),
      [requestedModel, "text-delta", "b/spare:free", "text-delta"],
    );
  });

  test("joins deltas of the same type that arrive together", async () => {
    const text = ["a", "b", "c"].map((content) => chunk(requestedModel, { content })).join("");
    const reasoning = ["x", "y"].map((reasoning) => chunk(requestedModel, { reasoning })).join("");
    const { events } = await runAttempt(streams(reasoning + text, stopChunk));
    assert.deepEqual(events.slice(1), [
      { type: "reasoning-delta", text: "xy" },
      { type: "text-delta", text: "abc" },
    ]);
  });
});

describe("an attempt without a complete answer", () => {
  const cases: [name: string, parts: Part[], reason: string, text?: string][] = [
    ["no data", [], "interrupted"],
    ["only white space", ["\n\n"], "interrupted"],
    ["only comments", [": hi\n\n", ":\n\n"], "interrupted"],
    ["a stream that ends before the first text", [chunk(requestedModel, { role: "assistant" })], "interrupted"],
    ["a stream that ends after some text", [hiChunk], "interrupted", "Hi"],
    ["a stream that ends within a chunk", [hiChunk, stopChunk.slice(0, 30)], "interrupted", "Hi"],
    ["a stream that ends within [DONE]", [hiChunk, "data: [DO"], "interrupted", "Hi"],
    ["a socket error", [hiChunk, reset], "interrupted", "Hi"],
    ["an unknown connection error", [hiChunk, new Error("net::ERR_NETWORK_CHANGED")], "interrupted", "Hi"],
    ["[DONE] without text", [event("[DONE]")], "empty"],
    ["a finish reason without text", [stopChunk, event("[DONE]")], "empty"],
    ["only white space as text", [chunk(requestedModel, { content: " \n" }), stopChunk], "empty"],
    ["only reasoning", [chunk(requestedModel, { reasoning: "Hm." }), stopChunk], "empty"],
    ["only reasoning in tags", [chunk(requestedModel, { content: "<think>Hm.</think>" }), stopChunk], "empty"],
    [
      "only reasoning up to the token limit",
      [chunk(requestedModel, { reasoning: "Hm." }), chunk(requestedModel, {}, "length")],
      "out-of-tokens",
    ],
    ["finish reason tool_calls without a tool call", [chunk(requestedModel, {}, "tool_calls")], "bad-tool-call"],
    [
      "finish reason tool_calls with text instead of a tool call",
      [hiChunk, chunk(requestedModel, {}, "tool_calls")],
      "bad-tool-call",
      "Hi",
    ],
    [
      "finish reason tool_calls with reasoning instead of a tool call",
      [chunk(requestedModel, { reasoning: "Hm." }), chunk(requestedModel, {}, "tool_calls")],
      "bad-tool-call",
    ],
    ["[DONE] after white space", [chunk(requestedModel, { content: " \n" }), event("[DONE]")], "empty"],
    ["finish reason content_filter", [hiChunk, chunk(requestedModel, {}, "content_filter")], "moderated", "Hi"],
    ["an error before the first text", [event({ error: { code: 502, message: "Down" }, choices: [] })], "unavailable"],
    [
      "an error after some text",
      [hiChunk, event({ error: { code: 429, message: "Provider returned error" } })],
      "rate-limit-model",
      "Hi",
    ],
    ["an error as a single JSON body", [JSON.stringify({ error: { code: 502, message: "Down" } })], "unavailable"],
    ["an error as a single JSON body after white space", ["\n \n", ' {"error":{"code":503}}'], "unavailable"],
    ["finish reason error", [hiChunk, chunk(requestedModel, {}, "error")], "server-error", "Hi"],
    ["a truncated JSON body", ['{"choices":[{"message"'], "malformed"],
    ["a JSON array", ["[]"], "malformed"],
    ["an HTML page", ["<!doctype html><html>Sign in</html>"], "web-page"],
    ["a body in another format", ["garbage\n\n"], "malformed"],
    [
      "an unreadable chunk between readable ones, which may have contained text",
      [hiChunk, 'data: {"choi\n\n', hiChunk, stopChunk],
      "malformed",
      "Hi",
    ],
    ["a number as content", [chunk(requestedModel, { content: 5 }), stopChunk], "malformed"],
  ];
  for (const [name, parts, reason, text = ""] of cases)
    test(`fails with "${reason}": ${name}`, async () => {
      const outcome = await runAttempt(streams(...parts));
      assert.deepEqual([outcome.error?.reason, outcome.text, outcome.answer], [reason, text, undefined]);
      assert.equal(outcome.service.chats[0]?.open, false, "the connection is closed");
    });

  test("classifies error statuses together with their bodies", async () => {
    const refused = await runAttempt(refusesWith(404, "No endpoints found for a/asked:free."));
    assert.deepEqual([refused.error?.reason, refused.error?.details.status], ["model-gone", 404]);
    const body =
      (text: string, status: number): Reply =>
      () =>
        new Response(text, { status });
    assert.equal((await runAttempt(body("", 502))).error?.reason, "unavailable");
    assert.equal((await runAttempt(body("upstream connect error", 503))).error?.reason, "unavailable");
    assert.equal((await runAttempt(() => new Response(null, { status: 204 }))).error?.details.status, 204);
  });

  test("classifies network errors", async () => {
    assert.equal((await runAttempt(failsWith("ENOTFOUND"))).error?.reason, "offline");
    assert.equal((await runAttempt(failsWith("ECONNRESET"))).error?.reason, "interrupted");
  });
});
