import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readCatalogue } from "../../../src/router/catalogue";
import { type Model } from "../../../src/router/model";
import { Cooldowns } from "../../../src/router/cooldown";
import { explain, noCandidateError } from "../../../src/router/explanation";
import { silentLog } from "../../../src/router/log";
import { catalogueRows } from "../../../src/router/openrouter";
import type { PoolFilter } from "../../../src/router/pool";
import type { CompletionRequest } from "../../../src/router/request";
import { memoryStorage } from "../../../src/router/storage";
import { fakeClock, snapshotDay } from "../../support/clock";
import { readTestData } from "../../support/openRouter/catalogue";
import { filterFor, model, question } from "./sampleModels";

const catalogue = readCatalogue(
  catalogueRows(JSON.parse(readTestData("openrouter-models.json"))) ?? [],
  snapshotDay,
  silentLog,
);
const clock = fakeClock(snapshotDay);
const cooldowns = new Cooldowns(memoryStorage(), clock.now, silentLog);

const text = (length: number): CompletionRequest => ({ messages: [{ role: "user", content: "x".repeat(length) }] });
const picture: CompletionRequest = {
  messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] }],
};
const tools = [{ type: "function", function: { name: "look" } }] as const;
const schema: CompletionRequest = {
  ...question,
  response_format: { type: "json_schema", json_schema: { name: "s", schema: { type: "object" } } },
};

/** How many of the catalogue's models each rule leaves out. */
function counts(request: CompletionRequest, more: Partial<PoolFilter> = {}): Record<string, number> {
  const { pool, excluded } = explain(catalogue, filterFor(request, more), cooldowns);
  const found: Record<string, number> = { pool: pool.length };
  for (const { rule } of excluded) found[rule] = (found[rule] ?? 0) + 1;
  return found;
}

/** Never in the pool, whatever is asked: two songwriters, the routers and aliases, a classifier, the preview, what costs something. */
const always = { "not-text": 2, router: 16, classifier: 1, preview: 1, paid: 384 };

describe("why a request goes where it goes, on the day of the snapshot", () => {
  const cases: [what: string, request: CompletionRequest, found: Record<string, number>][] = [
    ["a question", question, { pool: 17 }],
    ["a picture", picture, { pool: 7, "no-image": 10 }],
    ["a tool", { ...question, tools }, { pool: 17 }],
    ["a tool by force", { ...question, tools, tool_choice: "required" }, { pool: 15, "no-tool_choice": 2 }],
    ["a schema", schema, { pool: 5, "no-structured_outputs": 12 }],
    ["a picture and a schema", { ...schema, ...picture }, { pool: 1, "no-image": 10, "no-structured_outputs": 6 }],
    ["300,000 tokens", text(900_000), { pool: 3, context: 14 }],
    [
      "everything",
      { ...schema, ...picture, tools, tool_choice: "required" },
      { pool: 1, "no-image": 10, "no-tool_choice": 2, "no-structured_outputs": 4 },
    ],
  ];
  for (const [what, request, found] of cases)
    test(what, () => assert.deepEqual(counts(request), { ...always, ...found }));

  test("previews too, where they may be used", () => {
    const { pool, preview } = counts(question, { includePreviewModels: true });
    assert.deepEqual([pool, preview], [18, undefined]);
  });

  test("every model of the catalogue is told about once", () => {
    const { pool, excluded } = explain(catalogue, filterFor(picture), cooldowns);
    const ids = [...pool, ...excluded.map(({ model: each }) => each)].map(({ id }) => id);
    assert.deepEqual([ids.length, new Set(ids).size], [421, 421]);
  });

  test("a model that rests is told to rest, unless it could not help anyway", async () => {
    await cooldowns.add("google/gemma-4-31b-it:free", 60);
    await cooldowns.add("z-ai/glm-5.2:free", 60);
    const { excluded } = explain(catalogue, filterFor(picture), cooldowns);
    const ruleOf = (id: string) => excluded.find((each) => each.model.id === id)?.rule;
    assert.deepEqual([ruleOf("google/gemma-4-31b-it:free"), ruleOf("z-ai/glm-5.2:free")], ["resting", "no-image"]);
  });
});

describe("when nobody can take a request, it is said why", () => {
  const eyes = model("a/eyes:free", { inputModalities: ["text", "image"] });
  const hands = model("a/hands:free", { supportedParameters: ["tools"] });
  const small = model("a/small:free", { contextLength: 9_000 });
  const out = (why: Record<string, "gone" | "data-policy">): Partial<PoolFilter> => ({
    refusals: { refusalOf: (id) => why[id], lacks: () => false },
  });
  type Case = [
    ...[what: string, models: Model[], CompletionRequest, Partial<PoolFilter>, reason: string, sentence: RegExp],
    ...rules: string[],
  ];
  const cases: Case[] = [
    ["no models at all", [], question, {}, "no-candidate", /no free model right now/, "paid"],
    [
      "only routers",
      [model("openrouter/free", { router: true })],
      question,
      {},
      "no-candidate",
      /no free model right now/,
      "paid",
    ],
    ["no eyes", [hands], picture, {}, "no-candidate", /^No free model can read images right now\.$/, "no-image"],
    [
      "eyes here, hands there",
      [eyes, hands],
      { ...picture, tools },
      {},
      "no-candidate",
      /read images and call tools right now: 1 can read images, 1 can call tools/,
      ...["no-image", "no-tools"],
    ],
    [
      "hands that the service denied",
      [hands],
      { ...question, tools },
      { refusals: { refusalOf: () => undefined, lacks: () => true } },
      "no-candidate",
      /call tools/,
      "no-tools",
    ],
    [
      "too long",
      [small, model("b:free", { contextLength: 5_000 })],
      text(30_000),
      {},
      "context-too-long",
      /about 14\d\d\d tokens.* has 9000\./,
    ],
    [
      "too long an answer",
      [{ ...small, maxCompletionTokens: 100 }],
      { ...question, max_tokens: 200 },
      {},
      "context-too-long",
      /answer of 200 tokens/,
    ],
    [
      "privacy settings",
      [eyes, hands],
      question,
      out({ "a/eyes:free": "data-policy", "a/hands:free": "data-policy" }),
      "data-policy",
      /privacy settings/,
    ],
    [
      "privacy settings and a gone model",
      [eyes, hands],
      question,
      out({ "a/eyes:free": "data-policy", "a/hands:free": "gone" }),
      "data-policy",
      /privacy settings/,
    ],
    ["gone", [eyes], question, out({ "a/eyes:free": "gone" }), "no-candidate", /gone or closed/, "gone"],
    [
      "all excluded",
      [eyes, hands],
      question,
      { exclude: new Set([eyes.id, hands.id]) },
      "no-candidate",
      /excluded/,
      "excluded",
    ],
    ["only previews", [model("stealth/x", { preview: true })], question, {}, "no-candidate", /[Pp]review/, "preview"],
  ];
  for (const [what, models, request, more, reason, sentence, ...rules] of cases)
    test(what, () => {
      const error = noCandidateError(models, filterFor(request, more));
      assert.equal(error.reason, reason);
      assert.deepEqual(error.rules, rules);
      assert.match(error.message, sentence);
      assert.match(error.message, /\.$/);
      assert.equal(error.link !== undefined, reason === "data-policy", "a page that cures it");
    });
});
