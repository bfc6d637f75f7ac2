import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AttemptResult } from "../../../src/router/answerReader";
import { fakeClock } from "../../support/clock";
import { requestedModel, hiChunk, runAttempt, stopChunk } from "./attemptHarness";
import { chunk, event, failsWith, refusesWith, streams, type Part, type Reply } from "./fakeService";

const reset = Object.assign(new Error("terminated"), { code: "UND_ERR_SOCKET" });

describe("a stream that is an answer", () => {
  const cases: [what: string, parts: Part[], text: string, answer: Partial<AttemptResult>][] = [
    [
      "as it should be",
      [hiChunk, stopChunk, event("[DONE]")],
      "Hi",
      { finishReason: "stop", model: requestedModel, provider: "Acme", generationId: "gen-1" },
    ],
    ["without [DONE]", [hiChunk, stopChunk], "Hi", { finishReason: "stop" }],
    ["without a last line end", [hiChunk, stopChunk.trimEnd()], "Hi", { finishReason: "stop" }],
    ["with [DONE], and no reason to finish", [hiChunk, event("[DONE]")], "Hi", { finishReason: "stop" }],
    ["with a connection that breaks after the finish", [hiChunk, stopChunk, reset], "Hi", { finishReason: "stop" }],
    ["with words after [DONE]", [hiChunk, stopChunk, event("[DONE]"), hiChunk, "garbage\n\n"], "Hi", {}],
    [
      "with two finish reasons, and the usage last",
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
      "with the usage among no choices",
      [hiChunk, stopChunk, event({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } }), event("[DONE]")],
      "Hi",
      { usage: { promptTokens: 1, completionTokens: 2 } },
    ],
    [
      "that ran into its limit",
      [hiChunk, chunk(requestedModel, {}, "length"), event("[DONE]")],
      "Hi",
      { finishReason: "length" },
    ],
    [
      "with chunks that say nothing",
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
    ["with white space before, as keep-alive", ["  \n", "\n\n", hiChunk, stopChunk], "Hi", {}],
    [
      "in one piece",
      [JSON.stringify({ model: requestedModel, choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] })],
      "Hi",
      { model: requestedModel },
    ],
    [
      "in one piece, with white space around",
      [
        "\n\n ",
        JSON.stringify({ model: requestedModel, choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] }),
        "\n",
      ],
      "Hi",
      {},
    ],
    [
      "by a dated name",
      [chunk("a/asked-20260101:free", { content: "Hi" }), stopChunk],
      "Hi",
      { model: requestedModel },
    ],
    [
      "by a model nobody knows",
      [chunk("x/new", { content: "Hi" }), chunk("x/new", {}, "stop")],
      "Hi",
      { model: "x/new" },
    ],
    [
      "by nobody",
      [event({ choices: [{ delta: { content: "Hi" } }] }), event({ choices: [{ delta: {}, finish_reason: "stop" }] })],
      "Hi",
      { model: requestedModel },
    ],
    [
      "after thoughts in tags",
      [
        chunk(requestedModel, { content: "<think>Hm.</th" }),
        chunk(requestedModel, { content: "ink>\n\nHi" }),
        stopChunk,
      ],
      "Hi",
      { text: "Hi" },
    ],
    [
      "after a thought that never ended",
      [chunk(requestedModel, { content: "<think>Hi" }), stopChunk],
      "Hi",
      { text: "Hi" },
    ],
    ["with a mark that only begins like a tag", [chunk(requestedModel, { content: "<thin" }), stopChunk], "<thin", {}],
    [
      "by a filter that had nothing against it",
      [hiChunk, stopChunk, event({ choices: [{ delta: {}, finish_reason: "stop", error: null }] })],
      "Hi",
      {},
    ],
  ];
  for (const [what, parts, text, answer] of cases)
    test(what, async () => {
      const outcome = await runAttempt(streams(...parts));
      assert.equal(outcome.error, undefined);
      assert.equal(outcome.text, text);
      for (const [name, value] of Object.entries(answer))
        assert.deepEqual(outcome.answer?.[name as "text"], value, name);
      assert.equal(outcome.answer?.text, text);
    });

  test("its details of thought are put together, sealed ones left as they are", async () => {
    const detail = (text: string, index = 0) => ({ type: "reasoning.text", text, index, format: "x" });
    const sealed = { type: "reasoning.encrypted", data: "AAAA", index: 1 };
    const parts = [detail("Let "), detail("me "), sealed, detail("see.", 2)];
    const chunks = parts.map((each) => chunk(requestedModel, { content: "", reasoning_details: [each] }));
    const { answer, events } = await runAttempt(streams(...chunks, hiChunk, stopChunk));
    assert.deepEqual(answer?.reasoningDetails, [detail("Let me "), sealed, detail("see.", 2)]);
    const thoughts = events.map((each) => (each.type === "reasoning-delta" ? each.text : "")).join("");
    assert.equal(thoughts, "Let me see.");
  });

  test("tells its model before its first word, and again when it changes", async () => {
    const { events } = await runAttempt(
      streams(hiChunk, chunk("b/spare:free", { content: "!" }), chunk("b/spare:free", {}, "stop")),
    );
    assert.deepEqual(
      events.map((each) => (each.type === "model" ? each.model : each.type)),
      [requestedModel, "text-delta", "b/spare:free", "text-delta"],
    );
  });

  test("what comes at once is told at once: deltas of one kind joined", async () => {
    const words = ["a", "b", "c"].map((content) => chunk(requestedModel, { content })).join("");
    const thoughts = ["x", "y"].map((reasoning) => chunk(requestedModel, { reasoning })).join("");
    const { events } = await runAttempt(streams(thoughts + words, stopChunk));
    assert.deepEqual(events.slice(1), [
      { type: "reasoning-delta", text: "xy" },
      { type: "text-delta", text: "abc" },
    ]);
  });

  test("took as long as the clock says, and no less than nothing when the clock is set back", async () => {
    const durations = async (step: number) => {
      const clock = fakeClock();
      const { answer } = await runAttempt(streams(hiChunk, stopChunk), {
        now: () => (clock.advance(step), clock.now()),
      });
      return [answer?.timeToFirstTextMs, answer?.durationMs];
    };
    assert.deepEqual(await durations(10), [10, 20]);
    assert.deepEqual(await durations(-3_600_000), [0, 0]);
  });
});

