import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { candidatePool, utcDay, exclusionRule, type ExclusionRule, type PoolFilter } from "../../../src/router/pool";
import type { CompletionRequest, Message } from "../../../src/router/request";
import { snapshotDay } from "../../support/clock";
import { filterFor, model, question } from "./sampleModels";

const picture: CompletionRequest = {
  messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] }],
};
const able = model("a/able:free", {
  inputModalities: ["text", "image", "audio", "video"],
  supportedParameters: ["tools", "tool_choice", "structured_outputs", "response_format"],
});
const tools = [{ type: "function", function: { name: "look" } }] as const;
const sends = (content: Message["content"]): CompletionRequest => ({ messages: [{ role: "user", content }] });
const refused = (why: "gone" | "data-policy"): Partial<PoolFilter> => ({
  refusals: { refusalOf: () => why, lacks: () => false },
});

describe("why a model is left out", () => {
  const schema = { type: "json_schema", json_schema: { name: "s", schema: {} } } as const;
  const cases: [
    rule: ExclusionRule | undefined,
    model: Partial<typeof able>,
    CompletionRequest,
    Partial<PoolFilter>?,
  ][] = [
    [undefined, {}, question],
    ["not-text", { outputModalities: ["text", "audio"] }, question],
    ["router", { router: true }, question],
    ["expired", { expirationDate: "2026-08-21" }, question],
    [undefined, { expirationDate: "2026-08-22" }, question],
    ["classifier", { id: "a/content-Safety:free" }, question],
    ["preview", { preview: true }, question],
    [undefined, { preview: true }, question, { includePreviewModels: true }],
    [undefined, { preview: true }, question, { namedByUser: new Set([able.id]) }],
    ["no-image", { inputModalities: ["text"] }, picture],
    [
      "no-audio",
      { inputModalities: ["text"] },
      sends([{ type: "input_audio", input_audio: { data: "", format: "wav" } }]),
    ],
    ["no-video", { inputModalities: ["text"] }, sends([{ type: "video_url", video_url: { url: "" } }])],
    [undefined, { inputModalities: ["text"] }, sends([{ type: "file", file: { filename: "", file_data: "" } }])],
    ["no-tools", { supportedParameters: [] }, { ...question, tools }],
    ["no-tool_choice", { supportedParameters: ["tools"] }, { ...question, tools, tool_choice: "required" }],
    ["no-response_format", { supportedParameters: [] }, { ...question, response_format: { type: "json_object" } }],
    ["no-structured_outputs", { supportedParameters: ["response_format"] }, { ...question, response_format: schema }],
    ["context", { contextLength: 4_000 }, question],
    ["context", { maxCompletionTokens: 99 }, { ...question, max_tokens: 100 }],
    ["excluded", {}, question, { exclude: new Set([able.id]) }],
    ["gone", {}, question, refused("gone")],
    ["data-policy", {}, question, refused("data-policy")],
    ["no-image", {}, picture, { refusals: { refusalOf: () => undefined, lacks: (_, what) => what === "image" } }],
    [undefined, {}, question, { refusals: { refusalOf: () => undefined, lacks: (_, what) => what === "image" } }],
  ];
  for (const [rule, more, request, filter] of cases) {
    const what = Object.entries(more).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    test(`${rule ?? "it is not"}: ${what.join() || Object.keys(filter ?? {}).join() || "an able model"}`, () =>
      assert.equal(exclusionRule({ ...able, ...more }, filterFor(request, filter)), rule));
  }

  test("the first rule is told: what a model is, before what the user wants", () => {
    const hopeless = { ...able, router: true, preview: true, inputModalities: [], expirationDate: "2020-01-01" };
    const filter = filterFor(picture, { exclude: new Set([able.id]), ...refused("gone") });
    assert.equal(exclusionRule(hopeless, filter), "router");
    assert.equal(exclusionRule({ ...hopeless, router: false }, filter), "expired");
    assert.equal(exclusionRule({ ...able, preview: true, inputModalities: [] }, filter), "preview");
    assert.equal(exclusionRule({ ...able, inputModalities: [] }, filter), "no-image");
    assert.equal(exclusionRule(able, filter), "excluded");
  });

  test("and the others are the pool, in the order of the catalogue", () => {
    const models = [model("b/1:free"), model("a/2:free"), model("c/guard:free"), model("a/3:free")];
    assert.deepEqual(
      candidatePool(models, filterFor(question, { exclude: new Set(["a/2:free"]) })).map(({ id }) => id),
      ["b/1:free", "a/3:free"],
    );
  });

  test("a day is a UTC day", () => {
    assert.deepEqual([snapshotDay - 1, snapshotDay, snapshotDay + 86_399_999].map(utcDay), [
      "2026-08-21",
      "2026-08-22",
      "2026-08-22",
    ]);
  });
});
