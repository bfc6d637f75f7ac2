import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readCatalogue } from "../../../src/router/catalogue";
import { isRecord } from "../../../src/router/json";
import { openRouter } from "../../../src/router/services/openrouter/openrouter";
import { catalogueRows, isZeroPriced, parseModel } from "../../../src/router/services/openrouter/modelRow";
import { freeModels } from "../../../src/router/pool";
import { snapshotDay } from "../../support/clock";
import { logLines } from "../../support/logLines";
import { readTestData } from "../../support/openRouter/catalogue";
import { row } from "./sampleModels";

const snapshot = catalogueRows(JSON.parse(readTestData("openrouter-models.json"))) ?? [];
const read = (rows: readonly unknown[]) => readCatalogue(openRouter, rows, snapshotDay, logLines());
const freeOf = (rows: readonly unknown[], now = snapshotDay): string[] =>
  freeModels(read(rows).models, now).map(({ id }) => id);

/** The free chat models, with input modalities, context window, maximum answer length, and letters for their parameters. */
const freeChatModels: [
  id: string,
  input: string,
  context: number,
  maxTokens: number | undefined,
  parameters: string,
][] = [
  ["cohere/north-mini-code:free", "text", 256_000, 64_000, "TC"],
  ["dots-studio/dots-3-note-preview:free", "image text", 512_000, 512_000, "TCFS"],
  ["google/gemma-4-26b-a4b-it:free", "image text video", 262_144, 32_768, "TCF"],
  ["google/gemma-4-31b-it:free", "image text video", 262_144, 32_768, "TCF"],
  ["liquid/lfm-2.5-2.6b:free", "text", 65_536, 8_192, "TCFS"],
  ["nvidia/nemotron-3-nano-30b-a3b:free", "text", 256_000, undefined, "TC"],
  ["nvidia/nemotron-3-nano-omni-30b-a3b-reasoning:free", "audio image text video", 256_000, 65_536, "TC"],
  ["nvidia/nemotron-3-super-120b-a12b:free", "text", 262_144, 262_144, "TCFS"],
  ["nvidia/nemotron-3-ultra-550b-a55b:free", "text", 1_000_000, 65_536, "TC"],
  ["nvidia/nemotron-3.5-lightning:free", "text", 1_000_000, 65_536, "TC"],
  ["nvidia/nemotron-nano-12b-v2-vl:free", "image text video", 128_000, 128_000, "TC"],
  ["nvidia/nemotron-nano-9b-v2:free", "text", 128_000, undefined, "TCFS"],
  ["poolside/laguna-s-2.1:free", "text", 262_144, 32_768, "TC"],
  ["poolside/laguna-xs-2.1:free", "text", 262_144, 32_768, "TC"],
  ["stealth/ox-alpha", "image text video", 1_048_576, 131_072, "TCF"],
  ["thinkingmachines/inkling-small:free", "audio image text", 262_144, 262_144, "T"],
  ["thinkingmachines/inkling:free", "audio image text", 262_144, 262_144, "T"],
  ["z-ai/glm-5.2:free", "text", 256_000, 256_000, "TCFS"],
];
const parameterLetters = { T: "tools", C: "tool_choice", F: "response_format", S: "structured_outputs" };

describe("the catalogue of 22 August 2026", () => {
  test("has 421 models, 18 of which are free chat models", () => {
    assert.equal(snapshot.length, 421);
    const found = freeModels(read(snapshot).models, snapshotDay).map((each) => [
      ...[each.id, [...each.inputModalities].sort().join(" "), each.contextLength, each.maxCompletionTokens],
      Object.entries(parameterLetters)
        .filter(([, name]) => each.supportedParameters.includes(name))
        .map(([letter]) => letter)
        .join(""),
    ]);
    assert.deepEqual(found.sort(), freeChatModels);
  });

  test("has fewer free models as their expiration dates pass", () => {
    const day = 86_400_000;
    assert.equal(freeOf(snapshot, snapshotDay + 3 * day - 1).length, 18, "models stay available on their last day");
    assert.equal(freeOf(snapshot, snapshotDay + 3 * day).length, 15);
    assert.equal(freeOf(snapshot, Date.UTC(2026, 11, 31)).length, 14);
  });

  test("has only valid rows, including the paid models", () => {
    assert.deepEqual(
      snapshot.filter((each) => !parseModel(each)),
      [],
    );
    const { models, paidRows } = read(snapshot);
    assert.deepEqual([models.length, paidRows.length], [22, 399]);
  });

  test("has one preview, one moderated model and two with mandatory reasoning", () => {
    const models = freeModels(read(snapshot).models, snapshotDay);
    const idsWhere = (matches: (each: (typeof models)[number]) => boolean | undefined) =>
      models.filter(matches).map(({ id }) => id);
    assert.deepEqual(
      idsWhere(({ preview }) => preview),
      ["stealth/ox-alpha"],
    );
    assert.deepEqual(
      idsWhere(({ moderated }) => moderated),
      ["cohere/north-mini-code:free"],
    );
    assert.deepEqual(
      idsWhere(({ reasoning }) => reasoning?.mandatory).filter((id) => /ox-alpha|lfm/.test(id)),
      ["stealth/ox-alpha", "liquid/lfm-2.5-2.6b:free"],
    );
  });
});

