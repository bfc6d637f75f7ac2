import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RouterError, type AttemptFailure } from "../../../src/router/errors";
import { exhaustedError, finalError } from "../../../src/router/finalError";

describe("the error of a completion", () => {
  const failure = (attempt: number, reason: AttemptFailure["reason"]): AttemptFailure => ({
    ...{ attempt, model: `m${attempt}`, reason },
    message: `It is ${reason}.`,
  });

  test("keeps the details of the last error and lists all attempts", () => {
    const attempts = [failure(1, "silent"), failure(2, "unauthorized")];
    const error = new RouterError("unauthorized", "No.", { status: 401, link: "https://x", retryAt: 5, detail: "d" });
    const { reason, message, status, link, retryAt, detail, model } = finalError(error, attempts);
    assert.deepEqual(
      [reason, message, status, link, retryAt, detail, model],
      ["unauthorized", "No.", 401, "https://x", 5, "d", "m2"],
    );
    assert.deepEqual(finalError(error, attempts, "Otherwise.").message, "Otherwise.");
    assert.deepEqual(finalError(error, attempts).attempts, attempts);
  });

  test("summarizes all attempts when no candidate is left", () => {
    const attempts = [failure(1, "rate-limit-model"), failure(2, "silent"), failure(3, "rate-limit-model")];
    const last = new RouterError("rate-limit-model", "The model is busy.");
    const error = exhaustedError(last, attempts, 99);
    assert.equal(error.message, "3 attempts failed: 2 busy, 1 silent. The model is busy.");
    assert.deepEqual([error.reason, error.model, error.retryAt], ["rate-limit-model", "m3", 99]);
    assert.equal(
      exhaustedError(last, attempts.slice(0, 1)).message,
      "The model is busy.",
      "a single attempt needs no summary",
    );
    assert.equal(exhaustedError(undefined, []).reason, "no-candidate");
  });
});
