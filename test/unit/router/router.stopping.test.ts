import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { RouterEvent } from "../../../src/router/index";
import { fakeClock } from "../../support/clock";
import { settle } from "./attemptHarness";
import {
  chunk,
  event,
  failsWith,
  fakeService,
  hang,
  neverAnswers,
  refusesWith,
  answersWith,
  answersThenHangs,
  streams,
  type Reply,
} from "./fakeService";
import { ids, startRouter, type RouterHarness } from "./routerHarness";
import { question } from "./sampleModels";

/** A clock that advances a little each time it is read. A clock that stands still would end the wait. */
function creepingClock() {
  const clock = fakeClock();
  let reads = 0;
  return { ...clock, now: () => clock.now() + ++reads / 1_000 };
}

const collectGarbage = (): void => {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
};

const scripted = (...replies: Reply[]) => {
  const harness = startRouter({}, { clock: creepingClock() });
  harness.service.script(...replies);
  return harness;
};
const withModels = (reply: Reply) => {
  const harness = startRouter();
  harness.service.endpoints["models"] = reply;
  return harness;
};
const refusesAndHangs: Reply = async (connection) =>
  new Response((await streams('{"error":', hang)(connection)).body, { status: 502 });

const nothing = () => Promise.resolve(undefined);
const never = () => new Promise<never>(() => undefined);

describe("aborting a completion", () => {
  /** The state of the completion, and the number of requests so far. */
  const stages: [name: string, start: () => RouterHarness, sent: number][] = [
    ["while reading the API key", () => startRouter({}, { apiKey: never }), 0],
    ["while reading the storage", () => startRouter({}, { storage: { read: never, update: never } }), 0],
    ["while writing to the storage", () => startRouter({}, { storage: { read: nothing, update: never } }), 0],
    ["while loading the catalogue", () => withModels(neverAnswers), 0],
    ["while the body of the catalogue hangs", () => withModels(streams("{", hang)), 0],
    ["before the headers", () => scripted(neverAnswers), 1],
    ["before the first text", () => scripted(streams(": wait\n\n", hang)), 1],
    ["in the middle of the text", () => scripted(answersThenHangs("Half")), 1],
    ["in the middle of the reasoning", () => scripted(streams(chunk("m/a:free", { reasoning: "Hm" }), hang)), 1],
    ["in the middle of an error body", () => scripted(refusesAndHangs), 1],
    ["in the second attempt", () => scripted(refusesWith(502, "Down"), answersThenHangs("Half")), 2],
    ["before a retry", () => scripted(failsWith("ECONNREFUSED")), 1],
    ["while waiting for the limit per minute", () => scripted(refusesWith(429, "free-models-per-min")), 1],
  ];
  for (const [name, start, sent] of stages)
    test(`${name} ends it immediately and removes the abort listeners`, async (t) => {
      // Shared requests such as the catalogue continue, and their timers would delay the end of the test. On a slow machine, the
      // short wait before a retry could end before the test aborts it.
      const usesFakeTimers = sent === 0 || name === "before a retry";
      if (usesFakeTimers) t.mock.timers.enable({ apis: ["setTimeout"] });
      const harness = start();
      const stop = new AbortController();
      const events: RouterEvent[] = [];
      const completion = (async () => {
        for await (const event of harness.router.complete(question, { signal: stop.signal })) events.push(event);
      })();
      completion.catch(() => undefined);
      await settle();
      assert.equal(harness.service.chats.length, sent);
      stop.abort();
      if (usesFakeTimers) t.mock.timers.tick(100);
      await assert.rejects(completion, { name: "RouterError", reason: "aborted" });
      await settle();
      assert.equal(events.filter(({ type }) => type === "completion-end").length, 0);
      assert.equal(harness.service.chats.length, sent, "no further requests");
      assert.equal(getEventListeners(stop.signal, "abort").length, 0);
      for (const { signal } of harness.service.chats.slice(-1)) assert.ok(signal?.aborted);
    });

  test("beforehand sends no request and takes precedence over other errors", async () => {
    const harness = startRouter({}, { apiKey: () => Promise.resolve(undefined) });
    const { error, events } = await harness.ask({ signal: AbortSignal.abort() });
    await settle();
    assert.deepEqual([error?.reason, events, harness.service.urls], ["aborted", [], []]);
  });

  test("afterwards changes nothing", async () => {
    const harness = startRouter();
    const stop = new AbortController();
    const { end } = await harness.ask({ signal: stop.signal });
    stop.abort();
    await settle();
    assert.equal(end?.finishReason, "stop");
    assert.equal(harness.router.statistics()[0]?.successes, 1);
  });

  test("does not count as a failure of the model", async () => {
    const harness = scripted(answersThenHangs("Half"));
    const stop = new AbortController();
    const completion = harness.ask({ signal: stop.signal });
    await settle();
    stop.abort();
    assert.equal((await completion).text, "Half");
    assert.deepEqual(harness.router.statistics(), []);
  });

  test("still works for thirty hanging answers after a garbage collection", async () => {
    const harness = startRouter({ requestsPerMinute: 100 });
    const stops = Array.from({ length: 30 }, () => new AbortController());
    let replies = 0;
    harness.service.script((connection) => [answersThenHangs("Half"), streams(hang)][replies++ % 2]!(connection));
    const completions = stops.map(({ signal }) => harness.ask({ signal }));
    await settle();
    assert.equal(harness.service.chats.filter(({ open }) => open).length, 30);
    collectGarbage();
    for (const stop of stops) stop.abort();
    const outcomes = await Promise.all(completions);
    assert.deepEqual(
      outcomes.map(({ error, end }) => [error?.reason, end]),
      Array(30).fill(["aborted", undefined]),
    );
    assert.equal(harness.service.chats.filter(({ open }) => open).length, 0);
  });
});

describe("a caller that stops iterating", () => {
  test("in the middle of the text closes the connection", async () => {
    const harness = startRouter({}, { service: fakeService(ids) });
    harness.service.script(answersThenHangs("Half"));
    for await (const event of harness.router.complete(question)) if (event.type === "text-delta") break;
    await settle();
    assert.deepEqual(
      harness.service.chats.map(({ open }) => open),
      [false],
    );
  });

  test("at the start of an attempt closes the connection", async () => {
    const harness = startRouter();
    harness.service.script(answersThenHangs("Half"));
    for await (const event of harness.router.complete(question)) if (event.type === "attempt-start") break;
    await settle();
    assert.ok(harness.service.chats.every(({ open }) => !open));
    harness.service.script(answersWith("Hi"));
    assert.equal((await harness.ask()).text, "Hi", "later completions work");
  });
});

test("a complete answer leaves its connection open for the rest of the body, so that it can be reused", async () => {
  const harness = startRouter();
  const answer = [chunk(ids[0], { content: "Hi" }), chunk(ids[0], {}, "stop"), event("[DONE]")];
  harness.service.script(streams(...answer, hang));
  const stop = new AbortController();
  const { end } = await harness.ask({ signal: stop.signal });
  stop.abort();
  await settle();
  assert.deepEqual([end?.finishReason, harness.service.chats[0]?.open], ["stop", true]);
});
