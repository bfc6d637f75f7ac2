import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AttemptResult } from "../../../src/router/answerReader";
import type { Attribution } from "../../../src/router/attribution";
import { Cooldowns } from "../../../src/router/cooldown";
import { RouterError, type FailureReason } from "../../../src/router/errors";
import { OutcomeRecorder } from "../../../src/router/attribution";
import { silentLog } from "../../../src/router/log";
import { RefusalMemory } from "../../../src/router/refusalMemory";
import { memoryStorage } from "../../../src/router/storage";
import { Tracker } from "../../../src/router/tracker";
import { failurePolicy } from "../../../src/router/failurePolicy";
import { fakeClock } from "../../support/clock";

function startHarness() {
  const clock = fakeClock();
  const cooldowns = new Cooldowns(memoryStorage(), clock.now, silentLog);
  const tracker = new Tracker(memoryStorage(), clock.now, silentLog);
  const refusals = new RefusalMemory(clock.now);
  const harness = { clock, cooldowns, tracker, refusals, refreshed: 0 };
  const recorder = new OutcomeRecorder({ cooldowns, tracker, refusals, refreshCatalogue: () => harness.refreshed++ });
  /** Seconds that the model rests, why it is out, and what is held against it. */
  const known = (model: string) => ({
    rests: ((cooldowns.get(model)?.until ?? clock.now()) - clock.now()) / 1_000,
    out: refusals.refusalOf(model),
    failures: tracker.statistics(() => undefined).find((each) => each.model === model)?.recent.length ?? 0,
  });
  return Object.assign(harness, { recorder, known });
}

const failure = (reason: FailureReason, more: Partial<Attribution> = {}): Attribution => ({
  model: "m",
  reason,
  certain: true,
  ...more,
});

describe("what a failure teaches", () => {
  for (const [reason, { cooldownSeconds = 0, excludeAs }] of Object.entries(failurePolicy) as [
    FailureReason,
    (typeof failurePolicy)["empty"],
  ][])
    test(`${reason}: ${cooldownSeconds ? `a rest of ${cooldownSeconds} s` : "no rest"}${excludeAs ? ", out" : ""}`, () => {
      const harness = startHarness();
      harness.recorder.recordFailure(failure(reason));
      const failures = cooldownSeconds || excludeAs ? 1 : 0;
      assert.deepEqual(harness.known("m"), { rests: cooldownSeconds, out: excludeAs, failures });
      assert.equal(harness.refreshed, excludeAs === "gone" ? 1 : 0);
    });

  test("a rest as long as the service says", () => {
    const harness = startHarness();
    harness.recorder.recordFailure(failure("rate-limit-model", { retryAt: harness.clock.now() + 7_000 }));
    assert.equal(harness.known("m").rests, 7);
  });

  test("where it may have been another: a rest of a minute at most, and nobody is out", () => {
    for (const reason of ["model-gone", "data-policy"] as const) {
      const harness = startHarness();
      harness.recorder.recordFailure(failure(reason, { certain: false }));
      assert.deepEqual(harness.known("m"), { rests: 60, out: undefined, failures: 1 });
    }
  });

  test("a capability that is missing, where it is certain whose", () => {
    const harness = startHarness();
    const error = new RouterError("capability-missing", "No.", { capability: "tools" });
    harness.recorder.recordFailure(failure("capability-missing"), error);
    harness.recorder.recordFailure(failure("capability-missing", { model: "other", certain: false }), error);
    assert.deepEqual([harness.refusals.lacks("m", "tools"), harness.refusals.lacks("other", "tools")], [true, false]);
  });
});

describe("what an answer teaches", () => {
  const untold: AttemptResult = {
    ...{ model: "c", finishReason: "stop", text: "Hi", toolCalls: [], reasoningDetails: [] },
    ...{ durationMs: 3_000, timeToFirstTextMs: 1_000, chain: [{ model: "b", status: 502 }] },
  };
  const answer: AttemptResult = { ...untold, usage: { promptTokens: 9, completionTokens: 120, reasoningTokens: 20 } };
  const speedAfter = (given: AttemptResult) => {
    const harness = startHarness();
    harness.recorder.recordAnswer(given, ["c"]);
    return harness.tracker.statistics(() => undefined)[0]?.tokensPerSecond;
  };

  test("that its model is awake, and that those before it are not", () => {
    const harness = startHarness();
    harness.recorder.recordFailure(failure("unavailable", { model: "c" }));
    assert.deepEqual(harness.recorder.recordAnswer(answer, ["a", "b", "c", "d"]), ["a", "b"]);
    const rests = ["a", "b", "c", "d"].map((model) => harness.known(model).rests);
    assert.deepEqual(rests, [
      failurePolicy["rate-limit-model"].cooldownSeconds,
      failurePolicy.unavailable.cooldownSeconds,
      0,
      0,
    ]);
    const [told] = harness.tracker.statistics(() => undefined).filter(({ model }) => model === "c");
    assert.deepEqual([told?.attempts, told?.successes, told?.timeToFirstTextMs], [2, 1, 1_000]);
  });

  test("by whomever the service's own router chose: nothing about the router", () => {
    const harness = startHarness();
    assert.deepEqual(harness.recorder.recordAnswer(answer, ["openrouter/free"]), []);
  });

  test("how fast it writes: thoughts and waiting aside, and not from a word or two", () => {
    assert.equal(speedAfter(answer), 50);
    assert.equal(speedAfter({ ...answer, usage: { promptTokens: 9, completionTokens: 19 } }), undefined);
    assert.equal(speedAfter({ ...answer, durationMs: 1_000 }), undefined, "all at once");
    assert.equal(speedAfter({ ...answer, durationMs: 0, timeToFirstTextMs: 0 }), undefined);
    assert.equal(speedAfter(untold), undefined);
  });
});
