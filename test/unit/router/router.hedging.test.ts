import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test, type TestContext } from "node:test";
import type { CompletionOptions } from "../../../src/router/index";
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
  type Reply,
} from "./fakeService";
import { startRouter } from "./routerHarness";

const hedgeAfterMs = 5_000;
const slow: Reply = (connection) => streams(chunk(connection.body["model"], { role: "assistant" }), hang)(connection);
const busy = refusesWith(429, "Provider returned error", { provider_name: "Acme" });

/** Asks a service that answers in this way, and lets the first be silent for as long as is waited for. */
async function race(
  t: TestContext,
  replies: Reply[],
  options: CompletionOptions = {},
  pool = ["m/a:free", "m/b:free"],
) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const harness = startRouter({ hedgeAfterMs }, { service: fakeService(pool) });
  harness.service.script(...replies);
  const asking = harness.ask(options);
  await settle();
  assert.equal(harness.service.chats.length, 1);
  t.mock.timers.tick(hedgeAfterMs);
  await settle();
  const goOn = async (ms: number): Promise<void> => {
    t.mock.timers.tick(ms);
    await settle();
  };
  return { harness, asking, goOn };
}

describe("a second model, when the first is silent", () => {
  test("speaks first: its answer is the answer, the first is stopped, and both requests count", async (t) => {
    const { harness, asking } = await race(t, [slow, answersWith("Hi")]);
    const { text, end, failed, events } = await asking;
    assert.deepEqual([text, failed, end?.attempts, end?.model], ["Hi", ["outrun"], 2, harness.askedModels()[1]]);
    assert.deepEqual(
      events.filter(({ type }) => type.startsWith("attempt")).map((each) => "attempt" in each && each.attempt),
      [1, 1, 2],
      "the first starts and is outrun, then the second starts",
    );
    assert.equal(harness.service.chats[0]?.open, false);
    assert.equal(new Set(harness.askedModels()).size, 2);
    assert.equal((await harness.router.quota()).minute.used, 2);
    const [loser] = harness.askedModels();
    assert.ok(
      !harness.router.statistics().some(({ model, cooldownUntil }) => model === loser && cooldownUntil),
      "no blame",
    );
  });

  test("is stopped when the first speaks after all", async (t) => {
    let speak: (response: Response) => void = () => undefined;
    const late: Reply = () => new Promise((resolve) => (speak = resolve));
    const { harness, asking } = await race(t, [late, slow]);
    assert.equal(harness.service.chats.length, 2);
    const [first] = harness.service.chats;
    assert.ok(first);
    speak(await answersWith("Late, but well")(first));
    const { text, failed, end } = await asking;
    assert.deepEqual([text, failed, end?.attempts, end?.model], ["Late, but well", [], 2, harness.askedModels()[0]]);
    assert.equal(harness.service.chats[1]?.open, false);
  });

  test("fails: told, and the first is waited for", async (t) => {
    const { harness, asking, goOn } = await race(t, [neverAnswers, busy]);
    harness.service.script(answersWith("Third"));
    await goOn(30_000);
    const { failed, error } = await asking;
    assert.deepEqual(failed.slice(0, 2), ["rate-limit-model", "silent"]);
    assert.equal(error?.reason ?? "answered", "answered");
  });

  test("fails in a way that nobody could do better: both are stopped at once", async (t) => {
    const { harness, asking } = await race(t, [slow, refusesWith(401, "User not found.")]);
    const { error } = await asking;
    await settle();
    assert.equal(error?.reason, "unauthorized");
    assert.equal(harness.service.chats[0]?.open, false);
  });

  test("is not to be had: the first is waited for", async (t) => {
    let speak: (response: Response) => void = () => undefined;
    const late: Reply = () => new Promise((resolve) => (speak = resolve));
    const { harness, asking } = await race(t, [late], {}, ["m/only:free"]);
    assert.equal(harness.service.chats.length, 1);
    const [first] = harness.service.chats;
    assert.ok(first);
    speak(await answersWith("Alone")(first));
    assert.equal((await asking).text, "Alone");
  });

  test("rests by the service's own word: the first is waited for, and may answer", async (t) => {
    const harness = startRouter({}, { service: fakeService(["m/a:free", "m/b:free"]) });
    harness.service.script(
      refusesWith(429, "Provider returned error", {}, { "Retry-After": "200" }),
      answersWith("Hi"),
    );
    await harness.ask();
    t.mock.timers.enable({ apis: ["setTimeout"] });
    harness.settings.hedgeAfterMs = hedgeAfterMs;
    let speak: (response: Response) => void = () => undefined;
    harness.service.script(() => new Promise((resolve) => (speak = resolve)));
    const asking = harness.ask();
    await settle();
    t.mock.timers.tick(hedgeAfterMs);
    await settle();
    const last = harness.service.chats.at(-1);
    assert.ok(last && harness.service.chats.length === 3);
    speak(await answersWith("Slow, but there")(last));
    const { text, error } = await asking;
    assert.deepEqual([text, error], ["Slow, but there", undefined]);
  });

  test("is not asked where the first has spoken, or hedging is off", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    for (const [after, reply] of [
      [hedgeAfterMs, answersThenHangs("Hi")],
      [0, neverAnswers],
    ] as const) {
      const harness = startRouter({ hedgeAfterMs: after });
      harness.service.script(reply);
      const stop = new AbortController();
      const asking = harness.ask({ signal: stop.signal });
      await settle();
      t.mock.timers.tick(hedgeAfterMs + 1_000);
      await settle();
      assert.equal(harness.service.chats.length, 1);
      stop.abort();
      await asking;
    }
  });

  test("both are stopped by the user", async (t) => {
    const stop = new AbortController();
    const { harness, asking } = await race(t, [slow, slow], { signal: stop.signal });
    assert.equal(harness.service.chats.filter(({ open }) => open).length, 2);
    stop.abort();
    const { error, failed } = await asking;
    await settle();
    assert.deepEqual([error?.reason, failed], ["aborted", []]);
    assert.equal(harness.service.chats.filter(({ open }) => open).length, 0);
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
  });
});
