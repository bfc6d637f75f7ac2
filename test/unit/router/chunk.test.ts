import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { readChunk, type Chunk } from "../../../src/router/chunk";
import { isRouterError } from "../../../src/router/errors";

/** What a chunk that says nothing holds. */
const nothing: Chunk = {
  ...{ error: undefined, id: undefined, model: undefined, provider: undefined, text: "", reasoning: "" },
  ...{ reasoningDetails: undefined, toolCalls: undefined, finishReason: undefined, usage: undefined },
  metadata: undefined,
};
const delta = (fields: unknown, choice = {}) => ({ choices: [{ index: 0, delta: fields, ...choice }] });
const usage = { promptTokens: 12, completionTokens: 20 };
const details = [{ type: "reasoning.text", text: "Let me", index: 0 }];

describe("a chunk of a stream", () => {
  const cases: [what: string, chunk: unknown, says: Partial<Chunk>][] = [
    ["nothing", {}, {}],
    ["no choice", { choices: [] }, {}],
    ["choices that are none", { choices: "none" }, {}],
    ["a choice that is none", { choices: [null] }, {}],
    ["no delta", { choices: [{ index: 0 }] }, {}],
    [
      "all null",
      delta(
        { role: null, content: null, reasoning: null, reasoning_details: null, tool_calls: null, refusal: null },
        { finish_reason: null, logprobs: null },
      ),
      {},
    ],
    [
      "names",
      { id: "gen-1", model: "v/m:free", provider: "Nvidia" },
      { id: "gen-1", model: "v/m:free", provider: "Nvidia" },
    ],
    ["names that are none", { id: 1, model: "", provider: {} }, {}],
    ["text", delta({ role: "assistant", content: "Hi" }), { text: "Hi" }],
    ["empty text", delta({ content: "" }), {}],
    [
      "text in parts",
      delta({ content: [{ type: "text", text: "H" }, { type: "image_url" }, { text: "i" }, "!"] }),
      { text: "Hi" },
    ],
    ["a refusal is the answer", delta({ content: null, refusal: "I won't." }), { text: "I won't." }],
    [
      "thoughts",
      delta({ content: "", reasoning: "Let me", reasoning_details: details }),
      { reasoning: "Let me", reasoningDetails: details },
    ],
    ["thoughts by another name", delta({ reasoning_content: "Let me" }), { reasoning: "Let me" }],
    [
      "thoughts in details alone",
      delta({ reasoning_details: [...details, { type: "reasoning.summary", summary: " see" }] }),
      { reasoning: "Let me see", reasoningDetails: [...details, { type: "reasoning.summary", summary: " see" }] },
    ],
    [
      "sealed thoughts are not shown",
      delta({ reasoning_details: [{ type: "reasoning.encrypted", data: "AAAA" }] }),
      { reasoningDetails: [{ type: "reasoning.encrypted", data: "AAAA" }] },
    ],
    ["a tool call", delta({ tool_calls: [{ index: 0 }] }), { toolCalls: [{ index: 0 }] }],
    ["no tool call", delta({ tool_calls: [] }), {}],
    ["the end", delta({ content: "" }, { finish_reason: "stop" }), { finishReason: "stop" }],
    ["the end without a delta", { choices: [{ finish_reason: "length" }] }, { finishReason: "length" }],
    [
      "usage without a choice",
      { choices: [], usage: { prompt_tokens: 12, completion_tokens: 20, cost: 0 } },
      { usage: { ...usage, cost: 0 } },
    ],
    [
      "usage beside a repeated end",
      {
        ...delta({}, { finish_reason: "stop" }),
        usage: { prompt_tokens: 12, completion_tokens: 20, completion_tokens_details: { reasoning_tokens: 15 } },
      },
      { finishReason: "stop", usage: { ...usage, reasoningTokens: 15 } },
    ],
    [
      "usage that says little",
      { usage: { prompt_tokens: null, cost: "0" } },
      { usage: { promptTokens: 0, completionTokens: 0 } },
    ],
    ["no usage yet", { usage: null }, {}],
    [
      "a whole answer",
      { choices: [{ message: { role: "assistant", content: "Hi", reasoning: "Let me" }, finish_reason: "stop" }] },
      { text: "Hi", reasoning: "Let me", finishReason: "stop" },
    ],
    ["metadata", { openrouter_metadata: { attempt: 1 } }, { metadata: { attempt: 1 } }],
    ["an error", { error: { code: 502 }, choices: [] }, { error: { error: { code: 502 }, choices: [] } }],
    ["an error that is none", { error: null, ...delta({ content: "Hi" }, { error: null }) }, { text: "Hi" }],
    [
      "an error beside a choice",
      { choices: [{ error: { code: 502 } }] },
      { error: { choices: [{ error: { code: 502 } }] } },
    ],
    [
      "an end by error, and not a word why",
      { choices: [{ finish_reason: "error" }] },
      { finishReason: "error", error: { error: { code: 500, message: "The model broke off with an error." } } },
    ],
  ];
  for (const [what, chunk, says] of cases)
    test(what, () => assert.deepEqual(readChunk(chunk), { ...nothing, ...says }));

  test("that is no object is none", () => {
    for (const json of [null, 1, "text", true, [], [1]]) assert.equal(readChunk(json), undefined);
  });

  test("whose text is no text is malformed, not empty: something was said there", () => {
    for (const content of [5, { text: "Hi" }, true])
      assert.throws(
        () => readChunk(delta({ content })),
        (error) => isRouterError(error) && error.reason === "malformed",
      );
  });

  test("whatever it holds is read, or is an error of ours", () => {
    const names = ["id", "model", "choices", "delta", "message", "content", "text", "error", "usage", "tool_calls"];
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "medium" },
        fc.constantFrom(null, 1, "", "stop", true),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names, "finish_reason", "reasoning_details"), tie("tree")),
      ),
    }));
    const property = fc.property(tree, (json) => {
      try {
        const chunk = readChunk(json);
        assert.equal(typeof (chunk?.text ?? "") + typeof (chunk?.reasoning ?? ""), "stringstring");
      } catch (error) {
        assert.ok(isRouterError(error), String(error));
      }
    });
    fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? 1_000) });
  });
});
