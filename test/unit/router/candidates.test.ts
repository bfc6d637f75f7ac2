import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { mergeCandidates, type CandidateMember } from "../../../src/router/candidates";
import { prepareRequest } from "../../../src/router/candidatePools";
import { serviceOf, type Model } from "../../../src/router/model";
import { serviceFor, openRouterAt } from "../../../src/router/services/registry";
import { defaultSettings, type ServiceOrder } from "../../../src/router/settings";
import { seededRandom } from "../../support/random";
import { groqUse } from "./cloudServices";
import { model, question } from "./sampleModels";
import { ollamaUse } from "./services/localHarness";

const uses = [openRouterAt(defaultSettings.baseUrl), groqUse, ollamaUse];

/** The models in the order of the tiers, as a completion tries them. */
function drawn(models: readonly Model[], serviceOrder: ServiceOrder, random: () => number): Model[] {
  const members = uses.map((use): Pick<CandidateMember, "use" | "service" | "pools"> => {
    const pool = models.filter(({ id }) => serviceOf(id) === use.id);
    const tiers = [{ request: question, pool, preference: "native" as const }];
    const filter = {} as CandidateMember["pools"]["filter"];
    return {
      ...{ use, service: serviceFor(use) },
      pools: {
        tiers,
        models: pool,
        isEmpty: pool.length === 0,
        serverRouterFirst: undefined,
        filter,
        ignoresPolicyRefusals: false,
      },
    };
  }) as CandidateMember[];
  const settings = { ...defaultSettings, serviceOrder };
  return mergeCandidates(members, {
    asked: prepareRequest(question),
    settings,
    random,
    experienceOf: () => 1,
    toolRecordOf: () => ({ good: 0, bad: 0 }),
  }).tiers.flatMap(({ pool }) => pool);
}

describe("the candidates of several services", () => {
  const sameModel = ["openai/gpt-oss-20b:free", "groq::openai/gpt-oss-20b", "ollama::gpt-oss:20b"];

  test("are equally often first if all are alike: a model at two services counts as two", () => {
    const models = [...sameModel, "m/a:free", "groq::b", "ollama::c"].map((id) => model(id));
    const counts = new Map<string, number>();
    const random = seededRandom(7);
    for (let draw = 0; draw < 6_000; draw++) {
      const [first] = drawn(models, "all-alike", random);
      counts.set(first?.id ?? "", (counts.get(first?.id ?? "") ?? 0) + 1);
    }
    // A uniform choice among six exceeds 20.5 once in a thousand times.
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
    assert.ok(counts.size === 6 && chiSquare < 20.5, JSON.stringify([...counts]));
  });

  test("are each tried once, services in their order, and loaded models before those that are not", () => {
    const ids = fc.uniqueArray(
      fc.constantFrom(...sameModel, "m/a:free", "m/b:free", "groq::b", "ollama::c", "ollama::d"),
    );
    const orders = fc.constantFrom<ServiceOrder>("openrouter-first", "local-first", "all-alike");
    fc.assert(
      fc.property(ids, orders, fc.nat(), fc.nat(), (chosen, serviceOrder, seed, loadedBits) => {
        const models = chosen.map((id, at) =>
          model(id, serviceOf(id) === "ollama" ? { loaded: ((loadedBits >> at) & 1) === 1 } : {}),
        );
        const order = drawn(models, serviceOrder, seededRandom(seed));
        assert.deepEqual(order.map(({ id }) => id).sort(), [...chosen].sort());
        const loaded = order.flatMap((each) => each.loaded ?? []);
        assert.deepEqual(
          loaded,
          [...loaded].sort((one, other) => Number(other) - Number(one)),
        );
        const services = order.map(({ id }) => serviceOf(id));
        const isFirst = (service: string): boolean =>
          services.lastIndexOf(service) < services.filter((each) => each === service).length;
        if (serviceOrder === "openrouter-first") assert.ok(isFirst("openrouter"));
        if (serviceOrder === "local-first") assert.ok(isFirst("ollama"));
      }),
    );
  });
});