describe("free models", () => {
  const text = { input_modalities: ["text"], output_modalities: ["text"], tokenizer: "Other" };
  const price = (fields: Record<string, unknown>) => ({ pricing: { prompt: "0", completion: "0", ...fields } });
  const cases: [name: string, row: Record<string, unknown>, isFree: boolean][] = [
    ["zero prices for prompt and completion", row("a/b:free"), true],
    ["zero prices in other notations", row("a/b:free", price({ prompt: "0.0", completion: "0e-7" })), true],
    ["zero prices as numbers", row("a/b:free", price({ prompt: 0, completion: 0 })), true],
    [
      "zero prices for everything, as in 2025",
      row("a/b:free", price({ request: "0", image: "0", web_search: "0" })),
      true,
    ],
    ["a price that is null", row("a/b:free", price({ image: null })), true],
    ["a discount", row("a/b:free", price({ discount: 0.5 })), true],
    ["a zero price at certain hours", row("a/b:free", price({ overrides: [{ utc_start: 8, prompt: "0" }] })), true],
    ["a missing prompt price", row("a/b:free", { pricing: { completion: "0" } }), false],
    ["no prices", row("a/b:free", { pricing: null }), false],
    ["an empty price", row("a/b:free", price({ prompt: "" })), false],
    ["a price that is not a number", row("a/b:free", price({ prompt: "free" })), false],
    ["a tiny price", row("a/b:free", price({ completion: "0.000000001" })), false],
    ["a price per request", row("a/b:free", price({ request: "0.01" })), false],
    ["a price for images", row("a/b:free", price({ image: "0.001" })), false],
    ["an unknown price", row("a/b:free", price({ hologram: "1" })), false],
    ["a price for long prompts", row("a/b:free", price({ overrides: [{ min_prompt_tokens: 9, prompt: "1" }] })), false],
    ["an invalid price override", row("a/b:free", price({ overrides: ["1"] })), false],
    [
      "openrouter/auto, which is priced by the model it selects",
      row("openrouter/auto", price({ prompt: "-1", completion: "-1" })),
      false,
    ],
    [
      "Lyria, which has a price per song",
      row("google/lyria-3-pro-preview", { architecture: { ...text, output_modalities: ["text", "audio"] } }),
      false,
    ],
    ["an image generator", row("a/b:free", { architecture: { ...text, output_modalities: ["image"] } }), false],
    ["no output modality", row("a/b:free", { architecture: { ...text, output_modalities: [] } }), false],
    [
      "openrouter/free, by its tokenizer",
      row("openrouter/free", { architecture: { ...text, tokenizer: "Router" } }),
      false,
    ],
    ["openrouter/free, by its name", row("openrouter/free"), false],
    [
      "an alias of the latest version",
      row("~google/gemma-latest", { alias_target: { slug: "google/gemma-4" } }),
      false,
    ],
    ["an alias target that is null", row("a/b:free", { alias_target: null }), true],
    ["stealth/ox-alpha, a preview without the :free suffix", row("stealth/ox-alpha"), true],
    ["openrouter/owl-alpha, a preview by the service itself", row("openrouter/owl-alpha"), true],
    ["a zero-priced model without the :free suffix", row("qwen/qwen3-vl-30b-a3b-thinking"), true],
    ["a safety classifier", row("nvidia/nemotron-3.5-content-safety:free"), false],
    ["a guard model", row("meta-llama/Llama-Guard-4:free"), false],
    ["a moderation model", row("openai/omni-moderation:free"), false],
    ["an expiration date of yesterday", row("a/b:free", { expiration_date: "2026-08-21" }), false],
    ["an expiration date of today", row("a/b:free", { expiration_date: "2026-08-22" }), true],
    ["an expiration date of today, with a time", row("a/b:free", { expiration_date: "2026-08-22T00:00:00Z" }), true],
    ["a distant expiration date", row("stealth/ox-alpha", { expiration_date: "2098-12-31" }), true],
    ["an empty expiration date", row("a/b:free", { expiration_date: "" }), true],
    ["an unusual id", row("ä/b c+d@e:free"), true],
    ["an unknown context window", row("a/b:free", { context_length: 0, top_provider: null }), true],
  ];
  for (const [name, each, isFree] of cases)
    test(`${isFree ? "include" : "exclude"} ${name}`, () =>
      assert.deepEqual(freeOf([each]), isFree ? [each["id"]] : []));

  test("are marked as previews if they lack the :free suffix", () => {
    const previews = read([row("a/b:free"), row("stealth/ox-alpha")]).models.map(({ preview }) => preview);
    assert.deepEqual(previews, [false, true]);
  });
});

