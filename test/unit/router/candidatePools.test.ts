import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { candidatePools, modelsNamedBy, prepareRequest } from "../../../src/router/candidatePools";
import type { Catalogue } from "../../../src/router/catalogue";
import type { Model } from "../../../src/router/model";
import { serverRouter } from "../../../src/router/services/openrouter/serverRouter";
import type { KnownRefusals } from "../../../src/router/pool";
import type { CompletionRequest } from "../../../src/router/request";
import { defaultSettings, type RouterSettings } from "../../../src/router/settings";
import { snapshotDay } from "../../support/clock";
import { model, question } from "./sampleModels";

const unrefused: KnownRefusals = { refusalOf: () => undefined, lacks: () => false, isCharged: () => false };
const schemaModel = model("a/schema:free", { supportedParameters: ["structured_outputs", "response_format"] });
const jsonModel = model("a/json:free", { supportedParameters: ["response_format"] });
const textModel = model("a/text:free");
const routerRow = model(serverRouter, { router: true, contextLength: 200_000 });
const all = [schemaModel, jsonModel, textModel, routerRow];
const schema: CompletionRequest = {
  ...question,
  response_format: { type: "json_schema", json_schema: { name: "s", schema: { type: "object" } } },
};

interface Case {
  request?: CompletionRequest;
  settings?: Partial<RouterSettings>;
  models?: Model[] | undefined;
  refusals?: Partial<KnownRefusals>;
}

function poolsOf(options: Case) {
  const { request = question, settings, refusals } = options;
  const models = "models" in options ? options.models : all;
  const catalogue: Catalogue | undefined = models && { models, paidRows: [], fetchedAt: snapshotDay };
  const pools = candidatePools({
    ...{ asked: prepareRequest(request), settings: { ...defaultSettings, ...settings } },
    ...{ catalogue, refusals: { ...unrefused, ...refusals }, now: snapshotDay, serverRouter, onlyNamed: false },
  });
  return { ...pools, ids: pools.tiers.map(({ pool }) => pool.map(({ id }) => id).join()) };
}

describe("the pools of a request", () => {
  test("are one for most requests, and a second one with the schema in the prompt", () => {
    assert.deepEqual(poolsOf({}).ids, ["a/schema:free,a/json:free,a/text:free"]);
    const { ids, tiers } = poolsOf({ request: schema });
    assert.deepEqual(ids, ["a/schema:free", "a/json:free"]);
    assert.equal(tiers[0]?.request, schema);
    assert.deepEqual(tiers[1]?.request.response_format, { type: "json_object" });
  });

  test("leave out what the settings or the request exclude", () => {
    const request = { ...question, exclude: ["a/json:free"] };
    const { ids, isEmpty } = poolsOf({ request, settings: { exclude: ["a/text:free"] } });
    assert.deepEqual([ids, isEmpty], [["a/schema:free"], false]);
    assert.equal(poolsOf({ settings: { exclude: all.map(({ id }) => id) } }).isEmpty, true);
  });

  test("ignore refusals by the privacy settings only if no model is left otherwise", () => {
    const some = poolsOf({ refusals: { refusalOf: (id) => (id === textModel.id ? undefined : "data-policy") } });
    assert.deepEqual([some.ids, some.ignoresPolicyRefusals], [["a/text:free"], false]);
    const none = poolsOf({ refusals: { refusalOf: (id) => (id === textModel.id ? "gone" : "data-policy") } });
    assert.deepEqual([none.ids, none.ignoresPolicyRefusals], [["a/schema:free,a/json:free"], true]);
    assert.equal(none.isEmpty, false);
    const request = { ...question, exclude: all.map(({ id }) => id) };
    const excluded = poolsOf({ request, refusals: { refusalOf: () => "data-policy" } });
    assert.deepEqual([excluded.isEmpty, excluded.ignoresPolicyRefusals], [true, false]);
  });

  test("are found without the request's own refusals if a model has charged", () => {
    assert.deepEqual(poolsOf({ refusals: { isCharged: (id) => id !== jsonModel.id } }).ids, ["a/json:free"]);
  });
});

describe("the service's own router", () => {
  const server = { strategy: "server" } as const;
  const cases: [name: string, Case, expected: boolean][] = [
    ["is not asked by other strategies", {}, false],
    ["is asked first by its strategy", { settings: server }, true],
    ["is asked first even if no model of the catalogue can answer", { settings: server, models: [] }, true],
    ["is not asked if the settings exclude it", { settings: { ...server, exclude: [serverRouter] } }, false],
    [
      "is not asked if the request excludes it",
      { settings: server, request: { ...question, exclude: [serverRouter] } },
      false,
    ],
    ["is not asked after it has charged", { settings: server, refusals: { isCharged: () => true } }, false],
    [
      "is not asked if the request does not fit",
      { settings: server, request: { messages: [{ role: "user", content: "x".repeat(900_000) }] } },
      false,
    ],
    ["is asked without a catalogue", { models: undefined }, true],
    [
      "is not asked without a catalogue if a model is pinned",
      { models: undefined, settings: { strategy: "pinned", pinnedModel: "a/b:free" } },
      false,
    ],
  ];
  for (const [name, options, expected] of cases)
    test(name, () => assert.equal(poolsOf(options).serverRouterFirst === serverRouter, expected));
});

describe("without a catalogue", () => {
  const fallbacks = ["a/first:free", "b/preview", "a/first:free", "c/third:free"];

  test("the pool has the models that the settings name, minus exclusions", () => {
    const settings = { strategy: "fallbacks", fallbacks, exclude: ["c/third:free"] } as const;
    assert.deepEqual(poolsOf({ models: undefined, settings }).ids, ["a/first:free,b/preview"]);
    const request = { ...question, exclude: ["a/first:free"] };
    assert.deepEqual(poolsOf({ models: undefined, settings, request }).ids, ["b/preview"]);
  });

  test("a pinned model counts as able to do anything", () => {
    const settings = { strategy: "pinned", pinnedModel: "a/b:free" } as const;
    const content = [{ type: "image_url", image_url: { url: "data:," } }] as const;
    const tools = [{ type: "function", function: { name: "look" } }] as const;
    const request: CompletionRequest = {
      ...schema,
      messages: [{ role: "user", content }],
      tools,
      tool_choice: "required",
    };
    assert.deepEqual(poolsOf({ models: undefined, settings, request }).ids, ["a/b:free"]);
  });

  test("a pinned model that has charged or is gone is not used", () => {
    const settings = { strategy: "pinned", pinnedModel: "a/b:free" } as const;
    for (const refusals of [{ isCharged: (id: string) => id === "a/b:free" }, { refusalOf: () => "gone" as const }]) {
      const { ids, serverRouterFirst } = poolsOf({ models: undefined, settings, refusals });
      assert.deepEqual([ids, serverRouterFirst], [[""], serverRouter]);
    }
  });

  test("only the ids of the strategy are named", () => {
    const named = (settings: Partial<RouterSettings>) =>
      modelsNamedBy({ ...defaultSettings, pinnedModel: "a/pin:free", fallbacks, ...settings }).map(({ id }) => id);
    assert.deepEqual(named({ strategy: "random" }), []);
    assert.deepEqual(named({ strategy: "server" }), []);
    assert.deepEqual(named({ strategy: "pinned" }), ["a/pin:free"]);
    assert.deepEqual(named({ strategy: "pinned", exclude: ["a/pin:free"] }), []);
    assert.deepEqual(named({ strategy: "fallbacks" }), ["a/first:free", "b/preview", "c/third:free"]);
  });
});
