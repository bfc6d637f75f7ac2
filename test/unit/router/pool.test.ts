import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { utcDay, exclusionRule, type ExclusionRule, type PoolFilter } from "../../../src/router/pool";
import type { CompletionRequest, Message } from "../../../src/router/request";
import { snapshotDay } from "../../support/clock";
import { filterFor, model, question } from "./sampleModels";

const image: CompletionRequest = {
  messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] }],
};
const capable = model("a/capable:free", {
  inputModalities: ["text", "image", "audio", "video"],
  supportedParameters: ["tools", "tool_choice", "structured_outputs", "response_format"],
});
const tools = [{ type: "function", function: { name: "look" } }] as const;
const requestWith = (content: Message["content"]): CompletionRequest => ({ messages: [{ role: "user", content }] });
const unrefused: PoolFilter["refusals"] = { refusalOf: () => undefined, lacks: () => false, isCharged: () => false };
const refused = (refusal: "gone" | "data-policy"): Partial<PoolFilter> => ({
  refusals: { ...unrefused, refusalOf: () => refusal },
});

describe("the rules of the pool", () => {
  const schema = { type: "json_schema", json_schema: { name: "s", schema: {} } } as const;
  const cases: [
    rule: ExclusionRule | undefined,
    model: Partial<typeof capable>,
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
    [undefined, { preview: true }, question, { namedByUser: new Set([capable.id]) }],
    ["no-image", { inputModalities: ["text"] }, image],
    [
      "no-audio",
      { inputModalities: ["text"] },
      requestWith([{ type: "input_audio", input_audio: { data: "", format: "wav" } }]),
    ],
    ["no-video", { inputModalities: ["text"] }, requestWith([{ type: "video_url", video_url: { url: "" } }])],
    [undefined, { inputModalities: ["text"] }, requestWith([{ type: "file", file: { filename: "", file_data: "" } }])],
    ["no-tools", { supportedParameters: [] }, { ...question, tools }],
    ["no-tool_choice", { supportedParameters: ["tools"] }, { ...question, tools, tool_choice: "required" }],
    ["no-response_format", { supportedParameters: [] }, { ...question, response_format: { type: "json_object" } }],
    ["no-structured_outputs", { supportedParameters: ["response_format"] }, { ...question, response_format: schema }],
    ["context", { contextLength: 4_000 }, question],
    ["context", { maxCompletionTokens: 99 }, { ...question, max_tokens: 100 }],
    ["excluded", {}, question, { exclude: new Set([capable.id]) }],
    ["gone", {}, question, refused("gone")],
    ["data-policy", {}, question, refused("data-policy")],
    ["charged", {}, question, { refusals: { ...unrefused, isCharged: (id) => id === capable.id } }],
    [undefined, {}, question, { refusals: { ...unrefused, isCharged: (id) => id !== capable.id } }],
    ["no-image", {}, image, { refusals: { ...unrefused, lacks: (_, capability) => capability === "image" } }],
    [undefined, {}, question, { refusals: { ...unrefused, lacks: (_, capability) => capability === "image" } }],
  ];
  for (const [rule, fields, request, filter] of cases) {
    const details = Object.entries(fields).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    const name = details.join() || Object.keys(filter ?? {}).join() || "a capable model";
    test(`${rule === undefined ? "include" : `exclude (${rule})`}: ${name}`, () =>
      assert.equal(exclusionRule({ ...capable, ...fields }, filterFor(request, filter)), rule));
  }

  test("are checked in order: properties of the model before the user's settings", () => {
    const unsuitable = { ...capable, router: true, preview: true, inputModalities: [], expirationDate: "2020-01-01" };
    const filter = filterFor(image, { exclude: new Set([capable.id]), ...refused("gone") });
    assert.equal(exclusionRule(unsuitable, filter), "router");
    assert.equal(exclusionRule({ ...unsuitable, router: false }, filter), "expired");
    assert.equal(exclusionRule({ ...capable, preview: true, inputModalities: [] }, filter), "preview");
    assert.equal(exclusionRule({ ...capable, inputModalities: [] }, filter), "no-image");
    assert.equal(exclusionRule(capable, filter), "excluded");
  });

  test("use UTC days", () => {
    assert.deepEqual([snapshotDay - 1, snapshotDay, snapshotDay + 86_399_999].map(utcDay), [
      "2026-08-21",
      "2026-08-22",
      "2026-08-22",
    ]);
  });
});
