import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readCatalogue } from "../../../src/router/catalogue";
import { silentLog } from "../../../src/router/log";
import { weightedShuffled } from "../../../src/router/pick";
import { freeModels } from "../../../src/router/pool";
import { adaptiveWeights } from "../../../src/router/quality";
import { openRouter } from "../../../src/router/services/openrouter/openrouter";
import { memoryStorage } from "../../../src/router/storage";
import { Tracker } from "../../../src/router/tracker";
import { fakeClock, snapshotDay } from "../../support/clock";
import { snapshotRows } from "../../support/openRouter";
import { seededRandom } from "../../support/random";
import { model } from "./sampleModels";

/** Models named a, b, c, ... with these benchmark indexes for code. */
function modelsWith(...coding: (number | undefined)[]) {
  return coding.map((index, position) =>
    model(
      String.fromCharCode("a".charCodeAt(0) + position),
      index === undefined ? {} : { benchmarks: { coding: index } },
    ),
  );
}

/** The weights of models with these benchmark indexes, in order. `experience`: the factor by model; 1 if missing. */
function weightsOf(coding: (number | undefined)[], experience: Record<string, number> = {}): number[] {
  return [...adaptiveWeights(modelsWith(...coding), "coding", (id) => experience[id] ?? 1).values()];
}

function assertNear(actual: number | undefined, expected: number): void {
  assert.ok(Math.abs((actual ?? NaN) - expected) < 1e-6, `${actual} instead of ${expected}`);
}

const equalIndexes = (count: number): number[] => Array<number>(count).fill(30);

describe("the weights of the adaptive strategy", () => {
  test("are equal without benchmarks and experience, and none without models", () => {
    for (const weight of weightsOf([undefined, undefined, undefined, undefined, undefined, undefined]))
      assertNear(weight, 1 / 6);
    assert.deepEqual(weightsOf([]), []);
  });

  test("are ten times as high for a model of twice the index", () => {
    const weights = weightsOf([20, 40, ...equalIndexes(16)]);
    assertNear((weights[1] ?? 0) / (weights[0] ?? 0), 2 ** 3.3);
  });

  test("treat a model without an index, or with an index of 0, like the median", () => {
    const [low, unlisted, high, zero, middle] = weightsOf([25, undefined, 35, 0, 30, ...equalIndexes(5)]);
    assert.ok((low ?? 0) < (unlisted ?? 0) && (unlisted ?? 0) < (high ?? 0));
    assert.deepEqual([unlisted, zero], [middle, middle]);
    for (const weight of weightsOf([0, 0, 0, undefined, undefined])) assertNear(weight, 1 / 5);
  });

  test("use the index for agents if the request has tools", () => {
    const benchmarks = [
      { coding: 20, agentic: 40 },
      { coding: 40, agentic: 20 },
    ];
    const models = [...benchmarks, {}, {}, {}, {}].map((each, position) => model(`${position}`, { benchmarks: each }));
    const [coding, agentic] = (["coding", "agentic"] as const).map((index) => adaptiveWeights(models, index, () => 1));
    assert.ok((coding?.get("0") ?? 0) < (coding?.get("1") ?? 0));
    assert.ok((agentic?.get("0") ?? 0) > (agentic?.get("1") ?? 0));
  });

  test("are multiplied by the experience on this machine", () => {
    const weights = weightsOf(equalIndexes(10), { a: 0.5, b: 1.5 });
    assertNear((weights[0] ?? 0) / (weights[2] ?? 0), 0.5);
    assertNear((weights[1] ?? 0) / (weights[2] ?? 0), 1.5);
  });

  describe("stay between a tenth of an equal share and 24 percent", () => {
    const pools: [name: string, coding: (number | undefined)[], experience: Record<string, number>][] = [
      ["one excellent model", [90, ...equalIndexes(17)], {}],
      ["one poor model", [3, ...equalIndexes(17)], {}],
      ["one model that works while all others fail", equalIndexes(18), workingOnly("a")],
      ["four models that work while all others fail", equalIndexes(18), workingOnly("abcd")],
      ["four that work, one that often fails", equalIndexes(18), { ...workingOnly("abcd"), e: 0.05 }],
      ["five models of very different quality", [1, 10, 20, 40, 90], {}],
    ];
    for (const [name, coding, experience] of pools)
      test(name, () => {
        const weights = weightsOf(coding, experience);
        assertNear(
          weights.reduce((sum, each) => sum + each, 0),
          1,
        );
        for (const weight of weights)
          assert.ok(weight >= 0.1 / coding.length - 1e-6 && weight <= 0.24 + 1e-6, weights.join());
      });
  });

  test("keep the order of the models where the limits allow it", () => {
    const weights = weightsOf(equalIndexes(18), { ...workingOnly("abcd"), e: 0.05 });
    assert.ok((weights[0] ?? 0) > (weights[4] ?? 0) && (weights[4] ?? 0) > (weights[5] ?? 0), weights.join());
  });

  test("are equal if there are at most four models, since 24 percent are too few for them", () => {
    for (const weight of weightsOf([10, 20, 40, 80])) assertNear(weight, 1 / 4);
  });
});

/** The experience if only these models work. */
function workingOnly(working: string): Record<string, number> {
  const ids = modelsWith(...equalIndexes(18)).map(({ id }) => id);
  return Object.fromEntries(ids.map((id) => [id, working.includes(id) ? 1.5 : 0.004]));
}

describe("on the real catalogue", () => {
  const { models } = readCatalogue(openRouter, snapshotRows(snapshotDay), snapshotDay, silentLog);
  const pool = freeModels(models, snapshotDay).filter(({ id }) => id.endsWith(":free"));
  const equal = new Map(pool.map(({ id }) => [id, 1 / pool.length]));

  /** The mean index of who answers, over the models that have one. */
  function meanIndex(weights: ReadonlyMap<string, number>): number {
    const rated = pool.flatMap(({ id, benchmarks }) =>
      benchmarks?.coding ? [{ share: weights.get(id) ?? 0, index: benchmarks.coding }] : [],
    );
    const total = rated.reduce((sum, { share }) => sum + share, 0);
    return rated.reduce((sum, { share, index }) => sum + share * index, 0) / total;
  }

  test("answers come from models at least 1.25 times as good, none with more than a quarter, also after 200 questions", async () => {
    const clock = fakeClock();
    const tracker = new Tracker(memoryStorage(), clock.now, silentLog);
    const random = seededRandom(7);
    for (let question = 0; question <= 200; question++) {
      const weights = adaptiveWeights(pool, "coding", (model) => tracker.experience(model));
      if (question % 100 === 0) {
        const ratio = meanIndex(weights) / meanIndex(equal);
        assert.ok(ratio >= 1.25, `${ratio} after ${question} questions`);
        assert.ok(Math.max(...weights.values()) <= 0.25, `after ${question} questions`);
      }
      const [first] = weightedShuffled(pool, ({ id }) => weights.get(id) ?? 0, random);
      assert.ok(first);
      await tracker.add(first.id, { ok: true, timeToFirstTextMs: 900, tokensPerSecond: 60 });
      clock.advance(60_000);
    }
  });
});
