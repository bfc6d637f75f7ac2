import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test, type TestContext } from "node:test";
import type { CompletionOptions, CompletionRequest, RouterEvent, RouterSettings } from "../../../src/router/index";
import { settle } from "./attemptHarness";
import {
  chunk,
  fakeService,
  hang,
  neverAnswers,
  refusesWith,
  answersWith,
  answersThenHangs,
  streams,
  type Connection,
  type Reply,
} from "./fakeService";
import { ids, startRouter, type RouterHarness } from "./routerHarness";
import { question } from "./sampleModels";

const hedgeAfterMs = 5_000;
/** Names its model and then sends nothing. */
const silent: Reply = (connection) => streams(chunk(connection.body["model"], { role: "assistant" }), hang)(connection);
const busy = refusesWith(429, "Provider returned error", { provider_name: "Acme" });

/** Lets `advance` control the timers and the deadlines of the exchanges. */
function mockTime(t: TestContext, harness: RouterHarness): void {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(performance, "now", () => harness.clock.now());
}

function resetTime(t: TestContext): void {
  t.mock.timers.reset();
  t.mock.restoreAll();
}

/** Advances the timers and the clock. */
async function advance(t: TestContext, harness: RouterHarness, ms: number): Promise<void> {
  const steps = 10;
  for (let step = 0; step < steps; step++) {
    harness.clock.advance(ms / steps);
    t.mock.timers.tick(ms / steps);
    await settle();
  }
}

/** A reply that the test sends later. */
function deferredReply() {
  const { promise, resolve } = Promise.withResolvers<Response>();
  let connection: Connection | undefined;
  const reply: Reply = (sent) => {
    connection = sent;
    return promise;
  };
  const respond = async (late: Reply): Promise<void> => {
    assert.ok(connection);
    resolve(await late(connection));
    await settle();
  };
  return { reply, respond };
}

/** Starts a completion, whose first request is sent. */
async function startCompletion(
  t: TestContext,
  replies: Reply[],
  options: CompletionOptions = {},
  { pool = ["m/a:free", "m/b:free"], ...settings }: Partial<RouterSettings> & { pool?: string[] } = {},
  request: CompletionRequest = question,
) {
  const harness = startRouter({ hedgeAfterMs, ...settings }, { service: fakeService(pool) });
  mockTime(t, harness);
  harness.service.script(...replies);
  const completion = harness.ask(options, request);
  await settle();
  assert.equal(harness.service.chats.length, 1);
  return { harness, completion, advance: (ms: number) => advance(t, harness, ms) };
}

/** Starts a completion whose first attempt is silent until a second one has started. */
async function startHedge(...parameters: Parameters<typeof startCompletion>) {
  const started = await startCompletion(...parameters);
  await started.advance(hedgeAfterMs);
  return started;
}

const openConnections = ({ service }: RouterHarness): number => service.chats.filter(({ open }) => open).length;

/** The types and numbers of the events about attempts. */
function attemptEvents(events: readonly RouterEvent[]): string[] {
  return events.flatMap((event) => ("attempt" in event ? `${event.type} ${event.attempt}` : []));
}

