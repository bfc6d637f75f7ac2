import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AttemptResult } from "../../../src/router/answerReader";
import { AttemptError, type AttemptErrorDetails } from "../../../src/router/attemptError";
import {
  attributeFailure,
  recordAnswer,
  recordFailure,
  skippedModels,
  type Attribution,
  type OutcomeMemory,
} from "../../../src/router/attribution";
import type { FailureReason } from "../../../src/router/failureReason";
import { failurePolicy, type FailurePolicy } from "../../../src/router/failurePolicy";

describe("the attribution of failures", () => {
  const chain = ["m/a:free", "m/b:free", "m/c:free", "m/d:free"];
  const busy = (details: AttemptErrorDetails = {}) =>
    new AttemptError("rate-limit-model", "Busy.", { status: 429, ...details });

  /** The failed models and their reasons, in the order of the chain; uncertain ones with a question mark. */
  const attribute = (error: AttemptError, served?: string, models = chain): string =>
    attributeFailure(error, models, served)
      .map(({ model, reason, certain }) => `${model.replace(/^m\/|:free$/g, "")} ${reason}${certain ? "" : "?"}`)
      .join(", ");

  const cases: [name: string, error: AttemptError, expected: string, served?: string][] = [
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
      "uses the model named by the error rather than the one named in the stream",
      busy({ model: "m/c:free" }),
      "a rate-limit-model, b rate-limit-model, c rate-limit-model",
      "m/b:free",
    ],
    [
      "prefers the model named in the stream to one named by the error that is not in the chain",
      busy({ model: "other" }),
      "a rate-limit-model, b rate-limit-model",
      "m/b:free",
    ],
    ["uses a model named by the error that is not in the chain", busy({ model: "other" }), "other rate-limit-model"],
    [
      "prefers the metadata to the error text",
      busy({ chain: [{ model: "m/b:free", status: 429 }], detail: "m/a:free failed" }),
      "a rate-limit-model, b rate-limit-model",
    ],
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

  test("takes the first model of a chain for one that stayed silent", () => {
    const silent = new AttemptError("silent", "The model did not start answering in time.");
    assert.equal(attribute(silent), "a silent");
  });

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

describe("recording outcomes", () => {
  const hours = (ms: number): string => `${ms / 3_600_000} h`;

  /** A memory that lists what was recorded. */
  function startHarness() {
    const recorded: string[] = [];
    const speeds: (number | undefined)[] = [];
    const memory: OutcomeMemory = {
      coolDown: (model, seconds, { retryAt, startedAt }) =>
        recorded.push(
          `cooldown ${model} ${seconds} s from ${startedAt}${retryAt === undefined ? "" : ` until ${retryAt}`}`,
        ),
      endCooldown: (model) => recorded.push(`no cooldown ${model}`),
      exclude: (model, reason, ms) => recorded.push(`exclude ${model} ${reason} ${hours(ms)}`),
      excludeCapability: (model, capability) => recorded.push(`exclude ${model} ${capability}`),
      requireReasoning: (model) => recorded.push(`reasoning ${model}`),
      excludeCharged: (model, cost) => recorded.push(`charged ${model} ${cost}`),
      count(model, outcome) {
        recorded.push(`count ${model} ${outcome.ok ? `${outcome.timeToFirstTextMs} ms` : outcome.reason}`);
        if (outcome.ok) speeds.push(outcome.tokensPerSecond);
      },
      refreshCatalogue: () => recorded.push("refresh"),
    };
    return { memory, recorded, speeds };
  }

  const failure = (reason: FailureReason, fields: Partial<Attribution> = {}): Attribution => ({
    model: "m",
    reason,
    certain: true,
    ...fields,
  });
  /** What is recorded for a failure of an attempt that started at 5. */
  const recordedFor = (attribution: Attribution, error?: AttemptError): string[] => {
    const { memory, recorded } = startHarness();
    recordFailure(attribution, { startedAt: 5, ...(error && { error }) }, memory);
    return recorded;
  };

  for (const [reason, policy] of Object.entries(failurePolicy) as [FailureReason, FailurePolicy][]) {
    const { cooldown, exclude, counts } = policy;
    const consequences = [
      ...(exclude ? [`excludes the model for ${exclude.hours} h (${exclude.as})`] : []),
      ...(cooldown ? [`starts a cooldown of ${cooldown} s`] : []),
      ...(counts ? ["counts the failure"] : []),
    ];
    test(`${consequences.join(" and ") || "records nothing"} after "${reason}"`, () =>
      assert.deepEqual(recordedFor(failure(reason)), [
        ...(exclude && exclude.as !== "data-policy" ? ["refresh"] : []),
        ...(exclude ? [`exclude m ${exclude.as} ${exclude.hours} h`] : []),
        ...(cooldown ? [`cooldown m ${cooldown} s from 5`] : []),
        ...(counts ? [`count m ${reason}`] : []),
      ]));
  }

  test("applies the service's retry time if it is certain which model failed", () => {
    assert.deepEqual(recordedFor(failure("rate-limit-model", { retryAt: 7 })), [
      "cooldown m 60 s from 5 until 7",
      "count m rate-limit-model",
    ]);
    assert.deepEqual(recordedFor(failure("rate-limit-model", { retryAt: 7, certain: false })), []);
  });

  test("blames no model if another one may have failed", () => {
    assert.deepEqual(recordedFor(failure("model-gone", { certain: false })), ["refresh"]);
    assert.deepEqual(recordedFor(failure("data-policy", { certain: false })), []);
    assert.deepEqual(recordedFor(failure("unavailable", { certain: false })), []);
  });

  test("excludes a model as long as the error says, but not for the error of another model", () => {
    const error = new AttemptError("model-refused", "No.", { excludeMs: 24 * 3_600_000 });
    assert.deepEqual(recordedFor(failure("model-refused"), error), [
      "refresh",
      "exclude m refused 24 h",
      "count m model-refused",
    ]);
    assert.deepEqual(recordedFor(failure("unavailable"), error), ["cooldown m 30 s from 5", "count m unavailable"]);
  });

  test("excludes a model after any failure whose error asks for it", () => {
    const error = new AttemptError("provider-rejected", "No.", { excludeMs: 3_600_000 });
    assert.deepEqual(recordedFor(failure("provider-rejected"), error), [
      "exclude m gone 1 h",
      "cooldown m 60 s from 5",
    ]);
    assert.deepEqual(recordedFor(failure("provider-rejected", { certain: false }), error), []);
  });

  test("records a missing capability only if it is certain which model lacks it", () => {
    const error = new AttemptError("capability-missing", "No.", { capability: "tools" });
    assert.deepEqual(recordedFor(failure("capability-missing"), error), ["exclude m tools"]);
    assert.deepEqual(recordedFor(failure("capability-missing", { certain: false }), error), []);
  });

  test("records that a model must reason only if it refused to be asked without reasoning", () => {
    const refused = (field: "reasoning" | "plugins") => new AttemptError("parameter-refused", "No.", { field });
    assert.deepEqual(recordedFor(failure("parameter-refused"), refused("reasoning")), ["reasoning m"]);
    assert.deepEqual(recordedFor(failure("parameter-refused", { certain: false }), refused("reasoning")), []);
    assert.deepEqual(recordedFor(failure("parameter-refused"), refused("plugins")), []);
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
    const { memory, recorded } = startHarness();
    assert.deepEqual(recordAnswer(answer, ["a", "b", "c", "d"], 5, memory), ["a", "b"]);
    assert.deepEqual(recorded, [
      ...["cooldown a 60 s from 5", "count a rate-limit-model"],
      ...["cooldown b 30 s from 5", "count b unavailable"],
      ...["no cooldown c", "count c 1000 ms"],
    ]);
  });

  test("records no skipped models if the service's own router chose the model", () => {
    const { memory, recorded } = startHarness();
    assert.deepEqual(recordAnswer(answer, ["openrouter/free"], 5, memory), []);
    assert.deepEqual(recorded, ["no cooldown c", "count c 1000 ms"]);
  });

  test("measures tokens per second without reasoning and waiting time, and not for very short answers", () => {
    const speedAfter = (given: AttemptResult) => {
      const { memory, speeds } = startHarness();
      recordAnswer(given, ["c"], 5, memory);
      return speeds[0];
    };
    assert.equal(speedAfter(answer), 50);
    assert.equal(speedAfter({ ...answer, usage: { promptTokens: 9, completionTokens: 19 } }), undefined);
    assert.equal(speedAfter({ ...answer, durationMs: 1_000 }), undefined, "the whole text arrived at once");
    assert.equal(speedAfter({ ...answer, durationMs: 0, timeToFirstTextMs: 0 }), undefined);
    assert.equal(speedAfter(answerWithoutUsage), undefined);
  });
});
