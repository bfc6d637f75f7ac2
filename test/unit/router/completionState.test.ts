import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AttemptError, type AttemptErrorDetails } from "../../../src/router/attemptError";
import type { AttemptPlan, Choice } from "../../../src/router/choice";
import {
  adaptedRequest,
  afterChoice,
  afterFailure,
  initialState,
  interpretedFailure,
  type CompletionState,
  type Failure,
} from "../../../src/router/completionState";
import type { FailureReason } from "../../../src/router/failureReason";
import type { CompletionRequest } from "../../../src/router/request";
import { question } from "./sampleModels";

const plan: AttemptPlan = { chain: ["a", "b"], request: { ...question, max_tokens: 1_000 } };
const choice: Choice = { type: "attempt", plan };

/** The state after another attempt with the plan failed, by default with its first model. */
function failed(
  state: CompletionState,
  reason: FailureReason,
  details: AttemptErrorDetails = {},
  fields: Partial<Failure> = {},
): CompletionState {
  const launched = afterChoice(state, choice);
  const error = new AttemptError(reason, `It is ${reason}.`, details);
  const failure = { error, attempt: launched.attempts, plan, models: [{ model: "a", reason, certain: true }] };
  return afterFailure(launched, { ...failure, ...fields });
}

/** The state after one failure for each reason, in order. */
function failedFor(...reasons: FailureReason[]): CompletionState {
  return reasons.reduce((state, reason) => failed(state, reason), initialState);
}

describe("a choice that was carried out", () => {
  test("counts as an attempt, and its first model as tried", () => {
    const state = afterChoice(initialState, choice);
    assert.deepEqual([state.attempts, [...state.tried]], [1, [["a", { byChance: false }]]]);
    assert.deepEqual([initialState.attempts, initialState.tried.size], [0, 0], "the state before is unchanged");
  });

  test("replaces the plan to repeat", () => {
    const repeating = failedFor("parameter-refused");
    assert.equal(repeating.repeat, plan);
    assert.equal(afterChoice(repeating, choice).repeat, undefined);
  });

  test("is not an attempt if it was a wait", () => {
    assert.deepEqual(afterChoice(initialState, { type: "wait", until: 5, reason: "resting" }), {
      ...initialState,
      hasWaited: true,
    });
  });

  test("makes models that failed by chance candidates again when the second round begins, and only then", () => {
    const secondRound: Choice = { ...choice, plan: { ...plan, chain: ["c"], isSecondRound: true } };
    const models = [
      { model: "a", reason: "silent", certain: true },
      { model: "b", reason: "model-refused", certain: true },
    ] as const;
    const first = failed(initialState, "model-refused", {}, { models });
    const second = afterChoice(first, secondRound);
    assert.deepEqual([[...second.tried.keys()], second.isSecondRound], [["b", "c"], true]);
    const third = afterChoice(failed(second, "silent"), secondRound);
    assert.deepEqual([...third.tried.keys()], ["b", "c", "a"]);
    assert.equal(afterChoice(third, choice).isSecondRound, true, "it does not end");
  });
});

