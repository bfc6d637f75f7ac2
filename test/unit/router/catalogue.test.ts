import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readCatalogue } from "../../../src/router/catalogue";
import { normalizeModelId } from "../../../src/router/model";
import { isRecord } from "../../../src/router/json";
import { catalogueRows, isZeroPriced, parseModel } from "../../../src/router/openrouter";
import { freeModels } from "../../../src/router/pool";
import { snapshotDay } from "../../support/clock";
import { logLines } from "../../support/logLines";
import { readTestData } from "../../support/openRouter/catalogue";
import { model, row } from "./sampleModels";

const snapshot = catalogueRows(JSON.parse(readTestData("openrouter-models.json"))) ?? [];
const read = (rows: readonly unknown[]) => readCatalogue(rows, snapshotDay, logLines());
const freeOf = (rows: readonly unknown[], now = snapshotDay): string[] =>
  freeModels(read(rows).models, now).map(({ id }) => id);

/** The eighteen that can hold a conversation, with their input, window, longest answer, and T C F S for their abilities. */
const free: [id: string, input: string, context: number, longest: number | undefined, abilities: string][] = [
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
const letters = { T: "tools", C: "tool_choice", F: "response_format", S: "structured_outputs" };

describe("the catalogue of 22 August 2026", () => {
  test("has 421 models, of which these eighteen are free and can chat", () => {
    assert.equal(snapshot.length, 421);
    const found = freeModels(read(snapshot).models, snapshotDay).map((each) => [
      ...[each.id, [...each.inputModalities].sort().join(" "), each.contextLength, each.maxCompletionTokens],
      Object.entries(letters)
        .filter(([, name]) => each.supportedParameters.includes(name))
        .map(([letter]) => letter)
        .join(""),
    ]);
    assert.deepEqual(found.sort(), free);
  });

  test("three of them are gone two days later, and the rest of the year leaves fourteen", () => {
    const day = 86_400_000;
    assert.equal(freeOf(snapshot, snapshotDay + 3 * day - 1).length, 18, "the last day counts");
    assert.equal(freeOf(snapshot, snapshotDay + 3 * day).length, 15);
    assert.equal(freeOf(snapshot, Date.UTC(2026, 11, 31)).length, 14);
  });

  test("every row can be read, also those that cost something", () => {
    assert.deepEqual(
      snapshot.filter((each) => !parseModel(each)),
      [],
    );
    const { models, paidRows } = read(snapshot);
    assert.deepEqual([models.length, paidRows.length], [22, 399]);
  });

  test("one preview, one moderated model, two that cannot help but think", () => {
    const models = freeModels(read(snapshot).models, snapshotDay);
    const those = (which: (each: (typeof models)[number]) => boolean | undefined) =>
      models.filter(which).map(({ id }) => id);
    assert.deepEqual(
      those(({ preview }) => preview),
      ["stealth/ox-alpha"],
    );
    assert.deepEqual(
      those(({ moderated }) => moderated),
      ["cohere/north-mini-code:free"],
    );
    assert.deepEqual(
      those(({ reasoning }) => reasoning?.mandatory).filter((id) => /ox-alpha|lfm/.test(id)),
      ["stealth/ox-alpha", "liquid/lfm-2.5-2.6b:free"],
    );
  });
});

describe("what is free", () => {
  const text = { input_modalities: ["text"], output_modalities: ["text"], tokenizer: "Other" };
  const price = (more: Record<string, unknown>) => ({ pricing: { prompt: "0", completion: "0", ...more } });
  const cases: [what: string, row: Record<string, unknown>, free: boolean][] = [
    ["zero for prompt and completion", row("a/b:free"), true],
    ["zero in other words", row("a/b:free", price({ prompt: "0.0", completion: "0e-7" })), true],
    ["zero as a number", row("a/b:free", price({ prompt: 0, completion: 0 })), true],
    ["zero for everything, as in 2025", row("a/b:free", price({ request: "0", image: "0", web_search: "0" })), true],
    ["a price that is null", row("a/b:free", price({ image: null })), true],
    ["a discount is no price", row("a/b:free", price({ discount: 0.5 })), true],
    ["zero at all hours", row("a/b:free", price({ overrides: [{ utc_start: 8, prompt: "0" }] })), true],
    ["no price for the prompt", row("a/b:free", { pricing: { completion: "0" } }), false],
    ["no prices", row("a/b:free", { pricing: null }), false],
    ["an empty price", row("a/b:free", price({ prompt: "" })), false],
    ["a price that is no number", row("a/b:free", price({ prompt: "free" })), false],
    ["the smallest price", row("a/b:free", price({ completion: "0.000000001" })), false],
    ["a price for each request", row("a/b:free", price({ request: "0.01" })), false],
    ["a price for pictures", row("a/b:free", price({ image: "0.001" })), false],
    ["a price nobody knew before", row("a/b:free", price({ hologram: "1" })), false],
    ["a price for long prompts", row("a/b:free", price({ overrides: [{ min_prompt_tokens: 9, prompt: "1" }] })), false],
    ["a condition that is nonsense", row("a/b:free", price({ overrides: ["1"] })), false],
    ["openrouter/auto: priced when routed", row("openrouter/auto", price({ prompt: "-1", completion: "-1" })), false],
    [
      "Lyria: a price for each song",
      row("google/lyria-3-pro-preview", { architecture: { ...text, output_modalities: ["text", "audio"] } }),
      false,
    ],
    ["a painter", row("a/b:free", { architecture: { ...text, output_modalities: ["image"] } }), false],
    ["nothing comes out", row("a/b:free", { architecture: { ...text, output_modalities: [] } }), false],
    [
      "openrouter/free, by its tokenizer",
      row("openrouter/free", { architecture: { ...text, tokenizer: "Router" } }),
      false,
    ],
    ["openrouter/free, by its name", row("openrouter/free"), false],
    ["an alias of the newest", row("~google/gemma-latest", { alias_target: { slug: "google/gemma-4" } }), false],
    ["an alias of nothing", row("a/b:free", { alias_target: null }), true],
    ["stealth/ox-alpha: a preview without suffix", row("stealth/ox-alpha"), true],
    ["openrouter/owl-alpha: a preview by the service itself", row("openrouter/owl-alpha"), true],
    ["the zero-priced base id of a paid model", row("qwen/qwen3-vl-30b-a3b-thinking"), true],
    ["a safety classifier", row("nvidia/nemotron-3.5-content-safety:free"), false],
    ["a guard", row("meta-llama/Llama-Guard-4:free"), false],
    ["a moderator", row("openai/omni-moderation:free"), false],
    ["expired yesterday", row("a/b:free", { expiration_date: "2026-08-21" }), false],
    ["expires today", row("a/b:free", { expiration_date: "2026-08-22" }), true],
    ["expires today, with an hour", row("a/b:free", { expiration_date: "2026-08-22T00:00:00Z" }), true],
    ["expires in a lifetime", row("stealth/ox-alpha", { expiration_date: "2098-12-31" }), true],
    ["an empty expiry", row("a/b:free", { expiration_date: "" }), true],
    ["an odd id", row("ä/b c+d@e:free"), true],
    ["a window of nothing", row("a/b:free", { context_length: 0, top_provider: null }), true],
  ];
  for (const [what, each, isFree] of cases)
    test(`${isFree ? "is" : "is not"}: ${what}`, () => assert.deepEqual(freeOf([each]), isFree ? [each["id"]] : []));

  test("a preview is told from a model that is there to stay", () => {
    const previews = read([row("a/b:free"), row("stealth/ox-alpha")]).models.map(({ preview }) => preview);
    assert.deepEqual(previews, [false, true]);
  });
});

describe("a row of the catalogue", () => {
  test("of December 2025, without what came later", () => {
    const old = row("a/b:free");
    for (const name of ["expiration_date", "top_provider", "canonical_slug", "name", "supported_parameters"])
      old[name] = undefined;
    assert.deepEqual(parseModel(JSON.parse(JSON.stringify(old))), {
      ...{ id: "a/b:free", canonicalSlug: "a/b:free", name: "a/b:free", contextLength: 128_000 },
      ...{ inputModalities: ["text"], outputModalities: ["text"], supportedParameters: [] },
      ...{ router: false, preview: false, moderated: false },
    });
  });

  const windows: [what: string, own: unknown, provider: unknown, length: number][] = [
    ["the host's is smaller", 1_048_576, 262_000, 262_000],
    ["the model's is smaller", 8_000, 16_000, 8_000],
    ["only the model's is known", 8_000, null, 8_000],
    ["only the host's is known", null, 16_000, 16_000],
    ["neither is known", null, undefined, 0],
  ];
  for (const [what, own, provider, length] of windows)
    test(`its window, when ${what}`, () => {
      const parsed = parseModel(row("a", { context_length: own, top_provider: { context_length: provider } }));
      assert.equal(parsed?.contextLength, length);
    });

  test("that is not as promised costs itself only, and is logged", () => {
    const bad = [
      row("no/architecture:free", { architecture: undefined }),
      row("odd/window:free", { context_length: "128k" }),
      row("odd/input:free", { architecture: { input_modalities: "text", output_modalities: ["text"] } }),
      row("odd/parameters:free", { supported_parameters: { tools: true } }),
      { pricing: { prompt: "0", completion: "0" } },
      ...[null, 5, "a model", [], {}],
    ];
    const log = logLines();
    const { models } = readCatalogue([row("a/first:free"), ...bad, row("a/last:free")], snapshotDay, log);
    assert.deepEqual(
      models.map(({ id }) => id),
      ["a/first:free", "a/last:free"],
    );
    assert.equal(log.lines.length, 5, "rows that claim to be free; the others were never looked at");
    assert.ok(log.lines.every((line) => line.startsWith("warn") && line.length < 300));
  });
});

describe("the envelope", () => {
  test("is an object with data; anything else is no catalogue", () => {
    assert.deepEqual(catalogueRows({ data: [1], total_count: 1 }), [1]);
    for (const answer of [undefined, null, [], {}, { data: {} }, { error: { code: 500 } }, "data"])
      assert.equal(catalogueRows(answer), undefined);
  });
});

describe("the model that the service names", () => {
  const known = [
    model("nvidia/super:free", { canonicalSlug: "nvidia/super-20230311" }),
    model("stealth/ox", { canonicalSlug: "stealth/ox-20260801" }),
    model("openrouter/free", { canonicalSlug: "openrouter/free-1", router: true }),
  ];
  const cases: [name: string, id: string][] = [
    ["nvidia/super:free", "nvidia/super:free"],
    ["nvidia/super-20230311:free", "nvidia/super:free"],
    ["nvidia/super-20230311", "nvidia/super:free"],
    ["stealth/ox-20260801", "stealth/ox"],
    ["openrouter/free-1", "openrouter/free-1"],
    ["unknown/model", "unknown/model"],
    ["unknown/model:free", "unknown/model:free"],
    ["nvidia/super", "nvidia/super:free"],
    ["stealth/ox:free", "stealth/ox:free"],
    ["", ""],
  ];
  for (const [name, id] of cases)
    test(`${name || "no name"} is ${id || "no name"}`, () => assert.equal(normalizeModelId(name, known), id));
});

test("prices are looked at without parsing the row", () => {
  assert.ok(snapshot.every((each) => isRecord(each) && typeof isZeroPriced(each) === "boolean"));
  for (const odd of [undefined, null, 0, "", [], { pricing: [] }, { pricing: "0" }])
    assert.equal(isZeroPriced(odd), false);
});

test("a row that is nested deeper than the stack is costs itself only", () => {
  const deep: unknown = JSON.parse("[".repeat(50_000) + "]".repeat(50_000));
  const overrides: unknown = JSON.parse('[{"overrides":'.repeat(50_000) + "[]" + "}]".repeat(50_000));
  const free = { prompt: "0", completion: "0" };
  const rows = [row("a/b:free"), { pricing: free, deep }, { ...row("a/c:free"), pricing: { ...free, overrides } }];
  assert.equal(read(rows).models.length, 1);
});
