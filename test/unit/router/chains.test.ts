import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { differentMakers, divide, makerOf } from "../../../src/router/chains";
import { fakeService, refusesWith } from "./fakeService";
import { ids, startRouter } from "./routerHarness";
import { model, question } from "./sampleModels";

test("Models are dealt out in turn, so that each chain has good ones", () => {
  const chains = divide(["a", "b", "c", "d", "e"], ["b", "a"]);
  const models = (chain: number): string[] =>
    ["a", "b", "c", "d", "e"].filter((each) => !chains[chain]?.exclude.includes(each));
  assert.deepEqual(
    chains.map(({ pin }) => pin),
    ["b", "a"],
  );
  assert.deepEqual(
    [models(0), models(1)],
    [
      ["b", "c", "e"],
      ["a", "d"],
    ],
  );
});

test("Every model is in exactly one chain, and each chain has its first model", () => {
  const lists = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(lists, fc.integer({ min: 1, max: 3 }), fc.boolean(), (models, count, isNew) => {
      // A model that the user chose can have left the catalogue meanwhile.
      const first = [...(isNew ? ["m/gone"] : []), ...models.slice(-count)];
      const chains = divide(models, first);
      assert.equal(chains.length, first.length);
      for (const each of new Set([...models, ...first]))
        assert.equal(chains.filter(({ exclude }) => !exclude.includes(each)).length, 1);
      for (const { pin, exclude } of chains) assert.ok(!exclude.includes(pin));
    }),
  );
});

test("Models of different makers come first, the best of each", () => {
  const models = ["z/one:free", "groq::z/two", "x/one:free", "ollama::x3:8b", "y/one:free"].map((id) => model(id));
  const chosen = (count: number): string[] => differentMakers(models, count).map(({ id }) => id);
  assert.deepEqual(chosen(2), ["z/one:free", "x/one:free"]);
  assert.deepEqual(chosen(4), ["z/one:free", "x/one:free", "y/one:free", "groq::z/two"]);
  assert.deepEqual(chosen(9).length, 5);
  assert.deepEqual(differentMakers([model("openrouter/free", { router: true })], 2), []);
});

test("The maker of a model is its author, or else its family", () => {
  assert.deepEqual(
    ["meta-llama/llama-3:free", "groq::Meta-Llama/x", "ollama::qwen3:8b", "lmstudio::Qwen2.5-7b", "custom::7b"].map(
      makerOf,
    ),
    ["meta", "meta", "qwen", "qwen", "7b"],
  );
});

describe("The best models for a request", () => {
  test("come in the order of their quality, those in cooldown last", async () => {
    const harness = startRouter({ maxAttempts: 1 });
    harness.service.script(refusesWith(429, "Busy"));
    const best = async () => (await harness.router.bestModels(question)).map(({ id }) => id);
    assert.deepEqual(await best(), ids);
    await harness.ask({}, { ...question, pin: "m/a:free" });
    assert.deepEqual(await best(), [...ids.slice(1), "m/a:free"]);
  });

  test("are only those that can answer it", async () => {
    const { router } = startRouter({}, { service: fakeService(ids) });
    const tools = [{ type: "function" as const, function: { name: "look" } }];
    assert.deepEqual(await router.bestModels({ ...question, tools }), []);
  });
});

test("Completions with chains of their own never ask the same model, however many fail", async () => {
  const harness = startRouter({ serverFallbacks: true });
  harness.service.script(...Array.from({ length: 6 }, () => refusesWith(503, "Down")));
  const chains = divide(ids, ["m/c:free", "m/a:free", "m/b:free"]);
  for (const chain of chains) await harness.ask({}, { ...question, ...chain, hedge: false });
  const asked = harness.service.chats.map(({ body }) => (body["models"] as string[] | undefined) ?? [body["model"]]);
  assert.deepEqual(
    chains.map(({ pin }) => asked.filter((models) => models.includes(pin)).length > 0),
    [true, true, true],
  );
  for (const { pin, exclude } of chains)
    for (const models of asked)
      if (models.includes(pin)) assert.ok(!models.some((each) => exclude.includes(String(each))));
});