describe("a failed attempt", () => {
  test("is listed with its number, model and message", () => {
    const models = [
      { model: "a", reason: "rate-limit-model", certain: true },
      { model: "b", reason: "empty", certain: true },
    ] as const;
    const state = failed(failedFor("silent"), "empty", {}, { models });
    assert.deepEqual(state.failures, [
      { attempt: 1, model: "a", reason: "silent", message: "It is silent." },
      { attempt: 2, model: "b", reason: "empty", message: "It is empty." },
    ]);
    assert.deepEqual(
      [...state.tried],
      [
        ["a", { byChance: false }],
        ["b", { byChance: true }],
      ],
    );
  });

  test("is listed with the first model of the chain if it is not attributed to a model", () => {
    const state = failed(initialState, "unavailable", {}, { models: [] });
    assert.equal(state.failures[0]?.model, "a");
  });

  test("leads to another model, to the same plan or to the end, by the policy of its reason", () => {
    const next = ({ repeat, last, closed }: CompletionState): string =>
      last?.isFinal ? "end" : closed.size > 0 ? "other service" : repeat === plan ? "same plan" : "other model";
    const cases: [FailureReason[], string][] = [
      [["model-gone"], "other model"],
      [["unauthorized"], "other service"],
      [["bad-request"], "other service"],
      [["moderated", "moderated"], "end"],
      [["parameter-refused"], "same plan"],
      [["rate-limit-minute"], "same plan"],
      [["offline"], "same plan"],
    ];
    for (const [reasons, expected] of cases) assert.equal(next(failedFor(...reasons)), expected, reasons.join());
  });

  const hasEnded = ({ last, closed }: CompletionState): boolean => last?.isFinal === true || closed.size > 0;

  test("ends the completion, or its service's part, if it happened more often than its policy allows", () => {
    for (const reason of ["moderated", "charged"] as const)
      assert.equal(failedFor(reason, "silent", reason).last?.isFinal, true, reason);
    const reasons = ["payment-required", "data-policy", "rate-limit-minute", "offline", "web-page"] as const;
    for (const reason of [...reasons, "moderated", "charged"] as const) {
      assert.equal(hasEnded(failedFor(reason)), false, reason);
      assert.equal(hasEnded(failedFor("silent", reason)), false, reason);
      const second = failedFor(reason, "silent", reason);
      assert.deepEqual([hasEnded(second), second.last?.error.reason, second.repeat], [true, reason, undefined]);
    }
    for (const reason of reasons) {
      const { closed } = failedFor(reason, "silent", reason);
      assert.equal(closed.get("openrouter")?.reason, reason);
    }
  });

  test("of one service leaves the counts of the others alone", () => {
    const groq = { ...plan, chain: ["groq::a"] };
    const models = [{ model: "groq::a", reason: "payment-required", certain: true }] as const;
    const both = failed(failedFor("payment-required"), "payment-required", {}, { plan: groq, models });
    assert.equal(both.closed.size, 0);
    const again = failed(both, "payment-required", {}, { plan: groq, models });
    assert.deepEqual([...again.closed.keys()], ["groq"]);
  });

  test("that two services call a bad request ends the completion", () => {
    const groq = { ...plan, chain: ["groq::a"] };
    const second = failed(failedFor("bad-request"), "bad-request", {}, { plan: groq });
    assert.equal(second.last?.isFinal, true);
  });

  test("may happen any number of times if its policy has no maximum", () => {
    assert.equal(failedFor("silent", "silent", "silent", "silent", "silent").last?.isFinal, false);
  });

  test("leads to another model if the answer ran out of tokens and the request sets no limit", () => {
    const unlimited = { ...plan, request: question };
    assert.equal(failed(initialState, "out-of-tokens", {}, { plan: unlimited }).repeat, undefined);
  });

  test("leads to another model if the changed request was refused more often than its policy allows", () => {
    for (const [reason, max] of [
      ["parameter-refused", 3],
      ["out-of-tokens", 1],
    ] as const) {
      const allowed = failedFor(...Array<FailureReason>(max).fill(reason));
      assert.equal(allowed.repeat, plan);
      const state = failed(allowed, reason);
      assert.deepEqual([state.repeat, state.last?.isFinal], [undefined, false], reason);
    }
  });

  test("is not counted as an attempt if it did not reach the service", () => {
    assert.deepEqual([failedFor("offline").attempts, failedFor("silent").attempts], [0, 1]);
  });

  test("requires a larger context window than the largest that was too small", () => {
    const tooSmall = failed(initialState, "context-too-long", {}, { contextLength: 32_000 });
    assert.equal(tooSmall.minContextLength, 32_000);
    assert.equal(failed(tooSmall, "too-large", {}, { contextLength: 8_000 }).minContextLength, 32_000);
    assert.equal(failed(tooSmall, "too-large", {}, { contextLength: undefined }).minContextLength, 32_000);
    assert.equal(failed(initialState, "empty", {}, { contextLength: 8_000 }).minContextLength, 0);
  });

  test("counts as a busy probe only if it was a probe and the model was busy", () => {
    const busyProbes = (reason: FailureReason, isProbe: boolean): number =>
      failed(initialState, reason, {}, { plan: { ...plan, ...(isProbe && { isProbe }) } }).busyProbes;
    assert.deepEqual([busyProbes("rate-limit-model", true), busyProbes("rate-limit-unknown", true)], [1, 1]);
    assert.deepEqual([busyProbes("rate-limit-model", false), busyProbes("silent", true)], [0, 0]);
  });
});

