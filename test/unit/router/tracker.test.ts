import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { silentLog } from "../../../src/router/log";
import { memoryStorage } from "../../../src/router/storage";
import { Tracker, type AttemptOutcome } from "../../../src/router/tracker";
import { fakeClock } from "../../support/clock";

const hour = 3_600_000;
const fast: AttemptOutcome = { ok: true, timeToFirstTextMs: 300, tokensPerSecond: 200 };
const slow: AttemptOutcome = { ok: true, timeToFirstTextMs: 15_000, tokensPerSecond: 10 };
const down: AttemptOutcome = { ok: false, reason: "unavailable" };

function startHarness(storage = memoryStorage(), clock = fakeClock()) {
  const tracker = new Tracker(storage, clock.now, silentLog);
  return {
    ...{ storage, clock, tracker },
    add: async (model: string, outcome: AttemptOutcome, times = 1) => {
      for (let time = 0; time < times; time++) await tracker.add(model, outcome);
    },
    of: (model: string) => tracker.statistics(() => undefined).find((each) => each.model === model),
    /** The chance of each in percent of the best one's. */
    chances: (...models: string[]) => [...tracker.weights(models).values()].map((weight) => Math.round(100 * weight)),
  };
}

describe("what is told of a model", () => {
  test("how often, how well, how fast, and what went wrong last", async () => {
    const { add, clock, of, tracker } = startHarness();
    const start = clock.now();
    await add("a", { ok: true, timeToFirstTextMs: 1_000, tokensPerSecond: 40 });
    clock.advance(1_000);
    await add("a", { ok: true, timeToFirstTextMs: 3_000, tokensPerSecond: undefined });
    clock.advance(1_000);
    await add("a", down);
    const [told] = tracker.statistics((model) => (model === "a" ? 7 : undefined));
    assert.deepEqual(
      {
        ...told,
        successRate: told?.successRate.toFixed(3),
        timeToFirstTextMs: Math.round(told?.timeToFirstTextMs ?? 0),
      },
      {
        ...{
          model: "a",
          attempts: 3,
          successes: 2,
          successRate: "0.667",
          timeToFirstTextMs: 2_000,
          tokensPerSecond: 40,
        },
        ...{ lastUsedAt: start + 2_000, lastFailure: { reason: "unavailable", at: start + 2_000 }, cooldownUntil: 7 },
        recent: [
          { at: start, ok: true, timeToFirstTextMs: 1_000, tokensPerSecond: 40 },
          { at: start + 1_000, ok: true, timeToFirstTextMs: 3_000 },
          { at: start + 2_000, ok: false },
        ],
      },
    );
    assert.deepEqual(Object.keys(of("a") ?? {}).includes("cooldownUntil"), false);
  });

  test("the last hours count most: after six hours an observation counts half", async () => {
    const { add, clock, of } = startHarness();
    await add("a", down);
    clock.advance(6 * hour);
    await add("a", fast);
    assert.equal(of("a")?.successRate.toFixed(4), (1 / 1.5).toFixed(4));
    clock.advance(60 * hour);
    assert.equal(of("a")?.successRate.toFixed(4), (1 / 1.5).toFixed(4), "silence is no news");
  });

  test("only the newest attempts are kept, of models that are still in use", async () => {
    const { add, clock, of } = startHarness();
    await add("old", fast);
    clock.advance(30 * 24 * hour);
    await add("a", fast, 40);
    assert.deepEqual([of("a")?.attempts, of("a")?.recent.length, of("old")], [40, 24, undefined]);
  });

  test("a model that only ever failed has a rate of nought, and no speed", async () => {
    const { add, of } = startHarness();
    await add("a", down, 3);
    const { successRate, timeToFirstTextMs, tokensPerSecond } = of("a") ?? {};
    assert.deepEqual([successRate, timeToFirstTextMs, tokensPerSecond], [0, undefined, undefined]);
  });

  test("is known after a restart, and in other windows; words of another version are passed over", async () => {
    const { add, clock, storage } = startHarness();
    const other = startHarness(storage, clock);
    await Promise.all([add("a", down), other.add("b", fast)]);
    const text = (await storage.read("statistics")) ?? "";
    await storage.update("statistics", () => text.replace("unavailable", "eaten by a dog"));
    const restarted = startHarness(storage, clock);
    await restarted.tracker.sync();
    assert.deepEqual([restarted.of("a")?.attempts, restarted.of("a")?.lastFailure], [1, undefined]);
    assert.equal(restarted.of("b")?.successes, 1);
  });

  for (const nonsense of ["[]", '{"a":1}', '{"a":{"attempts":"many"}}'])
    test(`nothing, where ${nonsense} is stored`, async () => {
      const { storage, tracker } = startHarness();
      await storage.update("statistics", () => nonsense);
      await tracker.sync();
      assert.deepEqual(
        tracker.statistics(() => undefined),
        [],
      );
    });
});

describe("the chances of an adaptive choice", () => {
  test("are equal while nothing is known, and are none of nobody", () => {
    const { chances } = startHarness();
    assert.deepEqual(chances("a", "b", "c"), [100, 100, 100]);
    assert.deepEqual(chances(), []);
  });

  test("are better for a fast model, worse for a slow one, worst for one that fails", async () => {
    const { add, chances } = startHarness();
    await add("fast", fast, 10);
    await add("slow", slow, 10);
    await add("down", down, 10);
    const [best = 0, unknown = 0, poor = 0, worst = 0] = chances("fast", "new", "slow", "down");
    assert.equal(best, 100);
    assert.ok(best > unknown && unknown > poor && poor >= worst, `${best}, ${unknown}, ${poor}, ${worst}`);
  });

  test("never fall below a twentieth of the best, however often a model failed", async () => {
    const { add, chances } = startHarness();
    await add("fast", fast, 100);
    await add("down", down, 100);
    assert.deepEqual(chances("fast", "down"), [100, 5]);
  });

  test("move with one observation, but not to the end", async () => {
    const { add, chances } = startHarness();
    await add("unlucky", down);
    const [unlucky = 0] = chances("unlucky", "new");
    assert.ok(unlucky > 25 && unlucky < 75, `${unlucky} %`);
  });

  test("even out with time: a model may have recovered", async () => {
    const { add, chances, clock } = startHarness();
    await add("down", down, 5);
    const [today = 0] = chances("down", "new");
    clock.advance(12 * hour);
    const [tonight = 0] = chances("down", "new");
    clock.advance(7 * 24 * hour);
    const [nextWeek = 0] = chances("down", "new");
    assert.ok(today < tonight && tonight < nextWeek && nextWeek > 98, `${today}, ${tonight}, ${nextWeek}`);
  });

  test("are sane whatever was noted, and when the clock was set back", async () => {
    const { add, clock, tracker } = startHarness();
    await add("instant", { ok: true, timeToFirstTextMs: 0, tokensPerSecond: 1e9 });
    await add("endless", { ok: true, timeToFirstTextMs: 1e9, tokensPerSecond: 1e-9 });
    clock.advance(-365 * 24 * hour);
    await add("endless", slow);
    const weights = [...tracker.weights(["instant", "endless", "constructor", "__proto__"]).values()];
    for (const weight of weights) assert.ok(weight >= 0.05 && weight <= 1, weights.join());
  });
});
