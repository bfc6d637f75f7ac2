import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Model } from "../../../src/router/model";
import { chainOf, planOf, pool, sorted, startHarness, tryAll } from "./candidatesHarness";
import { model, question } from "./sampleModels";

describe("the order of candidates", () => {
  test("random: each chain has four different models, and each model is first equally often", async () => {
    const { candidatesWithSeed } = await startHarness();
    const firsts = new Map<string, number>();
    for (let seed = 0; seed < 6_000; seed++) {
      const chain = chainOf(candidatesWithSeed(seed));
      assert.deepEqual([chain.length, new Set(chain).size], [4, 4]);
      firsts.set(chain[0] ?? "", (firsts.get(chain[0] ?? "") ?? 0) + 1);
    }
    const counts = [...firsts.values()];
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
    // A uniform choice among six exceeds 20.5 once in a thousand times.
    assert.ok(counts.length === 6 && chiSquare < 20.5, counts.join(", "));
  });

  test("includes each model once", async () => {
    const { candidates } = await startHarness();
    assert.equal(sorted(tryAll(candidates)), "abcdef");
    assert.equal(candidates.next(), undefined);
  });

  test("names one model per request when server fallbacks are disabled", async () => {
    const { candidates } = await startHarness({ serverFallbacks: false });
    assert.equal(chainOf(candidates).length, 1);
  });

  test("names fewer than four models when the pool is smaller", async () => {
    const { candidates } = await startHarness({}, {}, [{ request: question, pool: pool.slice(0, 2) }]);
    assert.equal(sorted(chainOf(candidates)), "ab");
  });

  test("is empty when the pool is empty", async () => {
    for (const tiers of [[], [{ request: question, pool: [] }]])
      assert.equal((await startHarness({}, {}, tiers)).candidates.next(), undefined);
  });

  test("pinned: starts with the pinned model and continues with random ones, also after the pinned one failed", async () => {
    const { candidates } = await startHarness({ strategy: "pinned", pinnedModel: "d" });
    const [first, ...others] = chainOf(candidates);
    assert.deepEqual([first, others.includes("d"), others.length], ["d", false, 3]);
    candidates.markTried("d");
    assert.ok(!chainOf(candidates).includes("d"));
  });

  test("pinned: uses the other models when the pinned model does not exist", async () => {
    for (const pinnedModel of ["gone", undefined]) {
      const { candidates } = await startHarness({ strategy: "pinned", pinnedModel });
      assert.equal(chainOf(candidates).length, 4);
    }
  });

  test("pinned: uses the other models while the pinned model is cooling down", async () => {
    const { candidates } = await startHarness({ strategy: "pinned", pinnedModel: "d" }, { requested: { d: 60 } });
    assert.ok(!chainOf(candidates).includes("d"));
  });

  test("fallbacks: follows the user's order without duplicates and unknown models, then adds the others", async () => {
    const fallbacks = ["e", "gone", "b", "e"];
    const { candidates } = await startHarness({ strategy: "fallbacks", fallbacks });
    const chain = chainOf(candidates);
    assert.deepEqual([chain.slice(0, 2), chain.length, new Set(chain).size], [["e", "b"], 4, 4]);
    assert.deepEqual(tryAll(candidates).slice(0, 2), ["e", "b"]);
  });

  test("server: names only the service's own router first, then random models of the pool", async () => {
    const { candidates } = await startHarness({ strategy: "server" });
    assert.deepEqual(candidates.next(), { chain: ["openrouter/free"], request: question });
    candidates.markTried("openrouter/free");
    assert.equal(chainOf(candidates).length, 4);
  });

  test("adaptive: treats models equally at first, then prefers the successful ones", async () => {
    const { candidatesWithSeed, tracker } = await startHarness({ strategy: "adaptive" });
    const shareOf = (id: string): number => {
      let first = 0;
      for (let seed = 0; seed < 3_000; seed++) if (chainOf(candidatesWithSeed(seed))[0] === id) first++;
      return first / 3_000;
    };
    assert.ok(Math.abs(shareOf("a") - 1 / 6) < 0.03);
    for (let time = 0; time < 20; time++) {
      await tracker.add("a", { ok: true, timeToFirstTextMs: 300, tokensPerSecond: 200 });
      await tracker.add("b", { ok: false, reason: "unavailable" });
    }
    assert.ok(shareOf("a") > 0.4);
    const failingShare = shareOf("b");
    assert.ok(failingShare > 0.003 && failingShare < 0.08, `${failingShare}`);
  });
});

describe("a context window that is too small", () => {
  const models: Model[] = [
    ...[model("small", { contextLength: 8_000 }), model("middle", { contextLength: 32_000 })],
    ...[model("large", { contextLength: 128_000 }), model("large too", { contextLength: 128_000 })],
  ];
  const tiers = [{ request: question, pool: models }];

  test("leaves the models with a larger one", async () => {
    const { candidates } = await startHarness({}, {}, tiers);
    candidates.requireLargerContext("middle");
    assert.deepEqual([...chainOf(candidates)].sort(), ["large", "large too"]);
    candidates.requireLargerContext("small");
    assert.equal(chainOf(candidates).length, 2, "the requirement never shrinks");
    candidates.requireLargerContext("large");
    assert.equal(candidates.next(), undefined);
  });

  test("changes nothing if the model is unknown", async () => {
    const { candidates } = await startHarness({}, {}, tiers);
    candidates.requireLargerContext("unknown");
    assert.equal(chainOf(candidates).length, 4);
  });
});

describe("candidates in two tiers", () => {
  const schema = { ...question, seed: 1 };
  const jsonMode = { ...question, seed: 2 };
  const tiers = [
    { request: schema, pool: pool.slice(0, 2) },
    { request: jsonMode, pool: pool.slice(2, 4) },
  ];

  test("are tried tier by tier, never mixed in one chain", async () => {
    const { candidates } = await startHarness({}, {}, tiers);
    const plans = [planOf(candidates.next())];
    for (const id of ["a", "b"]) candidates.markTried(id);
    plans.push(planOf(candidates.next()));
    assert.deepEqual(
      plans.map(({ chain, request }) => [sorted(chain), request]),
      [
        ["ab", schema],
        ["cd", jsonMode],
      ],
    );
  });

  test("come from the second tier before the first tier's models in cooldown", async () => {
    const { candidates } = await startHarness({}, { estimated: { a: 60, b: 60 } }, tiers);
    const { chain, request } = planOf(candidates.next());
    assert.deepEqual([sorted(chain), request], ["cd", jsonMode]);
  });

  test("come from the first tier, oldest cooldown first, if all models are cooling down", async () => {
    const { candidates } = await startHarness({}, { estimated: { a: 60, b: 40, c: 5, d: 6 } }, tiers);
    assert.deepEqual(candidates.next(), { chain: ["b", "a"], request: schema });
  });
});
