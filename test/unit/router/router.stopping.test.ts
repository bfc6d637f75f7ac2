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

/** A clock that moves by itself, if hardly: whoever waits for it goes on waiting. */
function creepingClock() {
  const clock = fakeClock();
  let looks = 0;
  return { ...clock, now: () => clock.now() + ++looks / 1_000 };
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

describe("the user's stop", () => {
  /** What the router is doing when it is stopped, and whether a request was sent by then. */
  const stages: [what: string, start: () => RouterHarness, sent: number][] = [
    ["while the key is looked for", () => startRouter({}, { apiKey: never }), 0],
    ["while the storage is read", () => startRouter({}, { storage: { read: never, update: never } }), 0],
    ["while the storage is written", () => startRouter({}, { storage: { read: nothing, update: never } }), 0],
    ["while the catalogue is loaded", () => withModels(neverAnswers), 0],
    ["while the catalogue's body hangs", () => withModels(streams("{", hang)), 0],
    ["before the headers", () => scripted(neverAnswers), 1],
    ["before the first word", () => scripted(streams(": wait\n\n", hang)), 1],
    ["in the middle of words", () => scripted(answersThenHangs("Half")), 1],
    ["in the middle of thoughts", () => scripted(streams(chunk("m/a:free", { reasoning: "Hm" }), hang)), 1],
    ["in the middle of a refusal", () => scripted(refusesAndHangs), 1],
    ["in the second attempt", () => scripted(refusesWith(502, "Down"), answersThenHangs("Half")), 2],
    ["while it blinks before it tries again", () => scripted(failsWith("ECONNREFUSED")), 1],
    ["while it waits for the minute", () => scripted(refusesWith(429, "free-models-per-min")), 1],
  ];
  for (const [what, start, sent] of stages)
    test(`${what}: ends it at once, and leaves nothing behind`, async (t) => {
      // What was asked for all questions (the catalogue) goes on, and would keep the test waiting.
      if (sent === 0) t.mock.timers.enable({ apis: ["setTimeout"] });
      const harness = start();
      const stop = new AbortController();
      const events: RouterEvent[] = [];
      const asking = (async () => {
        for await (const event of harness.router.complete(question, { signal: stop.signal })) events.push(event);
      })();
      asking.catch(() => undefined);
      await settle();
      assert.equal(harness.service.chats.length, sent);
      stop.abort();
      await assert.rejects(asking, { name: "RouterError", reason: "aborted" });
      await settle();
      assert.equal(events.filter(({ type }) => type === "completion-end").length, 0);
      assert.equal(harness.service.chats.length, sent, "nothing more is sent");
      assert.equal(getEventListeners(stop.signal, "abort").length, 0);
      for (const { signal } of harness.service.chats.slice(-1)) assert.ok(signal?.aborted);
    });

  test("beforehand: nothing happens at all, even if something else would have failed", async () => {
    const harness = startRouter({}, { apiKey: () => Promise.resolve(undefined) });
    const { error, events } = await harness.ask({ signal: AbortSignal.abort() });
    await settle();
    assert.deepEqual([error?.reason, events, harness.service.urls], ["aborted", [], []]);
  });

  test("afterwards: changes nothing", async () => {
    const harness = startRouter();
    const stop = new AbortController();
    const { end } = await harness.ask({ signal: stop.signal });
    stop.abort();
    await settle();
    assert.equal(end?.finishReason, "stop");
    assert.equal(harness.router.statistics()[0]?.successes, 1);
  });

  test("blames no model", async () => {
    const harness = scripted(answersThenHangs("Half"));
    const stop = new AbortController();
    const asking = harness.ask({ signal: stop.signal });
    await settle();
    stop.abort();
    assert.equal((await asking).text, "Half");
    assert.deepEqual(harness.router.statistics(), []);
  });

  test("of thirty hanging answers, after the garbage was collected: thirty stop, none is open", async () => {
    const harness = startRouter({ requestsPerMinute: 100 });
    const stops = Array.from({ length: 30 }, () => new AbortController());
    let replies = 0;
    harness.service.script((connection) => [answersThenHangs("Half"), streams(hang)][replies++ % 2]!(connection));
    const asking = stops.map(({ signal }) => harness.ask({ signal }));
    await settle();
    assert.equal(harness.service.chats.filter(({ open }) => open).length, 30);
    collectGarbage();
    for (const stop of stops) stop.abort();
    const outcomes = await Promise.all(asking);
    assert.deepEqual(
      outcomes.map(({ error, end }) => [error?.reason, end]),
      Array(30).fill(["aborted", undefined]),
    );
    assert.equal(harness.service.chats.filter(({ open }) => open).length, 0);
  });
});

describe("a caller who goes away", () => {
  test("in the middle of words closes the connection", async () => {
    const harness = startRouter({}, { service: fakeService(ids) });
    harness.service.script(answersThenHangs("Half"));
    for await (const event of harness.router.complete(question)) if (event.type === "text-delta") break;
    await settle();
    assert.deepEqual(
      harness.service.chats.map(({ open }) => open),
      [false],
    );
  });

  test("at the start of an attempt, too", async () => {
    const harness = startRouter();
    harness.service.script(answersThenHangs("Half"));
    for await (const event of harness.router.complete(question)) if (event.type === "attempt-start") break;
    await settle();
    assert.ok(harness.service.chats.every(({ open }) => !open));
    harness.service.script(answersWith("Hi"));
    assert.equal((await harness.ask()).text, "Hi", "and others are answered");
  });
});
