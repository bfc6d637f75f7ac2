import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRouter, RouterError, type Completion, type Router, type RouterEvent } from "../../../src/router/index";
import { Activity, type Running } from "../../../src/status/activity";
import { fakeClock } from "../../support/clock";

const gemma = "google/gemma-4-31b-it:free";
const glm = "z-ai/glm-5.2:free";
const completion: Completion = { model: gemma, finishReason: "stop", attempts: 2, passedOver: [], durationMs: 1_200 };
const request = { messages: [{ role: "user" as const, content: "Hello" }] };

/** A router that does what a test says, and otherwise what routers do without a key. */
function scripted(complete: () => AsyncIterable<RouterEvent>): Router {
  return { ...createRouter({ apiKey: () => Promise.resolve(undefined), fetch }), complete };
}

async function* events(...list: RouterEvent[]): AsyncGenerator<RouterEvent> {
  for (const event of list) yield await Promise.resolve(event);
}

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("What the router is doing", () => {
  const clock = fakeClock();
  const watch = (activity: Activity, router: Router): Router =>
    activity.watch(router, ({ reason }) => `Failed: ${reason}.`);

  it("is told step by step, and nothing that was said is kept back", async () => {
    const activity = new Activity(clock.now);
    const told: (Running | undefined)[] = [];
    activity.onDidChange(() => told.push(activity.running));
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
      scripted(() => events(...script)),
    );
    assert.deepEqual(await allOf(router.complete(request)), script);
    const since = clock.now();
    assert.deepEqual(told, [
      { since, answering: false },
      { since, answering: false, waitsUntil: since + 3_000 },
      { since, answering: false, model: glm },
      { since, answering: false, model: glm },
      { since, answering: false, model: gemma },
      { since, answering: true, model: gemma },
      undefined,
    ]);
    assert.deepEqual(activity.outcome, { completion: { type: "completion-end", ...completion } });
  });

  it("ends with an error that goes on to whoever asked", async () => {
    const error = new RouterError("rate-limit-day", "Today's free requests are used up.");
    const activity = new Activity(clock.now);
    const router = watch(
      activity,
      scripted(async function* () {
        yield { type: "attempt-start", attempt: 1, model: glm, fallbacks: [] };
        await Promise.reject(error);
      }),
    );
    await assert.rejects(allOf(router.complete(request)), error);
    assert.deepEqual([activity.running, activity.outcome], [undefined, { error, sentence: "Failed: rate-limit-day." }]);
  });

  it("leaves no trace when the user stopped it", async () => {
    const activity = new Activity(clock.now);
    const script = events({ type: "completion-end", ...completion });
    await allOf(
      watch(
        activity,
        scripted(() => script),
      ).complete(request),
    );
    const before = activity.outcome;
    const stopped = watch(
      activity,
      scripted(async function* () {
        yield { type: "attempt-start", attempt: 1, model: glm, fallbacks: [] };
        await Promise.reject(new RouterError("aborted", "Stopped."));
      }),
    );
    await assert.rejects(allOf(stopped.complete(request)));
    assert.equal(activity.outcome, before);
  });

  it("ends inside as well when whoever asked looks away", async () => {
    const activity = new Activity(clock.now);
    let ended = false;
    const router = watch(
      activity,
      scripted(async function* () {
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

  it("is what began first while several run", async () => {
    const activity = new Activity(clock.now);
    const router = watch(
      activity,
      scripted(() => events({ type: "text-delta", text: "a" }, { type: "completion-end", ...completion })),
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
