import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AttemptResult } from "../../../src/router/answerReader";
import { fakeClock } from "../../support/clock";
import { asked, hi, make, stop } from "./attemptHarness";
import { chunk, event, fails, refuses, sends, type Part, type Reply } from "./fakeService";

const reset = Object.assign(new Error("terminated"), { code: "UND_ERR_SOCKET" });

describe("a stream that is an answer", () => {
  const cases: [what: string, parts: Part[], text: string, answer: Partial<AttemptResult>][] = [
    [
      "as it should be",
      [hi, stop, event("[DONE]")],
      "Hi",
      { finishReason: "stop", model: asked, provider: "Acme", generationId: "gen-1" },
    ],
    ["without [DONE]", [hi, stop], "Hi", { finishReason: "stop" }],
    ["without a last line end", [hi, stop.trimEnd()], "Hi", { finishReason: "stop" }],
    ["with [DONE], and no reason to finish", [hi, event("[DONE]")], "Hi", { finishReason: "stop" }],
    ["with a connection that breaks after the finish", [hi, stop, reset], "Hi", { finishReason: "stop" }],
    ["with words after [DONE]", [hi, stop, event("[DONE]"), hi, "garbage\n\n"], "Hi", {}],
    [
      "with two finish reasons, and the usage last",
      [
        hi,
        stop,
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
      [hi, stop, event({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } }), event("[DONE]")],
      "Hi",
      { usage: { promptTokens: 1, completionTokens: 2 } },
    ],
    ["that ran into its limit", [hi, chunk(asked, {}, "length"), event("[DONE]")], "Hi", { finishReason: "length" }],
    [
      "with chunks that say nothing",
      [event({}), event("null"), event("5"), event({ choices: [] }), event(": OPENROUTER PROCESSING"), hi, stop],
      "Hi",
      {},
    ],
    ["with white space before, as keep-alive", ["  \n", "\n\n", hi, stop], "Hi", {}],
    [
      "in one piece",
      [JSON.stringify({ model: asked, choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] })],
      "Hi",
      { model: asked },
    ],
    [
      "in one piece, with white space around",
      [
        "\n\n ",
        JSON.stringify({ model: asked, choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] }),
        "\n",
      ],
      "Hi",
      {},
    ],
    ["by a dated name", [chunk("a/asked-20260101:free", { content: "Hi" }), stop], "Hi", { model: asked }],
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
      { model: asked },
    ],
    [
      "after thoughts in tags",
      [chunk(asked, { content: "<think>Hm.</th" }), chunk(asked, { content: "ink>\n\nHi" }), stop],
      "Hi",
      { text: "Hi" },
    ],
    ["after a thought that never ended", [chunk(asked, { content: "<think>Hi" }), stop], "Hi", { text: "Hi" }],
    ["with a mark that only begins like a tag", [chunk(asked, { content: "<thin" }), stop], "<thin", {}],
    [
      "by a filter that had nothing against it",
      [hi, stop, event({ choices: [{ delta: {}, finish_reason: "stop", error: null }] })],
      "Hi",
      {},
    ],
  ];
  for (const [what, parts, text, answer] of cases)
    test(what, async () => {
      const outcome = await make(sends(...parts));
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
    const chunks = parts.map((each) => chunk(asked, { content: "", reasoning_details: [each] }));
    const { answer, events } = await make(sends(...chunks, hi, stop));
    assert.deepEqual(answer?.reasoningDetails, [detail("Let me "), sealed, detail("see.", 2)]);
    const thoughts = events.map((each) => (each.type === "reasoning-delta" ? each.text : "")).join("");
    assert.equal(thoughts, "Let me see.");
  });

  test("tells its model before its first word, and again when it changes", async () => {
    const { events } = await make(
      sends(hi, chunk("b/spare:free", { content: "!" }), chunk("b/spare:free", {}, "stop")),
    );
    assert.deepEqual(
      events.map((each) => (each.type === "model" ? each.model : each.type)),
      [asked, "text-delta", "b/spare:free", "text-delta"],
    );
  });

  test("what comes at once is told at once: deltas of one kind joined", async () => {
    const words = ["a", "b", "c"].map((content) => chunk(asked, { content })).join("");
    const thoughts = ["x", "y"].map((reasoning) => chunk(asked, { reasoning })).join("");
    const { events } = await make(sends(thoughts + words, stop));
    assert.deepEqual(events.slice(1), [
      { type: "reasoning-delta", text: "xy" },
      { type: "text-delta", text: "abc" },
    ]);
  });

  test("took as long as the clock says, and no less than nothing when the clock is set back", async () => {
    const durations = async (step: number) => {
      const clock = fakeClock();
      const { answer } = await make(sends(hi, stop), { now: () => (clock.advance(step), clock.now()) });
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
    ["cut before the first word", [chunk(asked, { role: "assistant" })], "interrupted"],
    ["cut after words", [hi], "interrupted", "Hi"],
    ["cut in the middle of a chunk", [hi, stop.slice(0, 30)], "interrupted", "Hi"],
    ["cut in the middle of the end", [hi, "data: [DO"], "interrupted", "Hi"],
    ["a connection that breaks", [hi, reset], "interrupted", "Hi"],
    ["a connection that breaks for reasons unknown", [hi, new Error("net::ERR_NETWORK_CHANGED")], "interrupted", "Hi"],
    ["done, without a word", [event("[DONE]")], "empty"],
    ["finished without a word", [stop, event("[DONE]")], "empty"],
    ["white space instead of words", [chunk(asked, { content: " \n" }), stop], "empty"],
    ["thoughts only", [chunk(asked, { reasoning: "Hm." }), stop], "empty"],
    ["thoughts in tags only", [chunk(asked, { content: "<think>Hm.</think>" }), stop], "empty"],
    ["thoughts to the limit", [chunk(asked, { reasoning: "Hm." }), chunk(asked, {}, "length")], "out-of-tokens"],
    ["a tool to call, but no call", [chunk(asked, {}, "tool_calls")], "empty"],
    ["a filter", [hi, chunk(asked, {}, "content_filter")], "moderated", "Hi"],
    ["an error before the first word", [event({ error: { code: 502, message: "Down" }, choices: [] })], "unavailable"],
    [
      "an error after words",
      [hi, event({ error: { code: 429, message: "Provider returned error" } })],
      "rate-limit-model",
      "Hi",
    ],
    ["an error in one piece", [JSON.stringify({ error: { code: 502, message: "Down" } })], "unavailable"],
    ["an error in one piece, after white space", ["\n \n", ' {"error":{"code":503}}'], "unavailable"],
    ["an error that calls itself one", [hi, chunk(asked, {}, "error")], "server-error", "Hi"],
    ["half an answer in one piece", ['{"choices":[{"message"'], "malformed"],
    ["a list", ["[]"], "malformed"],
    ["a page", ["<!doctype html><html>Sign in</html>"], "web-page"],
    ["garbage", ["garbage\n\n"], "malformed"],
    ["garbage among words: something is missing there", [hi, 'data: {"choi\n\n', hi, stop], "malformed", "Hi"],
    ["a word that is a number", [chunk(asked, { content: 5 }), stop], "malformed"],
  ];
  for (const [what, parts, reason, text = ""] of cases)
    test(`${what}: ${reason}`, async () => {
      const outcome = await make(sends(...parts));
      assert.deepEqual([outcome.error?.reason, outcome.text, outcome.answer], [reason, text, undefined]);
      assert.equal(outcome.service.chats[0]?.open, false, "the connection is closed");
    });

  test("a status that says so, and the body that says why", async () => {
    const refused = await make(refuses(404, "No endpoints found for a/asked:free."));
    assert.deepEqual([refused.error?.reason, refused.error?.status], ["model-gone", 404]);
    const body =
      (text: string, status: number): Reply =>
      () =>
        new Response(text, { status });
    assert.equal((await make(body("", 502))).error?.reason, "unavailable");
    assert.equal((await make(body("upstream connect error", 503))).error?.reason, "unavailable");
    assert.equal((await make(() => new Response(null, { status: 204 }))).error?.status, 204);
  });

  test("a network that fails", async () => {
    assert.equal((await make(fails("ENOTFOUND"))).error?.reason, "offline");
    assert.equal((await make(fails("ECONNRESET"))).error?.reason, "interrupted");
  });
});
