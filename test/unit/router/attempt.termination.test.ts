import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test, type TestContext } from "node:test";
import { defaultSettings } from "../../../src/router/settings";
import { requestedModel, hiChunk, runAttempt, settle, stopChunk } from "./attemptHarness";
import { chunk, event, fakeService, hang, neverAnswers, answersWith, streams, type Reply } from "./fakeService";

/** Mocks timers and the clock of deadlines, which advance together. */
function mockTime({ mock }: TestContext): void {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  mock.method(performance, "now", () => Date.now());
}

describe("the deadlines of an attempt", () => {
  const { firstContentMs, betweenContentsMs } = defaultSettings;
  const cases: [name: string, reply: Reply, ms: number, reason: string][] = [
    ["no response from a service that ignores the abort signal", neverAnswers, firstContentMs, "silent"],
    ["only headers", streams(hang), firstContentMs, "silent"],
    ["only comments", streams(": a\n\n", ": b\n\n", hang), firstContentMs, "silent"],
    ["only empty deltas", streams(chunk(requestedModel, { content: "" }), hang), firstContentMs, "silent"],
    ["only white space", streams(chunk(requestedModel, { content: " \n" }), hang), firstContentMs, "silent"],
    ["an incomplete chunk", streams(hiChunk.slice(0, 20), hang), firstContentMs, "silent"],
    ["an incomplete error body", streams('{"error":', hang), firstContentMs, "silent"],
    ["text and then nothing", streams(hiChunk, hang), betweenContentsMs, "interrupted"],
    [
      "text and then only white space",
      streams(hiChunk, chunk(requestedModel, { content: "\n" }), hang),
      betweenContentsMs,
      "interrupted",
    ],
    [
      "reasoning and then nothing",
      streams(chunk(requestedModel, { reasoning: "Hm." }), hang),
      betweenContentsMs,
      "interrupted",
    ],
    [
      "text and then only comments and empty deltas",
      streams(hiChunk, ": a\n\n", chunk(requestedModel, { content: "" }), hang),
      betweenContentsMs,
      "interrupted",
    ],
  ];
  for (const [name, reply, ms, reason] of cases)
    test(`end with "${reason}" after ${ms / 1_000} s: ${name}`, async (t) => {
      mockTime(t);
      let settled = false;
      const attempting = runAttempt(reply).finally(() => (settled = true));
      await settle();
      t.mock.timers.tick(ms - 1);
      await settle();
      assert.equal(settled, false, "the deadline has not passed yet");
      t.mock.timers.tick(1);
      const { error, service } = await attempting;
      assert.equal(error?.reason, reason);
      assert.ok(reply === neverAnswers || service.chats[0]?.open === false, "the connection is closed");
      assert.ok(service.chats[0]?.signal?.aborted);
    });

  test("are measured with timers only, so that a process can replay hours with its own", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    t.mock.method(performance, "now", () => 0);
    const attempting = runAttempt(neverAnswers);
    await settle();
    t.mock.timers.tick(firstContentMs);
    assert.equal((await attempting).error?.reason, "silent");
  });

  test("do not count data as missing that arrived while the process was busy", async (t) => {
    mockTime(t);
    let body: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (body = controller) });
    const attempting = runAttempt(() => new Response(stream));
    await settle();
    t.mock.timers.tick(firstContentMs);
    body?.enqueue(Buffer.from(hiChunk + stopChunk + event("[DONE]")));
    body?.close();
    assert.equal((await attempting).answer?.text, "Hi");
  });

  test("report the cost and the model of the answer that they end", async (t) => {
    mockTime(t);
    const usage = { prompt_tokens: 1, completion_tokens: 2, cost: 0.02 };
    const charged = event({ model: requestedModel, usage, choices: [{ index: 0, delta: { content: "Hi" } }] });
    const attempting = runAttempt(streams(charged, hang));
    await settle();
    t.mock.timers.tick(betweenContentsMs);
    const { error } = await attempting;
    assert.deepEqual([error?.reason, error?.details.cost, error?.details.model], ["interrupted", 0.02, requestedModel]);
  });

  test("end an answer 2 s after its finish reason when the stream stays open without [DONE]", async (t) => {
    mockTime(t);
    const attempting = runAttempt(streams(hiChunk, stopChunk, hang));
    await settle();
    t.mock.timers.tick(2_000);
    const { answer, service } = await attempting;
    assert.equal(answer?.text, "Hi");
    await settle();
    assert.equal(service.chats[0]?.open, false);
  });

  test("end an answer at [DONE] and close a connection that stays open 1 s later", async (t) => {
    mockTime(t);
    const { answer, service } = await runAttempt(streams(hiChunk, stopChunk, event("[DONE]"), hang));
    assert.equal(answer?.text, "Hi");
    t.mock.timers.tick(1_000);
    await settle();
    assert.equal(service.chats[0]?.open, false);
  });
});

describe("aborting an attempt", () => {
  const stages: [name: string, reply: Reply][] = [
    ["before the response", neverAnswers],
    ["after the headers", streams(hang)],
    ["in the middle of the text", streams(hiChunk, hang)],
    ["in the middle of an error body", streams('{"error"', hang)],
    [
      "in the middle of the body of an error status",
      (connection) => new Response((streams("{", hang)(connection) as Response).body, { status: 500 }),
    ],
  ];
  for (const [name, reply] of stages)
    test(`${name} closes the connection and removes the abort listeners`, async () => {
      const aborted = new AbortController();
      const other = new AbortController();
      const attempting = runAttempt(reply, { signals: [other.signal, aborted.signal] });
      await settle();
      aborted.abort();
      const { error, service } = await attempting;
      assert.equal(error?.reason, "aborted");
      assert.ok(reply === neverAnswers || service.chats[0]?.open === false);
      for (const { signal } of [aborted, other]) assert.equal(getEventListeners(signal, "abort").length, 0);
    });

  test("beforehand sends no request", async () => {
    const { error, service } = await runAttempt(answersWith("Hi"), { signals: [AbortSignal.abort()] });
    assert.deepEqual([error?.reason, service.chats.length], ["aborted", 0]);
  });

  test("cancels a response that arrives later", async () => {
    const aborted = new AbortController();
    const service = fakeService([requestedModel]);
    let respond: (response: Response) => void = () => undefined;
    const attempting = runAttempt(
      () => new Promise((resolve) => (respond = resolve)),
      { signals: [aborted.signal] },
      service,
    );
    await settle();
    aborted.abort();
    assert.equal((await attempting).error?.reason, "aborted");
    const [connection] = service.chats;
    assert.ok(connection);
    respond(await streams(hiChunk, hang)(connection));
    await settle();
    assert.equal(connection.open, false);
  });

  test("leaves no abort listener after a complete answer", async () => {
    const { signal } = new AbortController();
    const { answer } = await runAttempt(answersWith("Hi"), { signals: [signal] });
    await settle();
    assert.deepEqual([answer?.text, getEventListeners(signal, "abort").length], ["Hi", 0]);
  });
});