describe("hedging with a second model", () => {
  test("uses the second model's answer, stops the first attempt and counts both requests", async (t) => {
    const { harness, completion } = await startHedge(t, [silent, answersWith("Hi")]);
    const { text, end, failed, events } = await completion;
    assert.deepEqual([text, failed, end?.attempts, end?.model], ["Hi", ["outrun"], 2, harness.askedModels()[1]]);
    assert.deepEqual(attemptEvents(events), [
      "attempt-start 1",
      "attempt-slow 1",
      "rival-start 2",
      "attempt-fail 1",
      "attempt-start 2",
    ]);
    assert.equal(harness.service.chats[0]?.open, false);
    assert.equal(new Set(harness.askedModels()).size, 2);
    assert.equal((await harness.router.quota()).minute.used, 2);
    const [slower] = harness.askedModels();
    assert.ok(
      !harness.router.statistics().some(({ model, restingUntil }) => model === slower && restingUntil),
      "the slower model gets no cooldown",
    );
  });

  test("uses the first attempt's answer if it sends text first, and stops the second attempt", async (t) => {
    const { reply, respond } = deferredReply();
    const { harness, completion } = await startHedge(t, [reply, silent]);
    assert.equal(harness.service.chats.length, 2);
    await respond(answersWith("Late answer"));
    const { text, failed, end, events } = await completion;
    assert.deepEqual(
      [text, failed, end?.attempts, end?.model],
      ["Late answer", ["outrun"], 2, harness.askedModels()[0]],
    );
    assert.deepEqual(attemptEvents(events).slice(2), ["rival-start 2", "attempt-fail 2", "attempt-start 1"]);
    assert.equal(harness.service.chats[1]?.open, false);
  });

  test("yields everything that the first attempt sends while the second one runs", async (t) => {
    const { reply, respond } = deferredReply();
    const { harness, completion } = await startHedge(t, [reply, silent]);
    const [model] = harness.askedModels();
    const parts = [{ role: "assistant" }, { reasoning: "Hm" }, { content: "One " }, { content: "two" }];
    await respond(streams(...parts.map((part) => chunk(model, part)), chunk(model, {}, "stop")));
    const { events, text, reasoning } = await completion;
    assert.deepEqual([reasoning, text], ["Hm", "One two"]);
    const named = events.findLast(({ type }) => type === "model");
    assert.ok(named?.type === "model" && named.model === model);
  });

  test("asks a third and a fourth model after further silence, up to the maximum of attempts", async (t) => {
    const { harness, completion, advance } = await startHedge(t, [silent], {}, { pool: ids, maxAttempts: 4 });
    const counts = [harness.service.chats.length];
    for (let round = 0; round < 3; round++) {
      await advance(hedgeAfterMs);
      counts.push(harness.service.chats.length);
    }
    assert.deepEqual([counts, openConnections(harness)], [[2, 3, 4, 4], 4]);
    assert.equal(new Set(harness.askedModels()).size, 4);
    await advance(30_000);
    const { failed, end, events } = await completion;
    assert.deepEqual([end, failed], [undefined, ["silent", "silent", "silent", "silent"]]);
    assert.deepEqual(
      attemptEvents(events).filter((each) => each.startsWith("attempt-slow")),
      ["attempt-slow 1", "attempt-slow 2", "attempt-slow 3"],
      "not for the last attempt, because no other model can be asked",
    );
    assert.equal(openConnections(harness), 0);
  });

  test("uses the answer of a third model and stops the others", async (t) => {
    const { harness, completion, advance } = await startHedge(
      t,
      [silent, silent, answersWith("Third")],
      {},
      { pool: ids },
    );
    await advance(hedgeAfterMs);
    const { text, failed, end } = await completion;
    assert.deepEqual([text, failed, end?.model], ["Third", ["outrun", "outrun"], harness.askedModels()[2]]);
    assert.equal(openConnections(harness), 0);
  });

  test("reports a failed second attempt and keeps waiting for the first one", async (t) => {
    const { reply, respond } = deferredReply();
    const { harness, completion } = await startHedge(t, [reply, busy]);
    assert.equal(harness.service.chats.length, 2);
    await respond(answersWith("First"));
    const { failed, text } = await completion;
    assert.deepEqual([failed, text], [["rate-limit-model"], "First"]);
  });

  test("asks a third model at once if the second one fails", async (t) => {
    const { harness, completion, advance } = await startHedge(
      t,
      [silent, busy, answersWith("Third")],
      {},
      { pool: ids },
    );
    await advance(10);
    const { failed, text } = await completion;
    assert.deepEqual([failed, text], [["rate-limit-model", "outrun"], "Third"]);
    assert.equal(harness.service.chats.length, 3);
  });

  test("goes on with the second attempt if the first one fails", async (t) => {
    const { reply, respond } = deferredReply();
    const second = deferredReply();
    const { harness, completion } = await startHedge(t, [reply, second.reply], {}, { pool: ids });
    await respond(refusesWith(502, "Down"));
    assert.equal(harness.service.chats.length, 2, "the second attempt has time left");
    await second.respond(answersWith("Second"));
    const { failed, text, events } = await completion;
    assert.deepEqual([failed.length, text], [1, "Second"]);
    assert.deepEqual(attemptEvents(events).slice(2), ["rival-start 2", "attempt-fail 1"]);
  });

  test("asks no further model after a failure that affects all models, but waits for the first attempt", async (t) => {
    const refused = refusesWith(401, "User not found.");
    const answered = deferredReply();
    const first = await startHedge(t, [answered.reply, refused], {}, { pool: ids });
    await first.advance(2 * hedgeAfterMs);
    assert.equal(first.harness.service.chats.length, 2);
    await answered.respond(answersWith("First"));
    assert.equal((await first.completion).text, "First");

    resetTime(t);
    const second = await startHedge(t, [silent, refused], {}, { pool: ids });
    await second.advance(30_000);
    const { error, failed } = await second.completion;
    assert.deepEqual([error?.reason, failed], ["unauthorized", ["unauthorized", "silent"]]);
    assert.deepEqual([second.harness.service.chats.length, openConnections(second.harness)], [2, 0]);
  });

  test("keeps waiting for the first attempt, without an event, if there is no second model", async (t) => {
    const { reply, respond } = deferredReply();
    const { harness, completion } = await startHedge(t, [reply], {}, { pool: ["m/only:free"] });
    assert.equal(harness.service.chats.length, 1);
    await respond(answersWith("Alone"));
    const { text, events } = await completion;
    assert.deepEqual([text, attemptEvents(events)], ["Alone", ["attempt-start 1"]]);
  });

  test("keeps waiting for the first attempt if the limit per minute is reached", async (t) => {
    const { reply, respond } = deferredReply();
    const { harness, completion } = await startHedge(t, [reply], {}, { requestsPerMinute: 1 });
    assert.equal(harness.service.chats.length, 1);
    await respond(answersWith("Alone"));
    const { text, failed } = await completion;
    assert.deepEqual([text, failed], ["Alone", []]);
  });

  test("keeps waiting for the first attempt if the second model is in a cooldown requested by the service", async (t) => {
    const harness = startRouter({}, { service: fakeService(["m/a:free", "m/b:free"]) });
    harness.service.script(
      refusesWith(429, "Provider returned error", {}, { "Retry-After": "200" }),
      answersWith("Hi"),
    );
    await harness.ask();
    mockTime(t, harness);
    harness.settings.hedgeAfterMs = hedgeAfterMs;
    const { reply, respond } = deferredReply();
    harness.service.script(reply);
    const completion = harness.ask();
    await settle();
    await advance(t, harness, hedgeAfterMs);
    assert.equal(harness.service.chats.length, 3);
    await respond(answersWith("Slow answer"));
    const { text, error } = await completion;
    assert.deepEqual([text, error], ["Slow answer", undefined]);
  });

  test("does not start if the first attempt sent text or hedging is disabled", async (t) => {
    for (const [delay, reply] of [
      [hedgeAfterMs, answersThenHangs("Hi")],
      [0, neverAnswers],
    ] as const) {
      const stop = new AbortController();
      const { signal } = stop;
      const started = await startCompletion(t, [reply], { signal }, { hedgeAfterMs: delay });
      await started.advance(hedgeAfterMs + 1_000);
      assert.equal(started.harness.service.chats.length, 1);
      stop.abort();
      const { events } = await started.completion;
      assert.deepEqual(attemptEvents(events), ["attempt-start 1"]);
      resetTime(t);
    }
  });

  test("does not start if the request rules it out", async (t) => {
    const stop = new AbortController();
    const { signal } = stop;
    const started = await startCompletion(t, [silent], { signal }, {}, { ...question, hedge: false });
    await started.advance(hedgeAfterMs * 3);
    assert.equal(started.harness.service.chats.length, 1);
    stop.abort();
    assert.deepEqual(attemptEvents((await started.completion).events), ["attempt-start 1"]);
  });

  test("starts after five seconds by default, except with the last requests of the day", async (t) => {
    const first = await startCompletion(t, [silent, answersWith("Hi")], {}, { hedgeAfterMs: "auto" });
    await first.advance(2_500);
    await first.advance(2_400);
    assert.equal(first.harness.service.chats.length, 1);
    await first.advance(100);
    assert.equal((await first.completion).text, "Hi");

    resetTime(t);
    const harness = startRouter();
    const daily = { used: 46, limit: 50, remaining: 4 };
    harness.service.endpoints["key"] = () => Response.json({ data: { free_model_daily_requests: daily } });
    await harness.router.quota();
    mockTime(t, harness);
    harness.service.script(silent);
    const stop = new AbortController();
    const completion = harness.ask({ signal: stop.signal });
    await settle();
    await advance(t, harness, 20_000);
    assert.equal(harness.service.chats.length, 1);
    stop.abort();
    await completion;
  });

  test("stops both attempts when the completion is aborted", async (t) => {
    const stop = new AbortController();
    const { harness, completion } = await startHedge(t, [silent, silent], { signal: stop.signal });
    assert.equal(openConnections(harness), 2);
    stop.abort();
    const { error, failed } = await completion;
    await settle();
    assert.deepEqual([error?.reason, failed], ["aborted", []]);
    assert.equal(openConnections(harness), 0);
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
  });
});

