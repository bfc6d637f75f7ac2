import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failurePolicy, isFailureReason } from "../../../src/router/failurePolicy";

describe("the failure policies", () => {
  const rows = Object.entries(failurePolicy);

  test("have a lower-case label and positive numbers", () => {
    for (const [reason, { label, maxPerCompletion, cooldownSeconds }] of rows) {
      assert.match(label, /^[a-z ]+$/, reason);
      assert.ok((maxPerCompletion ?? 1) > 0 && (cooldownSeconds ?? 1) > 0, reason);
    }
  });

  test("limit retries and waits", () => {
    for (const [reason, { next, maxPerCompletion }] of rows)
      if (next === "retry" || next === "wait")
        assert.ok(maxPerCompletion !== undefined && maxPerCompletion < 5, reason);
  });

  test("start no cooldown for failures that are not about a model", () => {
    const unrelated = rows.filter(([, { next }]) => next !== "failover");
    for (const [reason, { cooldownSeconds, excludeAs }] of unrelated)
      assert.deepEqual([cooldownSeconds, excludeAs], [undefined, undefined], reason);
  });

  test("only accept known reasons", () => {
    assert.ok(isFailureReason("empty"));
    for (const text of ["", "tired", "constructor", "__proto__", "toString"])
      assert.equal(isFailureReason(text), false);
  });
});
