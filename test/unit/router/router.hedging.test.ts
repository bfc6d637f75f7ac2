import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test, type TestContext } from "node:test";
import type { CompletionOptions } from "../../../src/router/index";
import { settle } from "./attemptHarness";
import { chunk, fakeService, hang, neverAnswers, refuses, says, saysAndHangs, sends, type Reply } from "./fakeService";
import { startRouter } from "./routerHarness";

const hedgeAfterMs = 5_000;
const slow: Reply = (connection) => sends(chunk(connection.body["model"], { role: "assistant" }), hang)(connection);
const busy = refuses(429, "Provider returned error", { provider_name: "Acme" });

/** Asks a service that answers in this way, and lets the first be silent for as long as is waited for. */
async function race(
  t: TestContext,
  replies: Reply[],
  options: CompletionOptions = {},
  pool = ["m/a:free", "m/b:free"],
) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = startRouter({ hedgeAfterMs }, { service: fakeService(pool) });
  rig.service.script(...replies);
  const asking = rig.ask(options);
  await settle();
  assert.equal(rig.service.chats.length, 1);
  t.mock.timers.tick(hedgeAfterMs);
  await settle();
  const goOn = async (ms: number): Promise<void> => {
    t.mock.timers.tick(ms);
    await settle();
  };
  return { rig, asking, goOn };
}

describe("a second model, when the first is silent", () => {
  test("speaks first: its answer is the answer, the first is stopped, and both requests count", async (t) => {
    const { rig, asking } = await race(t, [slow, says("Hi")]);
    const { text, end, failed, events } = await asking;
    assert.deepEqual([text, failed, end?.attempts, end?.model], ["Hi", ["outrun"], 2, rig.asked()[1]]);
    assert.deepEqual(
      events.filter(({ type }) => type.startsWith("attempt")).map((each) => "attempt" in each && each.attempt),
      [1, 1, 2],
      "the first starts and is outrun, then the second starts",
    );
    assert.equal(rig.service.chats[0]?.open, false);
    assert.equal(new Set(rig.asked()).size, 2);
    assert.equal((await rig.router.quota()).minute.used, 2);
    const [loser] = rig.asked();
    assert.ok(!rig.router.statistics().some(({ model, restingUntil }) => model === loser && restingUntil), "no blame");
  });

  test("is stopped when the first speaks after all", async (t) => {
    let speak: (response: Response) => void = () => undefined;
    const late: Reply = () => new Promise((resolve) => (speak = resolve));
    const { rig, asking } = await race(t, [late, slow]);
    assert.equal(rig.service.chats.length, 2);
    const [first] = rig.service.chats;
    assert.ok(first);
    speak(await says("Late, but well")(first));
    const { text, failed, end } = await asking;
    assert.deepEqual([text, failed, end?.attempts, end?.model], ["Late, but well", [], 2, rig.asked()[0]]);
    assert.equal(rig.service.chats[1]?.open, false);
  });

  test("fails: told, and the first is waited for", async (t) => {
    const { rig, asking, goOn } = await race(t, [neverAnswers, busy]);
    rig.service.script(says("Third"));
    await goOn(30_000);
    const { failed, error } = await asking;
    assert.deepEqual(failed.slice(0, 2), ["rate-limit-model", "silent"]);
    assert.equal(error?.reason ?? "answered", "answered");
  });

  test("fails in a way that nobody could do better: both are stopped at once", async (t) => {
    const { rig, asking } = await race(t, [slow, refuses(401, "User not found.")]);
    const { error } = await asking;
    await settle();
    assert.equal(error?.reason, "unauthorized");
    assert.equal(rig.service.chats[0]?.open, false);
  });

  test("is not to be had: the first is waited for", async (t) => {
    let speak: (response: Response) => void = () => undefined;
    const late: Reply = () => new Promise((resolve) => (speak = resolve));
    const { rig, asking } = await race(t, [late], {}, ["m/only:free"]);
    assert.equal(rig.service.chats.length, 1);
    const [first] = rig.service.chats;
    assert.ok(first);
    speak(await says("Alone")(first));
    assert.equal((await asking).text, "Alone");
  });

  test("rests by the service's own word: the first is waited for, and may answer", async (t) => {
    const rig = startRouter({}, { service: fakeService(["m/a:free", "m/b:free"]) });
    rig.service.script(refuses(429, "Provider returned error", {}, { "Retry-After": "200" }), says("Hi"));
    await rig.ask();
    t.mock.timers.enable({ apis: ["setTimeout"] });
    rig.settings.hedgeAfterMs = hedgeAfterMs;
    let speak: (response: Response) => void = () => undefined;
    rig.service.script(() => new Promise((resolve) => (speak = resolve)));
    const asking = rig.ask();
    await settle();
    t.mock.timers.tick(hedgeAfterMs);
    await settle();
    const last = rig.service.chats.at(-1);
    assert.ok(last && rig.service.chats.length === 3);
    speak(await says("Slow, but there")(last));
    const { text, error } = await asking;
    assert.deepEqual([text, error], ["Slow, but there", undefined]);
  });

  test("is not asked where the first has spoken, or hedging is off", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    for (const [after, reply] of [
      [hedgeAfterMs, saysAndHangs("Hi")],
      [0, neverAnswers],
    ] as const) {
      const rig = startRouter({ hedgeAfterMs: after });
      rig.service.script(reply);
      const stop = new AbortController();
      const asking = rig.ask({ signal: stop.signal });
      await settle();
      t.mock.timers.tick(hedgeAfterMs + 1_000);
      await settle();
      assert.equal(rig.service.chats.length, 1);
      stop.abort();
      await asking;
    }
  });

  test("both are stopped by the user", async (t) => {
    const stop = new AbortController();
    const { rig, asking } = await race(t, [slow, slow], { signal: stop.signal });
    assert.equal(rig.service.chats.filter(({ open }) => open).length, 2);
    stop.abort();
    const { error, failed } = await asking;
    await settle();
    assert.deepEqual([error?.reason, failed], ["aborted", []]);
    assert.equal(rig.service.chats.filter(({ open }) => open).length, 0);
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
  });
});