describe("the attempt-slow event", () => {
  test("names the time at which another model is asked", async (t) => {
    const { harness, completion, advance } = await startCompletion(t, [silent, answersWith("Hi")]);
    const start = harness.clock.now();
    await advance(hedgeAfterMs);
    const { events } = await completion;
    const slow = events.find(({ type }) => type === "attempt-slow");
    const [model] = harness.askedModels();
    assert.deepEqual(slow, { type: "attempt-slow", attempt: 1, model, until: start + hedgeAfterMs });
  });

  test("is not sent with a single attempt allowed", async (t) => {
    const { completion, advance } = await startCompletion(t, [silent], {}, { maxAttempts: 1 });
    await advance(30_000);
    const { events, error } = await completion;
    assert.deepEqual([attemptEvents(events), error?.reason], [["attempt-start 1", "attempt-fail 1"], "silent"]);
  });
});

describe("a caller that wants another model to be asked", () => {
  /** A caller and its wish. */
  function createCaller() {
    const listeners = new Set<() => void>();
    const options: CompletionOptions = {
      onAskAnother(listener) {
        listeners.add(listener);
        return { dispose: () => void listeners.delete(listener) };
      },
    };
    const askAnother = async (): Promise<void> => {
      for (const listener of listeners) listener();
      await settle();
    };
    return { options, listeners, askAnother };
  }

  test("gets one at once for each call, even if hedging is disabled", async (t) => {
    for (const delay of [hedgeAfterMs, 0]) {
      const { options, listeners, askAnother } = createCaller();
      const settings = { pool: ids, hedgeAfterMs: delay };
      const replies = [silent, silent, answersWith("Third")];
      const { harness, completion } = await startCompletion(t, replies, options, settings);
      await askAnother();
      assert.equal(harness.service.chats.length, 2);
      await askAnother();
      const { text, events } = await completion;
      assert.deepEqual([text, harness.service.chats.length, listeners.size], ["Third", 3, 0]);
      assert.ok(!events.some(({ type }) => type === "attempt-slow"));
      resetTime(t);
    }
  });

  test("gets one at once after the attempt-slow event", async (t) => {
    const { options, askAnother } = createCaller();
    const { harness, completion, advance } = await startCompletion(t, [silent, answersWith("Hi")], options);
    await advance(3_000);
    assert.equal(harness.service.chats.length, 1);
    await askAnother();
    assert.equal((await completion).text, "Hi");
  });

  test("gets none if no other model is left, and the first one goes on", async (t) => {
    const { options, askAnother } = createCaller();
    const { reply, respond } = deferredReply();
    const { harness, completion } = await startCompletion(t, [reply], options, { pool: ["m/only:free"] });
    await askAnother();
    await askAnother();
    assert.equal(harness.service.chats.length, 1);
    await respond(answersWith("Alone"));
    assert.equal((await completion).text, "Alone");
  });

  test("does not affect the next attempt by a call during the text", async (t) => {
    const { options, askAnother } = createCaller();
    const settings = { pool: ids };
    const { reply, respond } = deferredReply();
    const allowed = { ...options, restartAfterOutput: true };
    const { harness, completion } = await startCompletion(t, [reply, silent, answersWith("Hi")], allowed, settings);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    await respond((connection) => {
      const body = new ReadableStream<Uint8Array>({
        async start(controller) {
          controller.enqueue(new TextEncoder().encode(chunk(connection.body["model"], { content: "Half" })));
          await promise;
          controller.close();
        },
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    });
    await askAnother();
    resolve(undefined);
    await settle();
    assert.equal(harness.service.chats.length, 2);
    await advance(t, harness, hedgeAfterMs);
    assert.equal((await completion).text, "Hi");
  });
});

describe("a caller that stops reading", () => {
  /** Reads the events of a completion up to the first of this type. */
  async function readUntil(harness: RouterHarness, type: RouterEvent["type"]): Promise<void> {
    for await (const event of harness.router.complete(question)) if (event.type === type) break;
    await settle();
  }

  test("at the start of an attempt gives its request back", async () => {
    const harness = startRouter();
    await readUntil(harness, "attempt-start");
    const { minute, used } = await harness.router.quota();
    assert.deepEqual([harness.service.chats.length, minute.used, used], [0, 0, 3]);
  });

  test("at the start of a rival gives only the rival's request back", async (t) => {
    const harness = startRouter({ hedgeAfterMs });
    mockTime(t, harness);
    harness.service.script(silent);
    const reading = readUntil(harness, "rival-start");
    await settle();
    await advance(t, harness, hedgeAfterMs);
    await reading;
    assert.deepEqual([harness.service.chats.length, openConnections(harness)], [1, 0]);
    assert.equal((await harness.router.quota()).minute.used, 1);
  });

  test("at the failure of a slower attempt stops the faster one", async (t) => {
    const harness = startRouter({ hedgeAfterMs });
    mockTime(t, harness);
    harness.service.script(silent, answersThenHangs("Hi"));
    const reading = readUntil(harness, "attempt-fail");
    await settle();
    await advance(t, harness, hedgeAfterMs);
    await reading;
    assert.deepEqual([harness.service.chats.length, openConnections(harness)], [2, 0]);
  });
});
