import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createRouter, RouterError, type Completion, type Router, type RouterEvent } from "../../../src/router/index";
import { Activity, type RunningCompletion } from "../../../src/status/activity";
import { fakeClock } from "../../support/clock";

const gemma = "google/gemma-4-31b-it:free";
const glm = "z-ai/glm-5.2:free";
const completion: Completion = { model: gemma, finishReason: "stop", attempts: 2, passedOver: [], durationMs: 1_200 };
const request = { messages: [{ role: "user" as const, content: "Hello" }] };

/** A router with a scripted `complete`; otherwise a real one without a key. */
function scriptedRouter(complete: () => AsyncIterable<RouterEvent>): Router {
  return { ...createRouter({ apiKey: () => Promise.resolve(undefined), fetch }), complete };
}

async function* events(...list: RouterEvent[]): AsyncGenerator<RouterEvent> {
  for (const event of list) yield await Promise.resolve(event);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe("Activity", () => {
  const clock = fakeClock();
  const watch = (activity: Activity, router: Router): Router =>
    activity.watch(router, { sentenceFor: ({ reason }) => `Failed: ${reason}.`, nameOf: () => undefined });

  test("reports each step and passes all events through", async () => {
    const activity = new Activity(clock.now);
    const published: (RunningCompletion | undefined)[] = [];
    activity.onDidChange(() => published.push(activity.running));
    const script: RouterEvent[] = [
      { type: "wait", until: clock.now() + 3_000, reason: "minute-limit" },
      { type: "attempt-start", attempt: 1, model: glm, fallbacks: [] },
      { type: "attempt-fail", attempt: 1, model: glm, reason: "rate-limit-model", message: "busy" },
      { type: "attempt-start", attempt: 2, model: glm, fallbacks: [gemma] },
      { type: "model", model: gemma },
      { type: "reasoning-delta", text: "Hm" },
      { type: "text-delta", text: "Hello" },
      { type: "text-delta", text: " you" },
      { type: "completion-end", ...completion },
    ];
    const router = watch(
      activity,
      scriptedRouter(() => events(...script)),
    );
    assert.deepEqual(await collect(router.complete(request)), script);
    const since = clock.now();
    assert.deepEqual(published, [
      { since, answering: false },
      { since, answering: false, waitsUntil: since + 3_000 },
      { since, answering: false, model: glm },
      { since, answering: false, model: glm },
      { since, answering: false, model: gemma },
      { since, answering: true, model: gemma },
      undefined,
    ]);
    assert.deepEqual(activity.outcome, { completion: { type: "completion-end", ...completion, durationMs: 0 } });
  });

  test("measures the total time from sending, with waits and failed attempts", async () => {
    const activity = new Activity(clock.now);
    async function* late(): AsyncGenerator<RouterEvent> {
      yield { type: "wait", until: clock.now() + 3_000, reason: "minute-limit" };
      await Promise.resolve();
      clock.advance(5_000);
      yield { type: "completion-end", ...completion };
    }
    await collect(watch(activity, scriptedRouter(late)).complete(request));
    const { outcome } = activity;
    assert.equal(outcome && "completion" in outcome && outcome.completion.durationMs, 5_000);
  });

  test("records an error and rethrows it to the caller", async () => {
    const error = new RouterError("rate-limit-day", "Today's free requests are used up.");
    const activity = new Activity(clock.now);
    const router = watch(
      activity,
      scriptedRouter(async function* () {
        yield { type: "attempt-start", attempt: 1, model: glm, fallbacks: [] };
        await Promise.reject(error);
      }),
    );
    await assert.rejects(collect(router.complete(request)), error);
    assert.deepEqual([activity.running, activity.outcome], [undefined, { error, sentence: "Failed: rate-limit-day." }]);
    activity.forgetFailure();
    assert.equal(activity.outcome, undefined);
  });

  test("ignores a completion that the user stopped", async () => {
    const activity = new Activity(clock.now);
    const script = events({ type: "completion-end", ...completion });
    await collect(
      watch(
        activity,
        scriptedRouter(() => script),
      ).complete(request),
    );
    const before = activity.outcome;
    const stoppedRouter = watch(
      activity,
      scriptedRouter(async function* () {
        yield { type: "attempt-start", attempt: 1, model: glm, fallbacks: [] };
        await Promise.reject(new RouterError("aborted", "Stopped."));
      }),
    );
    await assert.rejects(collect(stoppedRouter.complete(request)));
    assert.equal(activity.outcome, before);
  });

  test("stops the router's stream when the caller stops reading", async () => {
    const activity = new Activity(clock.now);
    let ended = false;
    const router = watch(
      activity,
      scriptedRouter(async function* () {
        try {
          for (;;) yield await Promise.resolve({ type: "text-delta" as const, text: "and " });
        } finally {
          ended = true;
        }
      }),
    );
    for await (const event of router.complete(request)) if (event.type === "text-delta") break;
    assert.deepEqual([ended, activity.running], [true, undefined]);
  });

  test("reports the completion that started first", async () => {
    const activity = new Activity(clock.now);
    const router = watch(
      activity,
      scriptedRouter(() => events({ type: "text-delta", text: "a" }, { type: "completion-end", ...completion })),
    );
    const [one, other] = [router.complete(request), router.complete(request)].map((each) =>
      each[Symbol.asyncIterator](),
    );
    await one?.next();
    const first = activity.running;
    clock.advance(5_000);
    await other?.next();
    assert.deepEqual(activity.running, first);
    await one?.return?.();
    assert.equal(activity.running?.since, (first?.since ?? 0) + 5_000);
    await other?.return?.();
    assert.equal(activity.running, undefined);
  });
});
