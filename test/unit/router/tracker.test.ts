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

describe("the experience with a model", () => {
  test("is 1 without attempts", () => {
    assert.equal(startHarness().tracker.experience("a"), 1);
  });

  test("is highest for a fast model, lower for a slow one and lowest for a failing one", async () => {
    const { add, tracker } = startHarness();
    await add("fast", fastAnswer, 10);
    await add("slow", slowAnswer, 10);
    await add("down", failure, 10);
    const [fast = 0, slow = 0, down = 0] = ["fast", "slow", "down"].map((model) => tracker.experience(model));
    assert.ok(fast > 1 && 1 > slow && slow > down, `${fast}, ${slow}, ${down}`);
  });

  test("changes moderately after a single attempt", async () => {
    const { add, tracker } = startHarness();
    await add("unlucky", failure);
    await add("lucky", fastAnswer);
    const [unlucky, lucky] = [tracker.experience("unlucky"), tracker.experience("lucky")];
    assert.ok(unlucky > 0.25 && unlucky < 0.75 && lucky > 1.1 && lucky < 2, `${unlucky}, ${lucky}`);
  });

  test("approaches 1 over time, since a model may have recovered", async () => {
    const { add, tracker, clock } = startHarness();
    await add("down", failure, 5);
    const today = tracker.experience("down");
    clock.advance(12 * hour);
    const tonight = tracker.experience("down");
    clock.advance(7 * 24 * hour);
    const nextWeek = tracker.experience("down");
    assert.ok(today < tonight && tonight < nextWeek && nextWeek > 0.98, `${today}, ${tonight}, ${nextWeek}`);
  });

  test("is a positive number for extreme values and after the clock was set back", async () => {
    const { add, clock, tracker } = startHarness();
    await add("instant", { ok: true, timeToFirstTextMs: 0, tokensPerSecond: 1e9 });
    await add("endless", { ok: true, timeToFirstTextMs: 1e9, tokensPerSecond: 1e-9 });
    await add("down", failure, 100);
    clock.advance(-365 * 24 * hour);
    await add("endless", slowAnswer);
    for (const model of ["instant", "endless", "down", "constructor", "__proto__"]) {
      const experience = tracker.experience(model);
      assert.ok(experience > 0 && experience < 10, `${model}: ${experience}`);
    }
  });
});

describe("the user's feedback", () => {
  test("raises the experience for answers that were applied or kept, and lowers it for others", async () => {
    const { tracker } = startHarness();
    for (const feedback of ["applied", "kept"] as const) {
      await tracker.addFeedback(feedback, feedback);
      assert.ok(tracker.experience(feedback) > 1, feedback);
    }
    for (const feedback of ["asked-again", "excluded"] as const) {
      await tracker.addFeedback(feedback, feedback);
      assert.ok(tracker.experience(feedback) < 1, feedback);
    }
  });

  test("is remembered with later attempts and after a restart", async () => {
    const { add, storage, clock, tracker } = startHarness();
    for (const model of ["a", "b"]) await add(model, fastAnswer);
    await tracker.addFeedback("a", "asked-again");
    for (const model of ["a", "b"]) await add(model, fastAnswer);
    const restarted = startHarness(storage, clock);
    await restarted.tracker.sync();
    assert.ok(restarted.tracker.experience("a") < restarted.tracker.experience("b"));
  });

  test("counts for the newest 24 answers", async () => {
    const { tracker } = startHarness();
    await tracker.addFeedback("a", "asked-again");
    for (let answer = 0; answer < 24; answer++)
      for (const model of ["a", "b"]) await tracker.addFeedback(model, "kept");
    assert.equal(tracker.experience("a"), tracker.experience("b"));
  });

  test("about a model that was never tried is remembered, but is no statistic", async () => {
    const { add, tracker, statisticsOf } = startHarness();
    await tracker.addFeedback("a", "excluded");
    await add("b", fastAnswer);
    assert.equal(statisticsOf("a"), undefined);
    assert.ok(tracker.experience("a") < 1);
  });
});

