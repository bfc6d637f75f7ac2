import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isRouterError } from "../../../src/router/errors";
import { chainOf, pool, sorted, startHarness, tryAll } from "./candidatesHarness";
import { question } from "./sampleModels";

describe("models in cooldown", () => {
  test("only fill the end of a chain, and only if the cooldown is an estimate", async () => {
    const estimated = { a: 60, b: 30, c: 90 };
    const { candidates } = await startHarness({}, { estimated, requested: { d: 5 } });
    const chain = chainOf(candidates);
    assert.deepEqual([sorted(chain.slice(0, 2)), chain.slice(2)], ["ef", ["b", "a"]]);
  });

  test("are ordered by the start of the cooldown, since the oldest problem has most likely passed", async () => {
    const { candidates, clock, cooldowns } = await startHarness();
    for (const [id, seconds] of [
      ["a", 600],
      ["b", 300],
      ["c", 60],
      ["d", 20],
    ] as const) {
      await cooldowns.add(id, seconds);
      clock.advance(5_000);
    }
    assert.deepEqual(chainOf(candidates).slice(2), ["a", "b"]);
  });

  test("never displace available models", async () => {
    const { candidates } = await startHarness({}, { estimated: { a: 1, b: 1 } });
    assert.equal(sorted(chainOf(candidates)), "cdef");
  });

  test("are probed twice if no model is available, then the error names the next retry time", async () => {
    const estimated = { a: 60, b: 30, c: 90, d: 100, e: 110, f: 120 };
    const { candidates, clock } = await startHarness({}, { estimated });
    const probed: string[] = [];
    for (let probe = 0; probe < 2; probe++) {
      const [first = ""] = chainOf(candidates);
      probed.push(first);
      candidates.markTried(first);
      candidates.recordBusy();
    }
    assert.deepEqual(probed, ["b", "a"]);
    assert.throws(
      () => candidates.next(),
      (error) =>
        isRouterError(error) &&
        error.reason === "all-resting" &&
        error.retryAt === clock.now() + 90_000 &&
        /\b4 free models .* 2 minutes\./.test(error.message),
    );
    assert.equal(candidates.nextAvailableAt(), clock.now() + 30_000, "including models that were already tried");
  });

  test("are all probed if none of them is busy", async () => {
    const estimated = Object.fromEntries(pool.map(({ id }) => [id, 60]));
    const { candidates } = await startHarness({}, { estimated });
    assert.equal(sorted(tryAll(candidates)), "abcdef");
  });

  test("are not probed if the service requested the cooldown", async () => {
    const requested = Object.fromEntries(pool.map(({ id }, index) => [id, 40 + index]));
    const { candidates, clock } = await startHarness({}, { requested });
    assert.throws(
      () => candidates.next(),
      (error) =>
        isRouterError(error) && error.retryAt === clock.now() + 40_000 && /6 free.* 40 seconds/.test(error.message),
    );
  });

  test("cause a single wait of at most 15 seconds", async () => {
    const { candidates, clock } = await startHarness({}, { requested: { a: 15, b: 15.001 } }, [
      { request: question, pool: pool.slice(0, 2) },
    ]);
    assert.deepEqual(candidates.next(), { waitUntil: clock.now() + 15_000 });
    assert.throws(() => candidates.next(), /\b2 .* 15 seconds/, "no second wait if the clock does not advance");
    clock.advance(15_000);
    assert.deepEqual(chainOf(candidates), ["a"]);
  });

  test("are mentioned in the singular if there is only one", async () => {
    const { candidates } = await startHarness({}, { requested: { a: 60 } }, [
      { request: question, pool: pool.slice(0, 1) },
    ]);
    assert.throws(() => candidates.next(), /^RouterError: The only free model .* 60 seconds/);
  });

  test("cause no wait if they were already tried", async () => {
    const { candidates } = await startHarness({}, { estimated: { a: 10 } });
    tryAll(candidates);
    assert.equal(candidates.next(), undefined);
  });
});

describe("a second attempt with a model", () => {
  const tiers = [{ request: question, pool: pool.slice(0, 3) }];

  test("follows once after a random failure, when all other models were tried", async () => {
    const { candidates, clock, cooldowns } = await startHarness({}, {}, tiers);
    candidates.markTried("a", true);
    candidates.markTried("b");
    await cooldowns.add("a", 60);
    assert.deepEqual(chainOf(candidates), ["c"], "the remaining model comes first");
    clock.advance(1_000);
    candidates.markTried("c", true);
    await cooldowns.add("c", 20);
    assert.deepEqual(chainOf(candidates), ["a", "c"], "despite their cooldowns, the oldest first");
    candidates.markTried("a", true);
    candidates.markTried("c", true);
    assert.equal(candidates.next(), undefined);
  });

  test("does not happen during a cooldown that the service requested", async () => {
    const { candidates, cooldowns, clock } = await startHarness({}, {}, tiers);
    for (const { id } of tiers[0]?.pool ?? []) candidates.markTried(id, true);
    await cooldowns.add("a", 60, clock.now() + 60_000);
    assert.equal(sorted(chainOf(candidates)), "bc");
  });

  test("does not happen after two probes found busy models", async () => {
    const { candidates } = await startHarness({}, { estimated: { a: 60, b: 60, c: 60 } }, tiers);
    for (const [id, byChance] of [
      ["a", true],
      ["b", false],
      ["c", false],
    ] as const) {
      chainOf(candidates);
      candidates.markTried(id, byChance);
      if (!byChance) candidates.recordBusy();
    }
    assert.equal(candidates.next(), undefined);
  });
});
