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

/** Starts a completion whose first attempt is silent until the hedge delay has passed. */
async function startHedge(
  t: TestContext,
  replies: Reply[],
  options: CompletionOptions = {},
  pool = ["m/a:free", "m/b:free"],
) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const harness = startRouter({ hedgeAfterMs }, { service: fakeService(pool) });
  harness.service.script(...replies);
  const completion = harness.ask(options);
  await settle();
  assert.equal(harness.service.chats.length, 1);
  t.mock.timers.tick(hedgeAfterMs);
  await settle();
  const advance = async (ms: number): Promise<void> => {
    t.mock.timers.tick(ms);
    await settle();
  };
  return { harness, completion, advance };
}

describe("hedging with a second model", () => {
  test("uses the second model's answer, stops the first attempt and counts both requests", async (t) => {
    const { harness, completion } = await startHedge(t, [slow, answersWith("Hi")]);
    const { text, end, failed, events } = await completion;
    assert.deepEqual([text, failed, end?.attempts, end?.model], ["Hi", ["outrun"], 2, harness.askedModels()[1]]);
    assert.deepEqual(
      events.filter(({ type }) => type.startsWith("attempt")).map((each) => "attempt" in each && each.attempt),
      [1, 1, 2],
      "the first attempt starts and is overtaken before the second one is announced",
    );
    assert.equal(harness.service.chats[0]?.open, false);
    assert.equal(new Set(harness.askedModels()).size, 2);
    assert.equal((await harness.router.quota()).minute.used, 2);
    const [slower] = harness.askedModels();
    assert.ok(
      !harness.router.statistics().some(({ model, restingUntil }) => model === slower && restingUntil),
      "the slower model gets no cooldown",
    );
  });

  test("stops the second attempt when the first one sends text", async (t) => {
    let respond: (response: Response) => void = () => undefined;
    const late: Reply = () => new Promise((resolve) => (respond = resolve));
    const { harness, completion } = await startHedge(t, [late, slow]);
    assert.equal(harness.service.chats.length, 2);
    const [first] = harness.service.chats;
    assert.ok(first);
    respond(await answersWith("Late answer")(first));
    const { text, failed, end } = await completion;
    assert.deepEqual([text, failed, end?.attempts, end?.model], ["Late answer", [], 2, harness.askedModels()[0]]);
    assert.equal(harness.service.chats[1]?.open, false);
  });

  test("reports a failed second attempt and keeps waiting for the first one", async (t) => {
    const { harness, completion, advance } = await startHedge(t, [neverAnswers, busy]);
    harness.service.script(answersWith("Third"));
    await advance(30_000);
    const { failed, error } = await completion;
    assert.deepEqual(failed.slice(0, 2), ["rate-limit-model", "silent"]);
    assert.equal(error?.reason ?? "answered", "answered");
  });

  test("stops both attempts when the second one fails in a way that affects all models", async (t) => {
    const { harness, completion } = await startHedge(t, [slow, refusesWith(401, "User not found.")]);
    const { error } = await completion;
    await settle();
    assert.equal(error?.reason, "unauthorized");
    assert.equal(harness.service.chats[0]?.open, false);
  });

  test("keeps waiting for the first attempt if there is no second model", async (t) => {
    let respond: (response: Response) => void = () => undefined;
    const late: Reply = () => new Promise((resolve) => (respond = resolve));
    const { harness, completion } = await startHedge(t, [late], {}, ["m/only:free"]);
    assert.equal(harness.service.chats.length, 1);
    const [first] = harness.service.chats;
    assert.ok(first);
    respond(await answersWith("Alone")(first));
    assert.equal((await completion).text, "Alone");
  });

  test("keeps waiting for the first attempt if the second model is in a cooldown requested by the service", async (t) => {
    const harness = startRouter({}, { service: fakeService(["m/a:free", "m/b:free"]) });
    harness.service.script(
      refusesWith(429, "Provider returned error", {}, { "Retry-After": "200" }),
      answersWith("Hi"),
    );
    await harness.ask();
    t.mock.timers.enable({ apis: ["setTimeout"] });
    harness.settings.hedgeAfterMs = hedgeAfterMs;
    let respond: (response: Response) => void = () => undefined;
    harness.service.script(() => new Promise((resolve) => (respond = resolve)));
    const completion = harness.ask();
    await settle();
    t.mock.timers.tick(hedgeAfterMs);
    await settle();
    const last = harness.service.chats.at(-1);
    assert.ok(last && harness.service.chats.length === 3);
    respond(await answersWith("Slow answer")(last));
    const { text, error } = await completion;
    assert.deepEqual([text, error], ["Slow answer", undefined]);
  });

  test("does not start if the first attempt sent text or hedging is disabled", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    for (const [delay, reply] of [
      [hedgeAfterMs, answersThenHangs("Hi")],
      [0, neverAnswers],
    ] as const) {
      const harness = startRouter({ hedgeAfterMs: delay });
      harness.service.script(reply);
      const stop = new AbortController();
      const completion = harness.ask({ signal: stop.signal });
      await settle();
      t.mock.timers.tick(hedgeAfterMs + 1_000);
      await settle();
      assert.equal(harness.service.chats.length, 1);
      stop.abort();
      await completion;
    }
  });

  test("stops both attempts when the completion is aborted", async (t) => {
    const stop = new AbortController();
    const { harness, completion } = await startHedge(t, [slow, slow], { signal: stop.signal });
    assert.equal(harness.service.chats.filter(({ open }) => open).length, 2);
    stop.abort();
    const { error, failed } = await completion;
    await settle();
    assert.deepEqual([error?.reason, failed], ["aborted", []]);
    assert.equal(harness.service.chats.filter(({ open }) => open).length, 0);
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
  });
});
