import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { serverRouter } from "../../../src/router/services/openrouter/serverRouter";
import { poolOf, startHarness, tierOf } from "./chooseHarness";

const minutes = (ids: string): Record<string, number> => Object.fromEntries(poolOf(ids).map(({ id }) => [id, 60]));

describe("models in cooldown", () => {
  test("only fill the end of a chain, and only if the cooldown is an estimate", () => {
    const { chain } = startHarness({}, { estimated: { a: 60, b: 30, c: 90 }, requested: { d: 5 } });
    assert.equal(chain(), "e f b a");
  });

  test("are ordered by the start of the cooldown, since the oldest problem has most likely passed", () => {
    const { chain, clock, coolDown } = startHarness();
    for (const [id, seconds] of Object.entries({ b: 600, a: 300, c: 60, d: 20 })) {
      coolDown(id, seconds);
      clock.advance(4_000);
    }
    assert.equal(chain(), "e f b a");
  });

  test("never displace available models, not even a preferred one", () => {
    assert.equal(startHarness({}, { estimated: { a: 1, b: 1 } }).chain(), "c d e f");
  });

  test("are probed three times if no model is available, then the completion gives up until the next cooldown ends", () => {
    const estimated = { a: 60, b: 30, c: 70, d: 100, e: 110, f: 120 };
    const { nextAttempt, next, fail, clock } = startHarness({}, { estimated });
    assert.equal(nextAttempt().plan.isProbe, true);
    assert.equal(fail("rate-limit-model"), "b");
    assert.equal(fail("rate-limit-model"), "a");
    assert.equal(fail("rate-limit-model"), "c");
    assert.deepEqual(next(), { type: "resting", until: clock.now() + 100_000, count: 3 });
  });

  test("are all probed if none of them is busy", () => {
    const { failAll, next } = startHarness({}, { estimated: minutes("abcdef") });
    assert.equal(failAll(), "abcdef");
    assert.deepEqual(next(), { type: "exhausted" });
  });

  test("are not probed if the service requested the cooldown", () => {
    const requested = { a: 40, b: 41, c: 42, d: 43, e: 44, f: 45 };
    const { next, clock } = startHarness({}, { requested });
    assert.deepEqual(next(), { type: "resting", until: clock.now() + 40_000, count: 6 });
  });

  test("cause a single wait of at most 15 seconds", () => {
    const tiers = [tierOf(poolOf("ab"))];
    const { next, endWait, chain, clock } = startHarness({ tiers }, { requested: { a: 15, b: 15.001 } });
    const until = clock.now() + 15_000;
    const choice = next();
    assert.ok(choice.type === "wait");
    assert.deepEqual(choice, { type: "wait", until, reason: "resting" });
    endWait(choice);
    assert.deepEqual(next(), { type: "resting", until, count: 2 }, "no second wait if the clock does not advance");
    clock.advance(15_000);
    assert.equal(chain(), "a");
  });

  test("cause no wait of more than 15 seconds", () => {
    const tiers = [tierOf(poolOf("a"))];
    assert.equal(startHarness({ tiers }, { requested: { a: 15.001 } }).next().type, "resting");
  });

  test("cause no wait if they were already tried", () => {
    const { failAll, next } = startHarness({}, { estimated: { a: 10 } });
    failAll();
    assert.deepEqual(next(), { type: "exhausted" });
  });
});

describe("the second round", () => {
  const tiers = [tierOf(poolOf("abc"))];

  test("asks models that failed by chance once more, when all others were tried, despite their cooldowns", () => {
    const { fail, chain, clock, coolDown, nextAttempt, next } = startHarness({ tiers });
    fail("silent");
    coolDown("a", 60);
    fail("model-refused");
    assert.equal(chain(), "c", "the remaining model comes first");
    clock.advance(1_000);
    fail("timeout");
    coolDown("c", 20);
    assert.deepEqual([chain(), nextAttempt().plan.isSecondRound], ["a c", true], "the oldest failure first");
    assert.equal(fail("silent"), "a");
    assert.equal(fail("silent"), "c");
    assert.deepEqual(next(), { type: "exhausted" });
  });

  test("leaves out models whose cooldown the service requested", () => {
    const { fail, coolDown, chain, next } = startHarness({ tiers });
    for (let attempt = 0; attempt < 3; attempt++) fail("unavailable");
    coolDown("a", 10, true);
    assert.equal(chain(), "b c");
    fail("unavailable");
    fail("unavailable");
    assert.deepEqual(next(), { type: "exhausted" }, "and does not wait for them");
  });

  test("does not follow three probes that found busy models", () => {
    const four = [tierOf(poolOf("abcd"))];
    const { fail, next } = startHarness({ tiers: four }, { estimated: minutes("abcd") });
    fail("silent");
    for (let probe = 0; probe < 3; probe++) fail("rate-limit-model");
    assert.deepEqual(next(), { type: "exhausted" });
  });

  test("asks only the models that failed by chance, not the service's own router again", () => {
    const { fail, failAll } = startHarness({ tiers, serverRouter });
    assert.equal(fail(), "openrouter/free");
    assert.equal(failAll("empty"), "abcabc");
  });
});
