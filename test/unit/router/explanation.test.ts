import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { candidatePools, type CandidatePoolsOptions, prepareRequest } from "../../../src/router/candidatePools";
import { readCatalogue } from "../../../src/router/catalogue";
import { type Model } from "../../../src/router/model";
import { Cooldowns } from "../../../src/router/cooldown";
import {
  explain as explainServices,
  noCandidateError,
  type ExplainedService,
  type Explanation,
} from "../../../src/router/explanation";
import { silentLog } from "../../../src/router/log";
import { openRouter } from "../../../src/router/services/openrouter/openrouter";
import { catalogueRows } from "../../../src/router/services/openrouter/modelRow";
import { serverRouter } from "../../../src/router/services/openrouter/serverRouter";
import type { PoolFilter } from "../../../src/router/pool";
import type { CompletionRequest } from "../../../src/router/request";
import { scopeOf } from "../../../src/router/scope";
import { defaultSettings, type RouterSettings } from "../../../src/router/settings";
import { memoryStorage } from "../../../src/router/storage";
import { fakeClock, snapshotDay } from "../../support/clock";
import { readTestData } from "../../support/openRouter/catalogue";
import { filterFor, model, question } from "./sampleModels";

const catalogue = readCatalogue(
  openRouter,
  catalogueRows(JSON.parse(readTestData("openrouter-models.json"))) ?? [],
  snapshotDay,
  silentLog,
);
const unrefused: PoolFilter["refusals"] = { refusalOf: () => undefined, lacks: () => false, isCharged: () => false };
const noCooldown = () => undefined;
function optionsFor(request: CompletionRequest, settings: Partial<RouterSettings> = {}): CandidatePoolsOptions {
  const options = { asked: prepareRequest(request), settings: { ...defaultSettings, ...settings } };
  return { ...options, catalogue, refusals: unrefused, serverRouter, onlyNamed: false, now: snapshotDay };
}

/** Explains a pool of OpenRouter alone. */
function explain(options: CandidatePoolsOptions, cooldownOf: ExplainedService["cooldownOf"]): Explanation {
  const pools = candidatePools(options);
  const part = { service: openRouter, catalogue: options.catalogue, pools, cooldownOf, isUsedUp: false };
  return explainServices([part], options.now);
}

const promptOf = (length: number): CompletionRequest => ({ messages: [{ role: "user", content: "x".repeat(length) }] });
const image: CompletionRequest = {
  messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] }],
};
const tools = [{ type: "function", function: { name: "look" } }] as const;
const schema: CompletionRequest = {
  ...question,
  response_format: { type: "json_schema", json_schema: { name: "s", schema: { type: "object" } } },
};

/** The number of models in the pool, and of those that each rule excludes. */
function counts(request: CompletionRequest, settings: Partial<RouterSettings> = {}): Record<string, number> {
  const { pool, excluded } = explain(optionsFor(request, settings), noCooldown);
  const byRule: Record<string, number> = { pool: pool.length };
  for (const { rule } of excluded) byRule[rule] = (byRule[rule] ?? 0) + 1;
  return byRule;
}

/** Excluded from the pool of any request: music models, routers and aliases, a classifier, a preview, and paid models. */
const alwaysExcluded = { "not-text": 2, router: 16, classifier: 1, preview: 1, paid: 384 };