describe("a row of the catalogue", () => {
  test("can have the format of December 2025", () => {
    const old = row("a/b:free");
    for (const name of ["expiration_date", "top_provider", "canonical_slug", "name", "supported_parameters"])
      old[name] = undefined;
    assert.deepEqual(parseModel(JSON.parse(JSON.stringify(old))), {
      ...{ id: "a/b:free", canonicalSlug: "a/b:free", name: "a/b:free", contextLength: 128_000 },
      ...{ inputModalities: ["text"], outputModalities: ["text"], supportedParameters: [] },
      ...{ router: false, preview: false, moderated: false },
    });
  });

  const windows: [name: string, own: unknown, provider: unknown, expected: number][] = [
    ["the provider's if it is smaller", 1_048_576, 262_000, 262_000],
    ["the model's if it is smaller", 8_000, 16_000, 8_000],
    ["the model's if the provider's is unknown", 8_000, null, 8_000],
    ["the provider's if the model's is unknown", null, 16_000, 16_000],
    ["0 if both are unknown", null, undefined, 0],
  ];
  for (const [name, own, provider, expected] of windows)
    test(`has a context window: ${name}`, () => {
      const parsed = parseModel(row("a", { context_length: own, top_provider: { context_length: provider } }));
      assert.equal(parsed?.contextLength, expected);
    });

  test("is skipped with a warning if it is invalid", () => {
    const invalid = [
      row("no/architecture:free", { architecture: undefined }),
      row("odd/window:free", { context_length: "128k" }),
      row("odd/input:free", { architecture: { input_modalities: "text", output_modalities: ["text"] } }),
      row("odd/parameters:free", { supported_parameters: { tools: true } }),
      { pricing: { prompt: "0", completion: "0" } },
      ...[null, 5, "a model", [], {}],
    ];
    const log = logLines();
    const { models } = readCatalogue(
      openRouter,
      [row("a/first:free"), ...invalid, row("a/last:free")],
      snapshotDay,
      log,
    );
    assert.deepEqual(
      models.map(({ id }) => id),
      ["a/first:free", "a/last:free"],
    );
    assert.equal(log.lines.length, 5, "only the rows with zero prices are parsed");
    assert.ok(log.lines.every((line) => line.startsWith("warn") && line.length < 300));
  });
});

describe("the response of GET /models", () => {
  test("is only valid if it is an object with an array as data", () => {
    assert.deepEqual(catalogueRows({ data: [1], total_count: 1 }), [1]);
    for (const answer of [undefined, null, [], {}, { data: {} }, { error: { code: 500 } }, "data"])
      assert.equal(catalogueRows(answer), undefined);
  });
});

test("prices are checked without parsing the whole row", () => {
  assert.ok(snapshot.every((each) => isRecord(each) && typeof isZeroPriced(each) === "boolean"));
  for (const invalid of [undefined, null, 0, "", [], { pricing: [] }, { pricing: "0" }])
    assert.equal(isZeroPriced(invalid), false);
});

test("a row that is nested too deeply for recursion does not affect other rows", () => {
  const deep: unknown = JSON.parse("[".repeat(50_000) + "]".repeat(50_000));
  const overrides: unknown = JSON.parse('[{"overrides":'.repeat(50_000) + "[]" + "}]".repeat(50_000));
  const free = { prompt: "0", completion: "0" };
  const rows = [row("a/b:free"), { pricing: free, deep }, { ...row("a/c:free"), pricing: { ...free, overrides } }];
  assert.equal(read(rows).models.length, 1);
});
