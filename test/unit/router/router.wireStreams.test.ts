import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createRouter, type CompletionRequest, type RouterEvent } from "../../../src/router/index";
import { snapshotDay } from "../../support/clock";
import { readTestData, snapshotRows } from "../../support/openRouter";
import { hello, key, collectOutcome, nemotron, startHarness } from "./wireHarness";

const tools: CompletionRequest = {
  ...hello,
  tools: [{ type: "function", function: { name: "look", parameters: { type: "object" } } }],
};

/** Recorded streams in formats that the service has used, and their expected results. */
const streams: [file: string, request: CompletionRequest, result: Partial<ReturnType<typeof resultOf>>][] = [
  ["reasoning", hello, { text: "Grüezi 🦊 \\n你好!", reasoning: "The user greets me… in Grüezi." }],
  ["crlf", hello, { text: "Line one\nLine two\r\nnaïve 👩‍👩‍👧 café" }],
  ["emptyChoices", hello, { text: "no space after the colon" }],
  ["noDone", hello, { text: "whole, though nobody says so" }],
  ["toolCalls", tools, { calls: [{ at: "Zürich 🏔" }, { at: "Bern" }], finish: "tool_calls" }],
  [
    "thinkTags",
    hello,
    { text: "A <think> later is text.", reasoning: "Let me see:\n```\n</think> in a fence\n```\nso." },
  ],
];
const defaultResult = { text: "", reasoning: "", calls: [], finish: "stop", model: nemotron, tokens: 20 };

/** The result of a completion, independent of its division into deltas. */
function resultOf(events: readonly RouterEvent[]) {
  const joined = (type: "text-delta" | "reasoning-delta"): string =>
    events.map((event) => (event.type === type ? event.text : "")).join("");
  const end = events.find((event) => event.type === "completion-end");
  return {
    text: joined("text-delta"),
    reasoning: joined("reasoning-delta"),
    calls: events.flatMap((event) => (event.type === "tool-call" ? [event.arguments] : [])),
    finish: end?.finishReason,
    model: end?.model,
    tokens: end?.usage?.completionTokens,
  };
}

const catalogue = JSON.stringify({ data: snapshotRows(snapshotDay).filter(({ id }) => id.endsWith(":free")) });

/** A router whose chat requests all receive these chunks of bytes. */
function createRouterFor(chunks: () => Uint8Array[]) {
  let now = snapshotDay;
  return createRouter({
    apiKey: () => Promise.resolve(key),
    now: () => (now += 1_000), // advances quickly, so that no limit is reached
    fetch: (url) => {
      if ((url instanceof Request ? url.url : url.toString()).endsWith("/models"))
        return Promise.resolve(new Response(catalogue));
      const remaining = chunks();
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          const next = remaining.shift();
          if (next) controller.enqueue(next);
          else controller.close();
        },
      });
      return Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
    },
  });
}

describe("the result of a stream does not depend on its chunks", () => {
  for (const [file, request, result] of streams) {
    const bytes = Buffer.from(readTestData(`streams/${file}.sse`));
    const expected = { ...defaultResult, ...result };

    // One stream per kind of line ending is split at each byte. The others add nothing between bytes.
    const step = ["reasoning", "crlf"].includes(file) ? 1 : 7;
    test(`${file}: one chunk, and two chunks split at every ${step === 1 ? "" : "seventh "}byte`, async () => {
      let split = 0;
      const router = createRouterFor(() =>
        [bytes.subarray(0, split), bytes.subarray(split)].filter(({ length }) => length > 0),
      );
      for (; split < bytes.length; split += step) {
        const { events, error } = await collectOutcome(router.complete(request));
        assert.deepEqual(resultOf(events), expected, `split at ${split}: ${error?.message ?? ""}`);
      }
    });

    for (const length of [1, 2, 3, 7, 64])
      test(`${file}: chunks of ${length} bytes`, async () => {
        const router = createRouterFor(() =>
          Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) =>
            bytes.subarray(at * length, (at + 1) * length),
          ),
        );
        assert.deepEqual(resultOf((await collectOutcome(router.complete(request))).events), expected);
      });

    test(`${file}: no answer if the stream ends before its finish reason`, async () => {
      let length = 0;
      const router = createRouterFor(() => [bytes.subarray(0, length)]);
      const finish = bytes.indexOf(`"finish_reason":"`);
      for (; length < finish; length += 37) {
        const { end } = await collectOutcome(router.complete(request, { restartAfterOutput: true }));
        assert.equal(end, undefined, `after ${length} of ${bytes.length} bytes`);
      }
    });
  }
});

describe("a stream over a real connection", () => {
  const paces = [{ chunkBytes: 1 }, { chunkBytes: 5, newline: "\r\n" }, { deltasPerWrite: 4, betweenMs: 1 }] as const;
  for (const pace of paces)
    test(`has the same result: ${JSON.stringify(pace)}`, async () => {
      await using harness = await startHarness();
      const text = "Grüße, 🦊!\r\n\n你好 ";
      const reasoning = "Hm…";
      harness.simulator.addPersistentStep({ step: { answer: { text, reasoning, deltaLength: 8 } } });
      harness.simulator.setPace(pace);
      const outcome = await harness.ask();
      assert.deepEqual([outcome.text, outcome.reasoning, outcome.failed], [text, reasoning, []]);
    });

  test("is complete after its finish reason, even without `[DONE]` and an end", async () => {
    await using harness = await startHarness({ settings: { betweenContentsMs: 50 } });
    harness.simulator.script("stall-after-finish");
    const { end, failed } = await harness.ask();
    assert.deepEqual([end?.finishReason, failed], ["stop", []]);
    assert.equal(await harness.simulator.chatRequests[0]?.ended, "closed-by-client");
  });
});