describe("the explanation of a pool, on the day of the snapshot", () => {
  const cases: [name: string, request: CompletionRequest, expected: Record<string, number>][] = [
    ["counts models for a question", question, { pool: 17 }],
    ["counts models for an image", image, { pool: 7, "no-image": 10 }],
    ["counts models for tools", { ...question, tools }, { pool: 17 }],
    [
      "counts models for a required tool call",
      { ...question, tools, tool_choice: "required" },
      { pool: 15, "no-tool_choice": 2 },
    ],
    ["counts models for a JSON schema", schema, { pool: 7, "no-structured_outputs": 10 }],
    [
      "counts models for an image and a JSON schema",
      { ...schema, ...image },
      { pool: 3, "no-image": 10, "no-structured_outputs": 4 },
    ],
    ["counts models for 300,000 tokens", promptOf(900_000), { pool: 3, context: 14 }],
    [
      "counts models for an image, a JSON schema and a required tool call",
      { ...schema, ...image, tools, tool_choice: "required" },
      { pool: 3, "no-image": 10, "no-tool_choice": 2, "no-structured_outputs": 2 },
    ],
  ];
  for (const [name, request, expected] of cases)
    test(name, () => assert.deepEqual(counts(request), { ...alwaysExcluded, ...expected }));

  test("includes previews if they are allowed", () => {
    const { pool, preview } = counts(question, { includePreviewModels: true });
    assert.deepEqual([pool, preview], [18, undefined]);
  });

  test("lists each model of the catalogue once", () => {
    const { pool, excluded } = explain(optionsFor(image), noCooldown);
    const ids = [...pool, ...excluded.map(({ model: each }) => each)].map(({ id }) => id);
    assert.deepEqual([ids.length, new Set(ids).size], [421, 421]);
  });

  test("mentions a cooldown only if no other rule excludes the model", async () => {
    const cooldowns = new Cooldowns(memoryStorage(), fakeClock(snapshotDay).now, silentLog);
    const scope = scopeOf(defaultSettings.baseUrl);
    await cooldowns.add(scope, "google/gemma-4-31b-it:free", 60);
    await cooldowns.add(scope, "z-ai/glm-5.2:free", 60);
    const { excluded } = explain(optionsFor(image), (id) => cooldowns.get(scope, id));
    const ruleOf = (id: string) => excluded.find((each) => each.model.id === id)?.rule;
    assert.deepEqual([ruleOf("google/gemma-4-31b-it:free"), ruleOf("z-ai/glm-5.2:free")], ["resting", "no-image"]);
  });
});

describe("an explanation and a completion", () => {
  const settings: Partial<RouterSettings>[] = [
    {},
    { strategy: "server" },
    { strategy: "server", exclude: [serverRouter] },
    { strategy: "pinned", pinnedModel: "stealth/ox-alpha" },
    { strategy: "fallbacks", fallbacks: ["stealth/ox-alpha", "unlisted/model:free"], exclude: ["z-ai/glm-5.2:free"] },
  ];
  const requests: CompletionRequest[] = [
    ...[question, image, schema, { ...schema, ...image }, promptOf(900_000), promptOf(9_000_000)],
    { ...question, exclude: ["z-ai/glm-5.2:free", serverRouter] },
  ];
  const policyFor = (model: string) => (model === "x" ? undefined : ("data-policy" as const));
  const refusals: PoolFilter["refusals"][] = [
    unrefused,
    { ...unrefused, refusalOf: policyFor },
    { ...unrefused, isCharged: (id) => id === "z-ai/glm-5.2:free" },
  ];

  test("name the same models, for every strategy and with or without a catalogue", () => {
    let count = 0;
    for (const each of settings)
      for (const request of requests)
        for (const known of refusals)
          for (const list of [catalogue, undefined]) {
            const options = { ...optionsFor(request, each), refusals: known, catalogue: list };
            const { tiers, serverRouterFirst, isEmpty } = candidatePools(options);
            const tried = [
              ...(serverRouterFirst ? [serverRouter] : []),
              ...tiers.flatMap(({ pool }) => pool.map(({ id }) => id)),
            ];
            const { pool } = explain(options, noCooldown);
            assert.deepEqual(pool.map(({ id }) => id).sort(), tried.sort());
            assert.equal(isEmpty, pool.length === 0);
            count += pool.length;
          }
    assert.ok(count > 500, String(count));
  });

  test("name the service's own router first if it is asked first", () => {
    const { pool, excluded } = explain(optionsFor(question, { strategy: "server" }), noCooldown);
    assert.equal(pool[0]?.id, serverRouter);
    assert.ok(!excluded.some(({ model: { id } }) => id === serverRouter));
  });

  test("without a catalogue name no paid models", () => {
    const { pool, excluded, fetchedAt } = explain({ ...optionsFor(question), catalogue: undefined }, noCooldown);
    assert.deepEqual([pool.map(({ id }) => id), excluded, fetchedAt], [[serverRouter], [], 0]);
  });
});

