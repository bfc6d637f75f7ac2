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
  fails,
  fakeService,
  hang,
  neverAnswers,
  refuses,
  says,
  saysAndHangs,
  sends,
  type Reply,
} from "./fakeService";
import { ids, startRouter, type RouterRig } from "./routerHarness";
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
  const rig = startRouter({}, { clock: creepingClock() });
  rig.service.script(...replies);
  return rig;
};
const withModels = (reply: Reply) => {
  const rig = startRouter();
  rig.service.elsewhere["models"] = reply;
  return rig;
};
const refusesAndHangs: Reply = async (connection) =>
  new Response((await sends('{"error":', hang)(connection)).body, { status: 502 });

const nothing = () => Promise.resolve(undefined);
const never = () => new Promise<never>(() => undefined);

describe("the user's stop", () => {
  /** What the router is doing when it is stopped, and whether a request was sent by then. */
  const stages: [what: string, start: () => RouterRig, sent: number][] = [
    ["while the key is looked for", () => startRouter({}, { apiKey: never }), 0],
    ["while the storage is read", () => startRouter({}, { storage: { read: never, update: never } }), 0],
    ["while the storage is written", () => startRouter({}, { storage: { read: nothing, update: never } }), 0],
    ["while the catalogue is loaded", () => withModels(neverAnswers), 0],
    ["while the catalogue's body hangs", () => withModels(sends("{", hang)), 0],
    ["before the headers", () => scripted(neverAnswers), 1],
    ["before the first word", () => scripted(sends(": wait\n\n", hang)), 1],
    ["in the middle of words", () => scripted(saysAndHangs("Half")), 1],
    ["in the middle of thoughts", () => scripted(sends(chunk("m/a:free", { reasoning: "Hm" }), hang)), 1],
    ["in the middle of a refusal", () => scripted(refusesAndHangs), 1],
    ["in the second attempt", () => scripted(refuses(502, "Down"), saysAndHangs("Half")), 2],
    ["while it blinks before it tries again", () => scripted(fails("ECONNREFUSED")), 1],
    ["while it waits for the minute", () => scripted(refuses(429, "free-models-per-min")), 1],
  ];
  for (const [what, start, sent] of stages)
    test(`${what}: ends it at once, and leaves nothing behind`, async (t) => {
      // What was asked for all questions (the catalogue) goes on, and would keep the test waiting.
      if (sent === 0) t.mock.timers.enable({ apis: ["setTimeout"] });
      const rig = start();
      const stop = new AbortController();
      const events: RouterEvent[] = [];
      const asking = (async () => {
        for await (const event of rig.router.complete(question, { signal: stop.signal })) events.push(event);
      })();
      asking.catch(() => undefined);
      await settle();
      assert.equal(rig.service.chats.length, sent);
      stop.abort();
      await assert.rejects(asking, { name: "RouterError", reason: "aborted" });
      await settle();
      assert.equal(events.filter(({ type }) => type === "completion-end").length, 0);
      assert.equal(rig.service.chats.length, sent, "nothing more is sent");
      assert.equal(getEventListeners(stop.signal, "abort").length, 0);
      for (const { signal } of rig.service.chats.slice(-1)) assert.ok(signal?.aborted);
    });

  test("beforehand: nothing happens at all, even if something else would have failed", async () => {
    const rig = startRouter({}, { apiKey: () => Promise.resolve(undefined) });
    const { error, events } = await rig.ask({ signal: AbortSignal.abort() });
    await settle();
    assert.deepEqual([error?.reason, events, rig.service.asked], ["aborted", [], []]);
  });

  test("afterwards: changes nothing", async () => {
    const rig = startRouter();
    const stop = new AbortController();
    const { end } = await rig.ask({ signal: stop.signal });
    stop.abort();
    await settle();
    assert.equal(end?.finishReason, "stop");
    assert.equal(rig.router.statistics()[0]?.successes, 1);
  });

  test("blames no model", async () => {
    const rig = scripted(saysAndHangs("Half"));
    const stop = new AbortController();
    const asking = rig.ask({ signal: stop.signal });
    await settle();
    stop.abort();
    assert.equal((await asking).text, "Half");
    assert.deepEqual(rig.router.statistics(), []);
  });

  test("of thirty hanging answers, after the garbage was collected: thirty stop, none is open", async () => {
    const rig = startRouter({ requestsPerMinute: 100 });
    const stops = Array.from({ length: 30 }, () => new AbortController());
    let replies = 0;
    rig.service.script((connection) => [saysAndHangs("Half"), sends(hang)][replies++ % 2]!(connection));
    const asking = stops.map(({ signal }) => rig.ask({ signal }));
    await settle();
    assert.equal(rig.service.chats.filter(({ open }) => open).length, 30);
    collectGarbage();
    for (const stop of stops) stop.abort();
    const outcomes = await Promise.all(asking);
    assert.deepEqual(
      outcomes.map(({ error, end }) => [error?.reason, end]),
      Array(30).fill(["aborted", undefined]),
    );
    assert.equal(rig.service.chats.filter(({ open }) => open).length, 0);
  });
});

describe("a caller who goes away", () => {
  test("in the middle of words closes the connection", async () => {
    const rig = startRouter({}, { service: fakeService(ids) });
    rig.service.script(saysAndHangs("Half"));
    for await (const event of rig.router.complete(question)) if (event.type === "text-delta") break;
    await settle();
    assert.deepEqual(
      rig.service.chats.map(({ open }) => open),
      [false],
    );
  });

  test("at the start of an attempt, too", async () => {
    const rig = startRouter();
    rig.service.script(saysAndHangs("Half"));
    for await (const event of rig.router.complete(question)) if (event.type === "attempt-start") break;
    await settle();
    assert.ok(rig.service.chats.every(({ open }) => !open));
    rig.service.script(says("Hi"));
    assert.equal((await rig.ask()).text, "Hi", "and others are answered");
  });
});
