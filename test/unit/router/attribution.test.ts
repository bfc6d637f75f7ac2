import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AttemptResult } from "../../../src/router/answerReader";
import { attributeFailure, OutcomeRecorder, skippedModels, type Attribution } from "../../../src/router/attribution";
import { Cooldowns } from "../../../src/router/cooldown";
import { RouterError, type RouterErrorDetails } from "../../../src/router/errors";
import type { FailureReason } from "../../../src/router/failureReason";
import { failurePolicy } from "../../../src/router/failurePolicy";
import { silentLog } from "../../../src/router/log";
import { RefusalMemory } from "../../../src/router/refusalMemory";
import { memoryStorage } from "../../../src/router/storage";
import { Tracker } from "../../../src/router/tracker";
import { fakeClock } from "../../support/clock";

describe("the attribution of failures", () => {
  const chain = ["m/a:free", "m/b:free", "m/c:free", "m/d:free"];
  const busy = (details: RouterErrorDetails = {}) => new RouterError("rate-limit-model", "Busy.", details);

  /** The failed models and their reasons, in the order of the chain; uncertain ones with a question mark. */
  const attribute = (error: RouterError, served?: string, models = chain): string =>
    attributeFailure(error, models, served)
      .map(({ model, reason, certain }) => `${model.replace(/^m\/|:free$/g, "")} ${reason}${certain ? "" : "?"}`)
      .join(", ");

  const cases: [name: string, error: RouterError, expected: string, served?: string][] = [
    ["assumes the first model without further information", busy(), "a rate-limit-model?"],
    [
      "uses the model named in the error text",
      busy({ detail: "m/b:free is temporarily rate-limited" }),
      "a rate-limit-model, b rate-limit-model",
    ],
    [
      "uses the last of several models named in the error text",
      busy({ detail: "m/a:free, then m/c:free" }),
      "a rate-limit-model, b rate-limit-model, c rate-limit-model",
    ],
    ["uses the model named in the stream", busy(), "a rate-limit-model, b rate-limit-model", "m/b:free"],
    ["uses a model named in the stream that is not in the chain", busy(), "other rate-limit-model", "other"],
    [
      "uses the metadata about each model",
      busy({
        chain: [
          { model: "m/a:free", status: 502 },
          { model: "m/b:free", status: 429 },
        ],
      }),
      "a unavailable, b rate-limit-model",
    ],
    [
      "assumes a rate limit for models before the one in the metadata",
      busy({ chain: [{ model: "m/c:free", status: 429 }] }),
      "a rate-limit-model, b rate-limit-model, c rate-limit-model",
    ],
    [
      "ignores metadata about models that are not in the chain",
      busy({ chain: [{ model: "x", status: 500 }] }),
      "a rate-limit-model?",
    ],
    [
      "uses the status codes of previous errors",
      busy({ previousStatuses: [429, 503] }),
      "a rate-limit-model, b unavailable, c rate-limit-model",
    ],
    [
      "ignores previous errors that outnumber the chain",
      busy({ previousStatuses: [429, 429, 429, 429, 429] }),
      "a rate-limit-model?",
    ],
  ];
  for (const [name, error, expected, served] of cases)
    test(name, () => assert.equal(attribute(error, served), expected));

  test("is certain for a chain of one", () => {
    assert.equal(attribute(busy(), undefined, ["m/a:free"]), "a rate-limit-model");
    assert.equal(attribute(busy(), undefined, []), " rate-limit-model?", "an empty chain is tolerated");
  });

  test("applies the service's retry time only to the last model", () => {
    const failures = attributeFailure(busy({ retryAt: 7, detail: "m/b:free" }), chain, undefined);
    assert.deepEqual(
      failures.map(({ retryAt }) => retryAt),
      [undefined, 7],
    );
  });

  test("treats the models before the answering one as failed", () => {
    assert.deepEqual(skippedModels([], chain, "m/a:free"), []);
    assert.deepEqual(skippedModels([], chain, "other"), []);
    assert.deepEqual(skippedModels([{ model: "m/b:free", status: 502 }], chain, "m/c:free"), [
      { model: "m/a:free", reason: "rate-limit-model", certain: true },
      { model: "m/b:free", reason: "unavailable", certain: true },
    ]);
  });
});

