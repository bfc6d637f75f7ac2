import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RefusalMemory } from "../../../src/router/refusalMemory";
import { fakeClock } from "../../support/clock";

describe("the memory of refusals", () => {
  const minute = 60_000;

  test("lasts an hour for models that are gone and 15 minutes for privacy settings", () => {
    const clock = fakeClock();
    const memory = new RefusalMemory(clock.now);
    memory.addModel("a", "gone");
    memory.addModel("b", "data-policy");
    const refusalsAfter = (minutes: number) => (
      clock.advance(minutes * minute),
      [memory.refusalOf("a"), memory.refusalOf("b")]
    );
    assert.deepEqual(refusalsAfter(0), ["gone", "data-policy"]);
    assert.deepEqual(refusalsAfter(15), ["gone", undefined]);
    assert.deepEqual(refusalsAfter(45), [undefined, undefined]);
    assert.equal(memory.refusalOf("c"), undefined);
  });

  test("stores missing capabilities per model", () => {
    const memory = new RefusalMemory(fakeClock().now);
    memory.addCapability("a", "tools");
    assert.deepEqual(
      [memory.lacks("a", "tools"), memory.lacks("a", "tool_choice"), memory.lacks("b", "tools")],
      [true, false, false],
    );
  });

  test("can clear the refusals due to privacy settings", () => {
    const memory = new RefusalMemory(fakeClock().now);
    memory.addModel("a", "gone");
    memory.addModel("b", "data-policy");
    assert.deepEqual([memory.clearPolicyRefusals(), memory.clearPolicyRefusals()], [true, false]);
    assert.deepEqual([memory.refusalOf("a"), memory.refusalOf("b")], ["gone", undefined]);
  });
});
