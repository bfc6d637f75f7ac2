import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AttemptError } from "../../../src/router/attemptError";
import { initialState } from "../../../src/router/completionState";
import { RouterError, type AttemptFailure } from "../../../src/router/errors";
import { exhaustedError, finalError, incompleteError, restingError } from "../../../src/router/finalError";

describe("the error of a completion", () => {
  const failure = (attempt: number, reason: AttemptFailure["reason"]): AttemptFailure => ({
    ...{ attempt, model: `m${attempt}`, reason },
    message: `It is ${reason}.`,
  });

  test("keeps the details of the last error and lists all attempts", () => {
    const attempts = [failure(1, "silent"), failure(2, "unauthorized")];
    const error = new RouterError("unauthorized", "No.", { status: 401, link: "https://x", retryAt: 5, detail: "d" });
    const { reason, message, status, link, retryAt, detail, model } = finalError(error, attempts, initialState);
    assert.deepEqual(
      [reason, message, status, link, retryAt, detail, model],
      ["unauthorized", "No.", 401, "https://x", 5, "d", "m2"],
    );
    assert.deepEqual(finalError(error, attempts, initialState).attempts, attempts);
  });

  test("names the model of the error, if it has one", () => {
    const error = new RouterError("data-policy", "No.", { model: "other" });
    assert.equal(finalError(error, [failure(1, "data-policy")], initialState).model, "other");
  });

  test("is unchanged if it lists its attempts already, or if none failed", () => {
    const own = new RouterError("silent", "No.", { attempts: [failure(1, "silent")] });
    assert.equal(finalError(own, [failure(1, "silent"), failure(2, "silent")], initialState), own);
    const early = new RouterError("no-key", "No.");
    assert.equal(finalError(early, [], initialState), early);
  });

  test("says that the answer is incomplete after visible text", () => {
    const attempts = [failure(1, "interrupted")];
    const cause = new Error("ECONNRESET");
    const last = new AttemptError("interrupted", "The connection was lost.", { status: 200, detail: "d", cause });
    const error = incompleteError(last, attempts);
    assert.equal(error.message, "The answer is incomplete. The connection was lost.");
    assert.deepEqual(
      [error.reason, error.status, error.detail, error.cause, error.attempts],
      ["interrupted", 200, "d", cause, attempts],
    );
  });

  test("says when the first cooldown ends if every candidate is in one", () => {
    const cases: [count: number, ms: number, message: string][] = [
      [1, 7_001, "The only free model for this request is cooling down. Try again in 8 seconds."],
      [3, 89_000, "All 3 free models for this request are cooling down. Try again in 89 seconds."],
      [3, 90_000, "All 3 free models for this request are cooling down. Try again in 2 minutes."],
    ];
    for (const [count, ms, message] of cases) {
      const error = restingError({ until: 1_000 + ms, count }, 1_000);
      assert.deepEqual([error.reason, error.message, error.retryAt], ["all-resting", message, 1_000 + ms]);
    }
  });

  test("summarizes all attempts when no candidate is left", () => {
    const attempts = [failure(1, "rate-limit-model"), failure(2, "silent"), failure(3, "rate-limit-model")];
    const last = new AttemptError("rate-limit-model", "The model is busy.", { status: 429, retryAt: 5 });
    const error = exhaustedError(last, attempts, 99);
    assert.equal(error.message, "3 attempts failed: 2 busy, 1 silent. The model is busy.");
    assert.deepEqual(
      [error.reason, error.status, error.model, error.retryAt, error.attempts],
      ["rate-limit-model", 429, "m3", 99, attempts],
    );
    assert.equal(
      exhaustedError(last, attempts.slice(0, 1)).message,
      "The model is busy.",
      "a single attempt needs no summary",
    );
    assert.equal(exhaustedError(undefined, []).reason, "no-candidate");
  });
});
