import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Model, ModelStatistics } from "../../../src/router/index";
import { modelReasons } from "../../../src/status/modelReasons";
import { model } from "../router/sampleModels";

const rated = (id: string, coding?: number, agentic?: number): Model =>
  model(id, {
    benchmarks: { ...(coding !== undefined && { coding }), ...(agentic !== undefined && { agentic }) },
  });
/** Nine models with the coding scores 10 to 90, and as many agentic scores in reverse. */
const pool = Array.from({ length: 9 }, (_, index) => rated(`m/${index}:free`, (index + 1) * 10, (9 - index) * 10));
const unrated = model("m/unrated:free");

const statisticsOf = (outcomes: boolean[], timeToFirstTextMs?: number): ModelStatistics => ({
  ...{ model: "m/8:free", attempts: 100, successes: 50, successRate: 0.5, lastUsedAt: 0 },
  ...(timeToFirstTextMs !== undefined && { timeToFirstTextMs }),
  recent: outcomes.map((ok, at) => ({ at, ok })),
});

describe("modelReasons", () => {
  const ranks: [name: string, model: Model, reasons: string[]][] = [
    ["the best third at code", pool[8]!, ["strong at code"]],
    ["the last of the best third", pool[6]!, ["strong at code"]],
    ["the middle", pool[4]!, []],
    ["the best third at tools only", pool[0]!, ["strong at tools"]],
    ["the best third at both", rated("m/x:free", 95, 95), ["strong at code and tools"]],
    ["the last third at code", rated("m/x:free", 5, 50), ["weaker at code"]],
    ["a model without scores", unrated, []],
  ];
  for (const [name, each, reasons] of ranks)
    test(`ranks ${name}: ${reasons.join() || "nothing to say"}`, () =>
      assert.deepEqual(modelReasons(each, undefined, [...pool, unrated]), reasons));

  test("ranks nothing among a few models", () => assert.deepEqual(modelReasons(pool[8], undefined, pool.slice(4)), []));

  test("counts the latest attempts, and gives the time to the first token", () => {
    const statistics = statisticsOf([true, false, true], 812);
    const known = ["2 of 3 answered", "0.8 s to first token"];
    assert.deepEqual(modelReasons(pool[8], statistics, pool), ["strong at code", ...known]);
    assert.deepEqual(modelReasons(undefined, statistics, []), known);
  });
});