describe("the error for an empty pool", () => {
  const vision = model("a/vision:free", { inputModalities: ["text", "image"] });
  const toolUser = model("a/tools:free", { supportedParameters: ["tools"] });
  const small = model("a/small:free", { contextLength: 9_000 });
  const refused = (refusals: Record<string, "gone" | "data-policy">): Partial<PoolFilter> => ({
    refusals: { ...unrefused, refusalOf: (id) => refusals[id] },
  });
  type Case = [
    ...[name: string, models: Model[], CompletionRequest, Partial<PoolFilter>, reason: string, message: RegExp],
    ...rules: string[],
  ];
  const cases: Case[] = [
    ["explains an empty catalogue", [], question, {}, "no-candidate", /no free models right now/, "paid"],
    [
      "explains a catalogue of routers",
      [model("openrouter/free", { router: true })],
      question,
      {},
      "no-candidate",
      /no free models right now/,
      "paid",
    ],
    [
      "names a capability that no model has",
      [toolUser],
      image,
      {},
      "no-candidate",
      /^No free model can read images right now\.$/,
      "no-image",
    ],
    [
      "names capabilities that no model combines",
      [vision, toolUser],
      { ...image, tools },
      {},
      "no-candidate",
      /read images and call tools right now: 1 can read images, 1 can call tools/,
      ...["no-image", "no-tools"],
    ],
    [
      "names a capability that the service refused",
      [toolUser],
      { ...question, tools },
      { refusals: { ...unrefused, lacks: () => true } },
      "no-candidate",
      /call tools/,
      "no-tools",
    ],
    [
      "explains a prompt that is too long",
      [small, model("b:free", { contextLength: 5_000 })],
      promptOf(30_000),
      {},
      "context-too-long",
      /about 14\d\d\d tokens.* has 9000\./,
    ],
    [
      "explains a requested answer that is too long",
      [{ ...small, maxCompletionTokens: 100 }],
      { ...question, max_tokens: 200 },
      {},
      "context-too-long",
      /answer of 200 tokens/,
    ],
    [
      "explains privacy settings that exclude all models",
      [vision, toolUser],
      question,
      refused({ "a/vision:free": "data-policy", "a/tools:free": "data-policy" }),
      "data-policy",
      /privacy settings/,
    ],
    [
      "prefers privacy settings over models that are gone",
      [vision, toolUser],
      question,
      refused({ "a/vision:free": "data-policy", "a/tools:free": "gone" }),
      "data-policy",
      /privacy settings/,
    ],
    [
      "explains that all models are gone",
      [vision],
      question,
      refused({ "a/vision:free": "gone" }),
      "no-candidate",
      /removed or are not available/,
      "gone",
    ],
    [
      "explains that the user excluded all models",
      [vision, toolUser],
      question,
      { exclude: new Set([vision.id, toolUser.id]) },
      "no-candidate",
      /excluded/,
      "excluded",
    ],
    [
      "explains that all models have charged",
      [vision, toolUser],
      question,
      { refusals: { ...unrefused, isCharged: () => true } },
      "no-candidate",
      /has charged the account/,
      "charged",
    ],
    [
      "explains that only previews are left",
      [model("stealth/x", { preview: true })],
      question,
      {},
      "no-candidate",
      /[Pp]review/,
      "preview",
    ],
  ];
  for (const [name, models, request, filter, reason, message, ...rules] of cases)
    test(name, () => {
      const error = noCandidateError([{ models, filter: filterFor(request, filter) }]);
      assert.equal(error.reason, reason);
      assert.deepEqual(error.rules, rules);
      assert.match(error.message, message);
      assert.match(error.message, /\.$/);
      assert.equal(error.link !== undefined, reason === "data-policy", "only privacy settings have a link");
    });
});
