import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Model } from "../../../src/router/model";
import { drawOrder, type OrderOptions } from "../../../src/router/order";
import { defaultSettings, type RouterSettings } from "../../../src/router/settings";
import { seededRandom } from "../../support/random";
import { pool } from "./chooseHarness";
import { model } from "./sampleModels";

const sorted = (ids: readonly string[]): string => [...ids].sort().join("");

type Fields = Partial<OrderOptions> & { readonly models?: readonly Model[] };

function draw(settings: Partial<RouterSettings> = {}, seed = 5, { models = pool, ...fields }: Fields = {}): string[] {
  const order = drawOrder(models, {
    ...{
      needsTools: false,
      experienceOf: () => 1,
      toolRecordOf: () => ({ good: 0, bad: 0 }),
      random: seededRandom(seed),
    },
    settings: { ...defaultSettings, ...settings },
    ...fields,
  });
  return order.map(({ id }) => id);
}

/** How often each model comes first, or at another place of the order (-1 is the last), in 6000 draws. */
function firstCounts(settings: Partial<RouterSettings>, fields: Fields = {}, place = 0): Map<string, number> {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 6_000; seed++) {
    const id = draw(settings, seed, fields).at(place) ?? "";
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/** A uniform choice exceeds these chi-square values once in a thousand times, by the number of models. */
const chiSquareLimits: Record<number, number> = { 2: 10.8, 4: 16.3, 5: 18.5, 6: 20.5 };

/** Asserts that these models, six by default, and no others have been counted equally often. */
function assertUniform(counts: ReadonlyMap<string, number>, ids = "abcdef"): void {
  const expected = 6_000 / ids.length;
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  assert.equal(sorted([...counts.keys()]), ids);
  assert.ok(chiSquare < (chiSquareLimits[ids.length] ?? 0), [...counts.values()].join(", "));
}

describe("the order of the models", () => {
  test("contains each model once, with every strategy", () => {
    for (const strategy of ["random", "adaptive", "server", "pinned", "fallbacks"] as const)
      assert.equal(sorted(draw({ strategy, pinnedModel: "d", fallbacks: ["c", "a"] })), "abcdef", strategy);
    assert.deepEqual(draw({}, 5, { models: [] }), []);
  });

  test("random, server: each model is first equally often", () => {
    for (const strategy of ["random", "server"] as const) assertUniform(firstCounts({ strategy }));
  });

  test("pinned: starts with the pinned model, and the others are random", () => {
    const settings = { strategy: "pinned", pinnedModel: "d" } as const;
    assert.deepEqual([...firstCounts(settings)], [["d", 6_000]]);
    const seconds = new Set([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => draw(settings, seed)[1]));
    assert.ok(seconds.size > 2);
  });

  test("pinned: is random if the pinned model is missing", () => {
    for (const pinnedModel of ["gone", undefined]) assertUniform(firstCounts({ strategy: "pinned", pinnedModel }));
  });

  test("fallbacks: follows the user's order without duplicates and unknown models, then adds the others", () => {
    const order = draw({ strategy: "fallbacks", fallbacks: ["e", "gone", "b", "e"] });
    assert.deepEqual([order.slice(0, 2), sorted(order)], [["e", "b"], "abcdef"]);
  });

  test("ignores the models of other strategies", () => {
    assertUniform(firstCounts({ strategy: "random", pinnedModel: "a", fallbacks: ["b"] }));
  });

  test("adaptive: treats models equally without benchmarks and experience", () => {
    assertUniform(firstCounts({ strategy: "adaptive" }));
  });

  test("adaptive: prefers models with good experience, and still tries a failing one now and then", () => {
    const experience: Record<string, number> = { a: 2, b: 0.02 };
    const counts = firstCounts({ strategy: "adaptive" }, { experienceOf: (id) => experience[id] ?? 1 });
    const shareOf = (id: string): number => (counts.get(id) ?? 0) / 6_000;
    assert.ok(shareOf("a") > 0.22 && shareOf("a") < 0.26, `${shareOf("a")}`);
    assert.ok(shareOf("b") > 0.01 && shareOf("b") < 0.03, `${shareOf("b")}`);
  });

  test("adaptive: prefers models with a good benchmark index, for agents if the request has tools", () => {
    const models = pool.map(({ id }) =>
      model(id, { benchmarks: { coding: id === "a" ? 60 : 20, agentic: id === "b" ? 60 : 20 } }),
    );
    for (const [needsTools, best] of [
      [false, "a"],
      [true, "b"],
    ] as const) {
      const counts = firstCounts({ strategy: "adaptive" }, { models, needsTools });
      assert.ok((counts.get(best) ?? 0) > 1_300, best);
    }
  });
});

describe("the order of the models for a request with tools", () => {
  /** These models have just broken two tool calls. */
  const broken = (ids: string, fields: Fields = {}): Fields => ({
    needsTools: true,
    toolRecordOf: (id) => ({ good: 0, bad: ids.includes(id) ? 2 : 0 }),
    ...fields,
  });
  /** Models of this agentic index; 0 stands for none. */
  const rated = (...indexes: number[]): Model[] =>
    pool.map(({ id }, at) => model(id, indexes[at] ? { benchmarks: { agentic: indexes[at] } } : {}));

  test("is as random as any other if nothing is known", () => {
    for (const strategy of ["random", "server", "adaptive"] as const)
      for (const models of [pool, rated(20, 20, 0, 20, 0, 20)])
        assertUniform(firstCounts({ strategy }, { needsTools: true, models }));
  });

  for (const strategy of ["random", "server", "adaptive"] as const)
    test(`has models that break tool calls at the end, each group at random: ${strategy}`, () => {
      assertUniform(firstCounts({ strategy }, broken("b")), "acdef");
      assert.deepEqual([...firstCounts({ strategy }, broken("b"), -1).keys()], ["b"]);
      assertUniform(firstCounts({ strategy }, broken("be")), "acdf");
      for (const place of [-1, -2]) assertUniform(firstCounts({ strategy }, broken("be"), place), "be");
      assert.equal(sorted(draw({ strategy }, 5, broken("be"))), "abcdef");
    });

  test("has models that are likely to break tool calls at the end: of less than half of the median index", () => {
    const fields = { needsTools: true, models: rated(20, 9.9, 0, 10, 20, 60) };
    assertUniform(firstCounts({}, fields), "acdef");
    const experienced = { ...fields, toolRecordOf: (id: string) => ({ good: id === "b" ? 1 : 0, bad: 0 }) };
    assertUniform(firstCounts({}, experienced));
  });

  test("compares the index with all models, also those that the user has put first", () => {
    const fields = { needsTools: true, models: rated(60, 40, 19) };
    assert.deepEqual([...firstCounts({ strategy: "pinned", pinnedModel: "a" }, fields, -1).keys()], ["c"]);
  });

  test("keeps the user's own choice first", () => {
    const pinned = { strategy: "pinned", pinnedModel: "d" } as const;
    assert.deepEqual([...firstCounts(pinned, broken("bd")).keys()], ["d"]);
    assertUniform(firstCounts(pinned, broken("bd"), 1), "acef");
    assert.deepEqual([...firstCounts(pinned, broken("bd"), -1).keys()], ["b"]);
    const order = draw({ strategy: "fallbacks", fallbacks: ["e", "b"] }, 5, broken("ba"));
    assert.deepEqual([order.slice(0, 2), order.at(-1), sorted(order)], [["e", "b"], "a", "abcdef"]);
  });

  test("is as random as any other if all of them break tool calls", () => {
    assertUniform(firstCounts({}, broken("abcdef")));
  });

  test("says nothing about a request without tools", () => {
    assertUniform(firstCounts({}, broken("b", { needsTools: false })));
    assertUniform(firstCounts({}, { models: rated(20, 1, 20, 20, 20, 20) }));
  });
});