describe("a stream that is none", () => {
  const cases: [what: string, parts: Part[], reason: string, text?: string][] = [
    ["nothing", [], "interrupted"],
    ["white space", ["\n\n"], "interrupted"],
    ["comments", [": hi\n\n", ":\n\n"], "interrupted"],
    ["cut before the first word", [chunk(requestedModel, { role: "assistant" })], "interrupted"],
    ["cut after words", [hiChunk], "interrupted", "Hi"],
    ["cut in the middle of a chunk", [hiChunk, stopChunk.slice(0, 30)], "interrupted", "Hi"],
    ["cut in the middle of the end", [hiChunk, "data: [DO"], "interrupted", "Hi"],
    ["a connection that breaks", [hiChunk, reset], "interrupted", "Hi"],
    [
      "a connection that breaks for reasons unknown",
      [hiChunk, new Error("net::ERR_NETWORK_CHANGED")],
      "interrupted",
      "Hi",
    ],
    ["done, without a word", [event("[DONE]")], "empty"],
    ["finished without a word", [stopChunk, event("[DONE]")], "empty"],
    ["white space instead of words", [chunk(requestedModel, { content: " \n" }), stopChunk], "empty"],
    ["thoughts only", [chunk(requestedModel, { reasoning: "Hm." }), stopChunk], "empty"],
    ["thoughts in tags only", [chunk(requestedModel, { content: "<think>Hm.</think>" }), stopChunk], "empty"],
    [
      "thoughts to the limit",
      [chunk(requestedModel, { reasoning: "Hm." }), chunk(requestedModel, {}, "length")],
      "out-of-tokens",
    ],
    ["a tool to call, but no call", [chunk(requestedModel, {}, "tool_calls")], "empty"],
    ["a filter", [hiChunk, chunk(requestedModel, {}, "content_filter")], "moderated", "Hi"],
    ["an error before the first word", [event({ error: { code: 502, message: "Down" }, choices: [] })], "unavailable"],
    [
      "an error after words",
      [hiChunk, event({ error: { code: 429, message: "Provider returned error" } })],
      "rate-limit-model",
      "Hi",
    ],
    ["an error in one piece", [JSON.stringify({ error: { code: 502, message: "Down" } })], "unavailable"],
    ["an error in one piece, after white space", ["\n \n", ' {"error":{"code":503}}'], "unavailable"],
    ["an error that calls itself one", [hiChunk, chunk(requestedModel, {}, "error")], "server-error", "Hi"],
    ["half an answer in one piece", ['{"choices":[{"message"'], "malformed"],
    ["a list", ["[]"], "malformed"],
    ["a page", ["<!doctype html><html>Sign in</html>"], "web-page"],
    ["garbage", ["garbage\n\n"], "malformed"],
    [
      "garbage among words: something is missing there",
      [hiChunk, 'data: {"choi\n\n', hiChunk, stopChunk],
      "malformed",
      "Hi",
    ],
    ["a word that is a number", [chunk(requestedModel, { content: 5 }), stopChunk], "malformed"],
  ];
  for (const [what, parts, reason, text = ""] of cases)
    test(`${what}: ${reason}`, async () => {
      const outcome = await runAttempt(streams(...parts));
      assert.deepEqual([outcome.error?.reason, outcome.text, outcome.answer], [reason, text, undefined]);
      assert.equal(outcome.service.chats[0]?.open, false, "the connection is closed");
    });

  test("a status that says so, and the body that says why", async () => {
    const refused = await runAttempt(refusesWith(404, "No endpoints found for a/asked:free."));
    assert.deepEqual([refused.error?.reason, refused.error?.status], ["model-gone", 404]);
    const body =
      (text: string, status: number): Reply =>
      () =>
        new Response(text, { status });
    assert.equal((await runAttempt(body("", 502))).error?.reason, "unavailable");
    assert.equal((await runAttempt(body("upstream connect error", 503))).error?.reason, "unavailable");
    assert.equal((await runAttempt(() => new Response(null, { status: 204 }))).error?.status, 204);
  });

  test("a network that fails", async () => {
    assert.equal((await runAttempt(failsWith("ENOTFOUND"))).error?.reason, "offline");
    assert.equal((await runAttempt(failsWith("ECONNRESET"))).error?.reason, "interrupted");
  });
});
