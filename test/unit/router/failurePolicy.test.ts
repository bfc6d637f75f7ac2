import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failurePolicy, isFailureReason } from "../../../src/router/failurePolicy";

describe("the failure policies", () => {
  const rows = Object.entries(failurePolicy);

  test("have a lower-case label and positive numbers", () => {
    for (const [reason, { label, max, cooldown, exclude }] of rows) {
      assert.match(label, /^[a-z ]+$/, reason);
      for (const number of [max, cooldown, exclude?.hours]) assert.ok((number ?? 1) > 0, reason);
    }
  });

  test("limit repetitions, retries and waits", () => {
    for (const [reason, { next, max }] of rows)
      if (next === "repeat" || next === "retry" || next === "wait") assert.ok(max !== undefined && max < 5, reason);
  });

  test("limit the failovers after failures that concern every model", () => {
    for (const [reason, { scope, next, max }] of rows)
      if (scope !== "model" && next === "failover") assert.equal(max, 1, reason);
  });

  test("start no cooldown and exclude no model unless another model is tried", () => {
    const unrelated = rows.filter(([, { next }]) => next !== "failover");
    for (const [reason, { cooldown, exclude }] of unrelated)
      assert.deepEqual([cooldown, exclude], [undefined, undefined], reason);
  });

  test("start cooldowns only for failures of a model", () => {
    for (const [reason, { scope, cooldown }] of rows) if (scope !== "model") assert.equal(cooldown, undefined, reason);
  });

  test("give no second chance to a model that leaves the pool", () => {
    for (const [reason, { byChance, exclude }] of rows) assert.ok(!(byChance && exclude), reason);
  });

  test("only accept known reasons", () => {
    assert.ok(isFailureReason("empty"));
    for (const text of ["", "tired", "constructor", "__proto__", "toString"])
      assert.equal(isFailureReason(text), false);
  });
});
