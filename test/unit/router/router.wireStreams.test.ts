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

/** Streams of the forms that the service has been seen to send, and what they say. */
const streams: [file: string, request: CompletionRequest, said: Partial<ReturnType<typeof gist>>][] = [
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
const plain = { text: "", reasoning: "", calls: [], finish: "stop", model: nemotron, tokens: 20 };

/** The events of a completion without how they were cut into deltas. */
function gist(events: readonly RouterEvent[]) {
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

/** A router whose network answers every question with these bytes, piece by piece. */
function routerOver(pieces: () => Uint8Array[]) {
  let now = snapshotDay;
  return createRouter({
    apiKey: () => Promise.resolve(key),
    now: () => (now += 1_000), // fast, so that no limit is ever met
    fetch: (url) => {
      if ((url instanceof Request ? url.url : url.toString()).endsWith("/models"))
        return Promise.resolve(new Response(catalogue));
      const left = pieces();
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          const next = left.shift();
          if (next) controller.enqueue(next);
          else controller.close();
        },
      });
      return Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
    },
  });
}

describe("a stream says the same however it is cut", () => {
  for (const [file, request, said] of streams) {
    const bytes = Buffer.from(readTestData(`streams/${file}.sse`));
    const expected = { ...plain, ...said };

    // Two streams at every byte, one with each line end; the others have nothing new between their bytes.
    const step = ["reasoning", "crlf"].includes(file) ? 1 : 7;
    test(`${file}: in one piece, and in two at every ${step === 1 ? "" : "seventh "}byte`, async () => {
      let cut = 0;
      const router = routerOver(() => [bytes.subarray(0, cut), bytes.subarray(cut)].filter(({ length }) => length > 0));
      for (; cut < bytes.length; cut += step) {
        const { events, error } = await collectOutcome(router.complete(request));
        assert.deepEqual(gist(events), expected, `cut at ${cut}: ${error?.message ?? ""}`);
      }
    });

    for (const length of [1, 2, 3, 7, 64])
      test(`${file}: in pieces of ${length} bytes`, async () => {
        const router = routerOver(() =>
          Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) =>
            bytes.subarray(at * length, (at + 1) * length),
          ),
        );
        assert.deepEqual(gist((await collectOutcome(router.complete(request))).events), expected);
      });

    test(`${file}: cut short anywhere, it is never an answer before its finish reason`, async () => {
      let length = 0;
      const router = routerOver(() => [bytes.subarray(0, length)]);
      const finish = bytes.indexOf(`"finish_reason":"`);
      for (; length < finish; length += 37) {
        const { end } = await collectOutcome(router.complete(request, { restartAfterOutput: true }));
        assert.equal(end, undefined, `after ${length} of ${bytes.length} bytes`);
      }
    });
  }
});

describe("over a real connection", () => {
  const paces = [{ cut: 1 }, { cut: 5, newline: "\r\n" }, { deltasPerWrite: 4, betweenMs: 1 }] as const;
  for (const pace of paces)
    test(`the same text: ${JSON.stringify(pace)}`, async () => {
      await using harness = await startHarness();
      const text = "Grüße, 🦊!\r\n\n你好 ";
      const reasoning = "Hm…";
      harness.simulator.addPersistentStep({ step: { answer: { text, reasoning, deltaLength: 8 } } });
      harness.simulator.setPace(pace);
      const heard = await harness.ask();
      assert.deepEqual([heard.text, heard.reasoning, heard.failed], [text, reasoning, []]);
    });

  test("a finish reason, and then neither `[DONE]` nor an end: whole all the same", async () => {
    await using harness = await startHarness({ settings: { betweenContentsMs: 50 } });
    harness.simulator.script("stall-after-finish");
    const { end, failed } = await harness.ask();
    assert.deepEqual([end?.finishReason, failed], ["stop", []]);
    assert.equal(await harness.simulator.chatRequests[0]?.ended, "closed-by-client");
  });
});