describe("the outcome recorder", () => {
  function startHarness() {
    const clock = fakeClock();
    const cooldowns = new Cooldowns(memoryStorage(), clock.now, silentLog);
    const tracker = new Tracker(memoryStorage(), clock.now, silentLog);
    const refusals = new RefusalMemory(clock.now);
    const harness = { clock, cooldowns, tracker, refusals, catalogueRefreshes: 0 };
    const recorder = new OutcomeRecorder({
      ...{ cooldowns, tracker, refusals },
      refreshCatalogue: () => harness.catalogueRefreshes++,
    });
    /** Seconds until the model's cooldown ends, why the model is excluded, and the number of recorded attempts. */
    const stateOf = (model: string) => ({
      cooldown: ((cooldowns.get(model)?.until ?? clock.now()) - clock.now()) / 1_000,
      excluded: refusals.refusalOf(model),
      attempts: tracker.statistics(() => undefined).find((each) => each.model === model)?.recent.length ?? 0,
    });
    return Object.assign(harness, { recorder, stateOf });
  }

  const failure = (reason: FailureReason, fields: Partial<Attribution> = {}): Attribution => ({
    model: "m",
    reason,
    certain: true,
    ...fields,
  });

  for (const [reason, { cooldownSeconds = 0, excludeAs }] of Object.entries(failurePolicy) as [
    FailureReason,
    (typeof failurePolicy)["empty"],
  ][]) {
    const cooldown = cooldownSeconds ? `starts a cooldown of ${cooldownSeconds} s` : "starts no cooldown";
    test(`${cooldown}${excludeAs ? ` and excludes the model (${excludeAs})` : ""} after "${reason}"`, () => {
      const harness = startHarness();
      harness.recorder.recordFailure(failure(reason));
      const attempts = cooldownSeconds || excludeAs ? 1 : 0;
      assert.deepEqual(harness.stateOf("m"), { cooldown: cooldownSeconds, excluded: excludeAs, attempts });
      assert.equal(harness.catalogueRefreshes, excludeAs === "gone" ? 1 : 0);
    });
  }

  test("applies the service's retry time", () => {
    const harness = startHarness();
    harness.recorder.recordFailure(failure("rate-limit-model", { retryAt: harness.clock.now() + 7_000 }));
    assert.equal(harness.stateOf("m").cooldown, 7);
  });

  test("starts a cooldown of 60 s instead of an exclusion if another model may have failed", () => {
    for (const reason of ["model-gone", "data-policy"] as const) {
      const harness = startHarness();
      harness.recorder.recordFailure(failure(reason, { certain: false }));
      assert.deepEqual(harness.stateOf("m"), { cooldown: 60, excluded: undefined, attempts: 1 });
    }
  });

  test("records a missing capability only if it is certain which model lacks it", () => {
    const harness = startHarness();
    const error = new RouterError("capability-missing", "No.", { capability: "tools" });
    harness.recorder.recordFailure(failure("capability-missing"), error);
    harness.recorder.recordFailure(failure("capability-missing", { model: "other", certain: false }), error);
    assert.deepEqual([harness.refusals.lacks("m", "tools"), harness.refusals.lacks("other", "tools")], [true, false]);
  });

  const answerWithoutUsage: AttemptResult = {
    ...{ model: "c", finishReason: "stop", text: "Hi", toolCalls: [], reasoningDetails: [] },
    ...{ durationMs: 3_000, timeToFirstTextMs: 1_000, chain: [{ model: "b", status: 502 }] },
  };
  const answer: AttemptResult = {
    ...answerWithoutUsage,
    usage: { promptTokens: 9, completionTokens: 120, reasoningTokens: 20 },
  };

  test("ends the cooldown of the model that answered and starts one for the models before it", () => {
    const harness = startHarness();
    harness.recorder.recordFailure(failure("unavailable", { model: "c" }));
    assert.deepEqual(harness.recorder.recordAnswer(answer, ["a", "b", "c", "d"]), ["a", "b"]);
    assert.deepEqual(
      ["a", "b", "c", "d"].map((model) => harness.stateOf(model).cooldown),
      [failurePolicy["rate-limit-model"].cooldownSeconds, failurePolicy.unavailable.cooldownSeconds, 0, 0],
    );
    const [statistics] = harness.tracker.statistics(() => undefined).filter(({ model }) => model === "c");
    assert.deepEqual([statistics?.attempts, statistics?.successes, statistics?.timeToFirstTextMs], [2, 1, 1_000]);
  });

  test("records no skipped models if the service's own router chose the model", () => {
    const harness = startHarness();
    assert.deepEqual(harness.recorder.recordAnswer(answer, ["openrouter/free"]), []);
  });

  test("measures tokens per second without reasoning and waiting time, and not for very short answers", () => {
    const speedAfter = (given: AttemptResult) => {
      const harness = startHarness();
      harness.recorder.recordAnswer(given, ["c"]);
      return harness.tracker.statistics(() => undefined)[0]?.tokensPerSecond;
    };
    assert.equal(speedAfter(answer), 50);
    assert.equal(speedAfter({ ...answer, usage: { promptTokens: 9, completionTokens: 19 } }), undefined);
    assert.equal(speedAfter({ ...answer, durationMs: 1_000 }), undefined, "the whole text arrived at once");
    assert.equal(speedAfter({ ...answer, durationMs: 0, timeToFirstTextMs: 0 }), undefined);
    assert.equal(speedAfter(answerWithoutUsage), undefined);
  });
});