describe("the usual patience with a model", () => {
  async function patienceAfter(...times: (number | undefined)[]): Promise<number | undefined> {
    const { add, tracker } = startHarness();
    for (const timeToFirstTextMs of times) await add("a", { ok: true, timeToFirstTextMs, tokensPerSecond: 50 });
    return tracker.usualPatienceMs("a");
  }

  test("is unknown with fewer than eight measured answers", async () => {
    const { add, tracker } = startHarness();
    assert.equal(tracker.usualPatienceMs("a"), undefined);
    await add("a", fastAnswer, 7);
    await add("a", failure, 8);
    await add("a", { ok: true }, 8);
    assert.equal(tracker.usualPatienceMs("a"), undefined);
    await add("a", fastAnswer);
    assert.equal(tracker.usualPatienceMs("a"), 2_500);
  });

  test("is half more than the time that nine of ten answers keep", async () => {
    assert.equal(await patienceAfter(2_000, 4_000, 1_000, 2_000, 3_000, 1_000, 2_000, 3_000), 6_000);
    const nine = Array<number>(9).fill(2_000);
    assert.equal(await patienceAfter(14_000, ...nine), 3_000, "a single slow answer does not count");
  });

  test("is between 2.5 and 15 seconds", async () => {
    assert.equal(await patienceAfter(...Array<number>(8).fill(100)), 2_500);
    assert.equal(await patienceAfter(...Array<number>(8).fill(20_000)), 15_000);
  });
});

describe("the record of a model's tool calls", () => {
  const validCall: AttemptOutcome = { ok: true, hasToolCalls: true };
  const brokenCall: AttemptOutcome = { ok: false, reason: "bad-tool-call" };

  test("counts valid and broken ones, and nothing else", async () => {
    const { add, tracker } = startHarness();
    assert.deepEqual(tracker.toolRecord("a"), { good: 0, bad: 0 });
    for (const outcome of [fastAnswer, failure, { ok: true, hasToolCalls: false }] as const) await add("a", outcome);
    assert.deepEqual(tracker.toolRecord("a"), { good: 0, bad: 0 });
    await add("a", validCall, 3);
    await add("a", brokenCall, 2);
    await add("b", validCall);
    assert.deepEqual(
      [tracker.toolRecord("a"), tracker.toolRecord("b")],
      [
        { good: 3, bad: 2 },
        { good: 1, bad: 0 },
      ],
    );
    for (const model of ["constructor", "__proto__"]) assert.deepEqual(tracker.toolRecord(model), { good: 0, bad: 0 });
  });

  test("weighs them with a half-life of six hours, and none more than a new one", async () => {
    const { add, clock, tracker } = startHarness();
    await add("a", brokenCall, 2);
    clock.advance(6 * hour);
    await add("a", validCall);
    assert.deepEqual(tracker.toolRecord("a"), { good: 1, bad: 1 });
    clock.advance(6 * hour);
    assert.deepEqual(tracker.toolRecord("a"), { good: 0.5, bad: 0.5 });
    clock.advance(-365 * 24 * hour);
    assert.deepEqual(tracker.toolRecord("a"), { good: 1, bad: 2 });
  });

  test("has the newest 24 ones", async () => {
    const { add, tracker } = startHarness();
    await add("a", brokenCall, 30);
    await add("a", validCall, 20);
    assert.deepEqual(tracker.toolRecord("a"), { good: 20, bad: 4 });
  });

  test("is remembered with other outcomes and feedback, and after a restart", async () => {
    const { add, clock, storage, tracker } = startHarness();
    await add("a", brokenCall);
    await add("a", fastAnswer, 40);
    await tracker.addFeedback("a", "kept");
    const restarted = startHarness(storage, clock);
    await restarted.tracker.sync();
    assert.deepEqual(restarted.tracker.toolRecord("a"), { good: 0, bad: 1 });
  });

  test("is empty for statistics of earlier versions, which are kept", async () => {
    const { add, storage, statisticsOf, tracker } = startHarness();
    const recent = [{ at: 1, ok: true }];
    await storage.update("statistics", () => JSON.stringify({ a: { attempts: 1, successes: 1, recent } }));
    await tracker.sync();
    assert.deepEqual([statisticsOf("a")?.attempts, tracker.toolRecord("a")], [1, { good: 0, bad: 0 }]);
    await add("b", fastAnswer);
    const stored = JSON.parse((await storage.read("statistics")) ?? "{}") as Record<string, object>;
    assert.ok(!("toolCalls" in (stored["b"] ?? {})), "only models that call tools have one");
  });
});