describe("the request of the next attempt", () => {
  const request: CompletionRequest = {
    messages: [{ role: "assistant", content: "Yes.", model: "a", reasoning_details: [{ text: "Hm." }] }],
    reasoning: { effort: "high" },
    max_tokens: 1_000,
    seed: 1,
  };
  const refused = (field: AttemptErrorDetails["field"], state = initialState): CompletionState =>
    failed(state, "parameter-refused", { field });

  test("is the original one before any failure, and after failures that are not about the request", () => {
    assert.equal(adaptedRequest(request, initialState), request);
    assert.equal(adaptedRequest(request, failedFor("silent", "model-gone")), request);
  });

  test("is sent without a field that was refused", () => {
    const { messages: history, max_tokens, seed } = request;
    assert.deepEqual(adaptedRequest(request, refused("reasoning")), { messages: history, max_tokens, seed });
    const messages = [{ role: "assistant", content: "Yes.", model: "a" }];
    assert.deepEqual(adaptedRequest(request, refused("reasoning_details")), { ...request, messages });
    assert.deepEqual(adaptedRequest(request, refused("plugins")), request, "plugins are not part of it");
  });

  test("is sent without all fields that were refused so far, also to other models", () => {
    const state = failed(refused("reasoning_details", refused("reasoning")), "silent");
    assert.deepEqual([...state.omittedFields], ["reasoning", "reasoning_details"]);
    const { reasoning, messages } = adaptedRequest(request, state);
    assert.deepEqual([reasoning, messages[0]?.reasoning_details], [undefined, undefined]);
  });

  test("allows 4000 more tokens after an answer ran out of tokens, but never more than that", () => {
    const once = failedFor("out-of-tokens");
    assert.deepEqual(adaptedRequest(request, once), { ...request, max_tokens: 5_000 });
    assert.equal(adaptedRequest(request, failed(once, "out-of-tokens")).max_tokens, 5_000);
    assert.deepEqual(adaptedRequest(question, once), question, "no limit is added to a request without one");
  });
});

describe("a rate limit that does not say whose it is", () => {
  const unknown = new AttemptError("rate-limit-unknown", "Too many requests.", { retryAt: 5, origin: "service" });

  test("stays what it is the first time", () =>
    assert.equal(interpretedFailure(unknown, "openrouter", initialState), unknown));

  test("is the account's limit per minute the second time", () => {
    const { reason, details } = interpretedFailure(unknown, "openrouter", failedFor("rate-limit-unknown", "silent"));
    assert.deepEqual([reason, details.origin, details.retryAt], ["rate-limit-minute", "account", 5]);
    const other = new AttemptError("unavailable", "Down.");
    assert.equal(interpretedFailure(other, "openrouter", failedFor("rate-limit-unknown")), other);
  });
});

test("after an error that names no model of its chain, models are asked alone", () => {
  const models = [{ model: "a", reason: "unavailable", certain: false }] as const;
  const state = failed(initialState, "unavailable", {}, { models });
  assert.deepEqual([state.asksAlone, failed(state, "silent").asksAlone], [true, true]);
  assert.equal(failedFor("unavailable").asksAlone, false);
});
