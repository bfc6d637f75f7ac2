import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { silentLog } from "../../../src/router/log";
import { memoryStorage } from "../../../src/router/storage";
import { Tracker, type AttemptOutcome } from "../../../src/router/tracker";
import { fakeClock } from "../../support/clock";

const hour = 3_600_000;
const fastAnswer: AttemptOutcome = { ok: true, timeToFirstTextMs: 300, tokensPerSecond: 200 };
const slowAnswer: AttemptOutcome = { ok: true, timeToFirstTextMs: 15_000, tokensPerSecond: 10 };
const failure: AttemptOutcome = { ok: false, reason: "unavailable" };

function startHarness(storage = memoryStorage(), clock = fakeClock()) {
  const tracker = new Tracker(storage, clock.now, silentLog);
  return {
    ...{ storage, clock, tracker },
    add: async (model: string, outcome: AttemptOutcome, times = 1) => {
      for (let time = 0; time < times; time++) await tracker.add(model, outcome);
    },
    statisticsOf: (model: string) => tracker.statistics(() => undefined).find((each) => each.model === model),
    /** The weights of the models in percent of the highest one. */
    weights: (...models: string[]) => [...tracker.weights(models).values()].map((weight) => Math.round(100 * weight)),
  };
}

describe("the statistics of a model", () => {
  test("contain counts, success rate, speed and the last failure", async () => {
    const { add, clock, statisticsOf, tracker } = startHarness();
    const start = clock.now();
    await add("a", { ok: true, timeToFirstTextMs: 1_000, tokensPerSecond: 40 });
    clock.advance(1_000);
    await add("a", { ok: true, timeToFirstTextMs: 3_000, tokensPerSecond: undefined });
    clock.advance(1_000);
    await add("a", failure);
    const [statistics] = tracker.statistics((model) => (model === "a" ? 7 : undefined));
    assert.deepEqual(
      {
        ...statistics,
        successRate: statistics?.successRate.toFixed(3),
        timeToFirstTextMs: Math.round(statistics?.timeToFirstTextMs ?? 0),
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
        ...{ lastUsedAt: start + 2_000, lastFailure: { reason: "unavailable", at: start + 2_000 }, restingUntil: 7 },
        recent: [
          { at: start, ok: true, timeToFirstTextMs: 1_000, tokensPerSecond: 40 },
          { at: start + 1_000, ok: true, timeToFirstTextMs: 3_000 },
          { at: start + 2_000, ok: false },
        ],
      },
    );
    assert.deepEqual(Object.keys(statisticsOf("a") ?? {}).includes("restingUntil"), false);
  });

  test("weight attempts with a half-life of six hours", async () => {
    const { add, clock, statisticsOf } = startHarness();
    await add("a", failure);
    clock.advance(6 * hour);
    await add("a", fastAnswer);
    assert.equal(statisticsOf("a")?.successRate.toFixed(4), (1 / 1.5).toFixed(4));
    clock.advance(60 * hour);
    assert.equal(
      statisticsOf("a")?.successRate.toFixed(4),
      (1 / 1.5).toFixed(4),
      "time without attempts changes nothing",
    );
  });

  test("contain only the latest attempts and no models that are no longer used", async () => {
    const { add, clock, statisticsOf } = startHarness();
    await add("old", fastAnswer);
    clock.advance(30 * 24 * hour);
    await add("a", fastAnswer, 40);
    assert.deepEqual(
      [statisticsOf("a")?.attempts, statisticsOf("a")?.recent.length, statisticsOf("old")],
      [40, 24, undefined],
    );
  });

  test("have a success rate of zero and no speed after only failures", async () => {
    const { add, statisticsOf } = startHarness();
    await add("a", failure, 3);
    const { successRate, timeToFirstTextMs, tokensPerSecond } = statisticsOf("a") ?? {};
    assert.deepEqual([successRate, timeToFirstTextMs, tokensPerSecond], [0, undefined, undefined]);
  });

  test("survive a restart, are shared with other windows and ignore unknown failure reasons", async () => {
    const { add, clock, storage } = startHarness();
    const other = startHarness(storage, clock);
    await Promise.all([add("a", failure), other.add("b", fastAnswer)]);
    const text = (await storage.read("statistics")) ?? "";
    await storage.update("statistics", () => text.replace("unavailable", "unknown-reason"));
    const restarted = startHarness(storage, clock);
    await restarted.tracker.sync();
    assert.deepEqual([restarted.statisticsOf("a")?.attempts, restarted.statisticsOf("a")?.lastFailure], [1, undefined]);
    assert.equal(restarted.statisticsOf("b")?.successes, 1);
  });

  for (const invalid of ["[]", '{"a":1}', '{"a":{"attempts":"many"}}'])
    test(`are empty if the stored value is invalid: ${invalid}`, async () => {
      const { storage, tracker } = startHarness();
      await storage.update("statistics", () => invalid);
      await tracker.sync();
      assert.deepEqual(
        tracker.statistics(() => undefined),
        [],
      );
    });
});

describe("the weights of an adaptive choice", () => {
  test("are equal without attempts and empty without models", () => {
    const { weights } = startHarness();
    assert.deepEqual(weights("a", "b", "c"), [100, 100, 100]);
    assert.deepEqual(weights(), []);
  });

  test("are highest for a fast model, lower for a slow one and lowest for a failing one", async () => {
    const { add, weights } = startHarness();
    await add("fast", fastAnswer, 10);
    await add("slow", slowAnswer, 10);
    await add("down", failure, 10);
    const [best = 0, unknown = 0, poor = 0, worst = 0] = weights("fast", "new", "slow", "down");
    assert.equal(best, 100);
    assert.ok(best > unknown && unknown > poor && poor >= worst, `${best}, ${unknown}, ${poor}, ${worst}`);
  });

  test("are at least a twentieth of the highest one", async () => {
    const { add, weights } = startHarness();
    await add("fast", fastAnswer, 100);
    await add("down", failure, 100);
    assert.deepEqual(weights("fast", "down"), [100, 5]);
  });

  test("change moderately after a single attempt", async () => {
    const { add, weights } = startHarness();
    await add("unlucky", failure);
    const [unlucky = 0] = weights("unlucky", "new");
    assert.ok(unlucky > 25 && unlucky < 75, `${unlucky} %`);
  });

  test("even out over time, since a model may have recovered", async () => {
    const { add, weights, clock } = startHarness();
    await add("down", failure, 5);
    const [today = 0] = weights("down", "new");
    clock.advance(12 * hour);
    const [tonight = 0] = weights("down", "new");
    clock.advance(7 * 24 * hour);
    const [nextWeek = 0] = weights("down", "new");
    assert.ok(today < tonight && tonight < nextWeek && nextWeek > 98, `${today}, ${tonight}, ${nextWeek}`);
  });

  test("stay within bounds for extreme values and after the clock was set back", async () => {
    const { add, clock, tracker } = startHarness();
    await add("instant", { ok: true, timeToFirstTextMs: 0, tokensPerSecond: 1e9 });
    await add("endless", { ok: true, timeToFirstTextMs: 1e9, tokensPerSecond: 1e-9 });
    clock.advance(-365 * 24 * hour);
    await add("endless", slowAnswer);
    const weights = [...tracker.weights(["instant", "endless", "constructor", "__proto__"]).values()];
    for (const weight of weights) assert.ok(weight >= 0.05 && weight <= 1, weights.join());
  });
});
