import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Tier } from "../../../src/router/candidatePools";
import { mergeTiers, type ServiceTiers } from "../../../src/router/serviceOrder";
import { defaultSettings, type RouterSettings } from "../../../src/router/settings";
import { model, question } from "./sampleModels";

const tier = (preference: Tier["preference"], ...ids: readonly string[]): Tier => ({
  ...{ request: question, preference, pool: ids.map((id) => model(id)) },
});
const openRouter: ServiceTiers = {
  service: { id: "openrouter", place: "remote" },
  tiers: [tier("native", "a", "b"), tier("prompted", "c")],
};
const ollama: ServiceTiers = {
  service: { id: "ollama", place: "local" },
  tiers: [tier("native", "ollama::x"), tier("native-unknown", "ollama::y")],
};
const groq: ServiceTiers = { service: { id: "groq", place: "remote" }, tiers: [tier("native", "groq::z")] };

/** The ids of each tier. */
function order(
  settings: Partial<RouterSettings>,
  parts: readonly ServiceTiers[] = [openRouter, ollama, groq],
): string[] {
  return mergeTiers(parts, { ...defaultSettings, ...settings }).map(({ pool }) => pool.map(({ id }) => id).join(" "));
}

describe("the order of services", () => {
  const cases: [serviceOrder: RouterSettings["serviceOrder"], tiers: string[]][] = [
    ["openrouter-first", ["a b", "ollama::x groq::z", "ollama::y", "c"]],
    ["local-first", ["ollama::x", "a b groq::z", "ollama::y", "c"]],
    ["all-alike", ["a b ollama::x groq::z", "ollama::y", "c"]],
  ];
  for (const [serviceOrder, tiers] of cases) test(serviceOrder, () => assert.deepEqual(order({ serviceOrder }), tiers));

  test("begins with the service of the pinned model", () => {
    const tiers = order({ strategy: "pinned", pinnedModel: "groq::z" });
    assert.deepEqual(tiers, ["groq::z", "a b", "ollama::x", "ollama::y", "c"]);
  });

  test("follows the user's list, across services", () => {
    const fallbacks = ["groq::z", "b", "ollama::x"];
    assert.deepEqual(order({ strategy: "fallbacks", fallbacks }), ["groq::z", "b", "ollama::x", "a", "ollama::y", "c"]);
  });

  describe("puts local models that would have to be loaded after one that is loaded", () => {
    const local = (loaded: string): ServiceTiers => ({
      service: { id: "ollama", place: "local" },
      tiers: [
        {
          ...tier("native"),
          pool: ["x", "y", "z"].map((id) => model(`ollama::${id}`, { loaded: loaded.includes(id) })),
        },
      ],
    });
    const orderWith = (loaded: string, settings: Partial<RouterSettings>) =>
      order(settings, [openRouter, local(loaded), groq]);

    test("within their place in the order of services", () => {
      const unloaded = "ollama::x ollama::z";
      assert.deepEqual(orderWith("y", { serviceOrder: "local-first" }), ["ollama::y", unloaded, "a b groq::z", "c"]);
      assert.deepEqual(orderWith("y", { serviceOrder: "openrouter-first" }), [
        "a b",
        "ollama::y groq::z",
        unloaded,
        "c",
      ]);
      assert.deepEqual(orderWith("y", { serviceOrder: "all-alike" }), ["a b ollama::y groq::z", unloaded, "c"]);
      assert.deepEqual(order({ serviceOrder: "only-local" }, [local("y")]), ["ollama::y", unloaded]);
    });

    test("but treats them alike if none or all are loaded", () => {
      for (const loaded of ["", "xyz"])
        assert.deepEqual(
          orderWith(loaded, { serviceOrder: "all-alike" })[0],
          "a b ollama::x ollama::y ollama::z groq::z",
        );
    });

    test("but follows the user who names one", () => {
      const [first] = orderWith("y", { strategy: "pinned", pinnedModel: "ollama::x" });
      assert.equal(first, "ollama::x ollama::y ollama::z");
    });
  });

  test("leaves the tiers of a single service as they are", () => {
    assert.deepEqual(mergeTiers([openRouter], defaultSettings), openRouter.tiers);
  });
});
