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
    ...{ needsTools: false, experienceOf: () => 1, random: seededRandom(seed) },
    settings: { ...defaultSettings, ...settings },
    ...fields,
  });
  return order.map(({ id }) => id);
}

/** How often each model comes first in 6000 draws. */
function firstCounts(settings: Partial<RouterSettings>, fields: Fields = {}): Map<string, number> {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 6_000; seed++) {
    const [first = ""] = draw(settings, seed, fields);
    counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  return counts;
}

/** Asserts that six models come first equally often: a uniform choice exceeds a chi-square of 20.5 once in a thousand times. */
function assertUniform(counts: ReadonlyMap<string, number>): void {
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
  assert.ok(counts.size === 6 && chiSquare < 20.5, [...counts.values()].join(", "));
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
