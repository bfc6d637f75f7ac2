import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { defaultSettings } from "../../../src/router/settings";
import { requestedModel, hiChunk, runAttempt, settle, stopChunk } from "./attemptHarness";
import { chunk, event, fakeService, hang, neverAnswers, answersWith, streams, type Reply } from "./fakeService";

describe("deadlines", () => {
  const { firstContentMs, betweenContentsMs } = defaultSettings;
  const cases: [what: string, reply: Reply, ms: number, reason: string][] = [
    ["a service that never answers, and is deaf to signals", neverAnswers, firstContentMs, "silent"],
    ["headers, and then nothing", streams(hang), firstContentMs, "silent"],
    ["comments only", streams(": a\n\n", ": b\n\n", hang), firstContentMs, "silent"],
    ["empty deltas only", streams(chunk(requestedModel, { content: "" }), hang), firstContentMs, "silent"],
    ["half a chunk", streams(hiChunk.slice(0, 20), hang), firstContentMs, "silent"],
    ["half an error in one piece", streams('{"error":', hang), firstContentMs, "silent"],
    ["words, and then nothing", streams(hiChunk, hang), betweenContentsMs, "interrupted"],
    [
      "thoughts, and then nothing",
      streams(chunk(requestedModel, { reasoning: "Hm." }), hang),
      betweenContentsMs,
      "interrupted",
    ],
    [
      "words, then comments and empty deltas",
      streams(hiChunk, ": a\n\n", chunk(requestedModel, { content: "" }), hang),
      betweenContentsMs,
      "interrupted",
    ],
  ];
  for (const [what, reply, ms, reason] of cases)
    test(`${what}: ${reason} after ${ms / 1_000} s`, async (t) => {
      t.mock.timers.enable({ apis: ["setTimeout"] });
      let over = false;
      const making = runAttempt(reply).finally(() => (over = true));
      await settle();
      t.mock.timers.tick(ms - 1);
      await settle();
      assert.equal(over, false, "not a moment earlier");
      t.mock.timers.tick(1);
      const { error, service } = await making;
      assert.equal(error?.reason, reason);
      assert.ok(reply === neverAnswers || service.chats[0]?.open === false, "the connection is closed");
      assert.ok(service.chats[0]?.signal?.aborted);
    });

  test("a finish reason, and then nothing, not even the end: whole after a moment", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const making = runAttempt(streams(hiChunk, stopChunk, hang));
    await settle();
    t.mock.timers.tick(2_000);
    const { answer, service } = await making;
    assert.equal(answer?.text, "Hi");
    await settle();
    assert.equal(service.chats[0]?.open, false);
  });

  test("[DONE], and a connection that stays open: whole at once, and closed after a moment", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { answer, service } = await runAttempt(streams(hiChunk, stopChunk, event("[DONE]"), hang));
    assert.equal(answer?.text, "Hi");
    t.mock.timers.tick(1_000);
    await settle();
    assert.equal(service.chats[0]?.open, false);
  });
});

describe("the caller's stop", () => {
  const stages: [what: string, reply: Reply][] = [
    ["before anything came", neverAnswers],
    ["after the headers", streams(hang)],
    ["in the middle of words", streams(hiChunk, hang)],
    ["in the middle of an error's body", streams('{"error"', hang)],
    [
      "in the middle of a refusal's body",
      (connection) => new Response((streams("{", hang)(connection) as Response).body, { status: 500 }),
    ],
  ];
  for (const [what, reply] of stages)
    test(`${what} ends it, and leaves nothing behind`, async () => {
      const stopped = new AbortController();
      const other = new AbortController();
      const making = runAttempt(reply, { signals: [other.signal, stopped.signal] });
      await settle();
      stopped.abort();
      const { error, service } = await making;
      assert.equal(error?.reason, "aborted");
      assert.ok(reply === neverAnswers || service.chats[0]?.open === false);
      for (const { signal } of [stopped, other]) assert.equal(getEventListeners(signal, "abort").length, 0);
    });

  test("beforehand sends nothing", async () => {
    const { error, service } = await runAttempt(answersWith("Hi"), { signals: [AbortSignal.abort()] });
    assert.deepEqual([error?.reason, service.chats.length], ["aborted", 0]);
  });

  test("an answer that comes after it is cancelled", async () => {
    const stopped = new AbortController();
    const service = fakeService([requestedModel]);
    let arrive: (response: Response) => void = () => undefined;
    const making = runAttempt(
      () => new Promise((resolve) => (arrive = resolve)),
      { signals: [stopped.signal] },
      service,
    );
    await settle();
    stopped.abort();
    assert.equal((await making).error?.reason, "aborted");
    const [connection] = service.chats;
    assert.ok(connection);
    arrive(await streams(hiChunk, hang)(connection));
    await settle();
    assert.equal(connection.open, false);
  });

  test("a whole answer leaves no listener behind", async () => {
    const { signal } = new AbortController();
    const { answer } = await runAttempt(answersWith("Hi"), { signals: [signal] });
    await settle();
    assert.deepEqual([answer?.text, getEventListeners(signal, "abort").length], ["Hi", 0]);
  });
});
