import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { createTextReader, readChunk, type Chunk } from "../../../src/router/chunk";
import { AttemptError } from "../../../src/router/attemptError";

/** The result for a chunk without content. */
const empty: Chunk = {
  ...{ error: undefined, id: undefined, model: undefined, provider: undefined, text: "", reasoning: "" },
  ...{ reasoningDetails: undefined, toolCalls: undefined, finishReason: undefined, usage: undefined },
  metadata: undefined,
};
const delta = (fields: unknown, choice = {}) => ({ choices: [{ index: 0, delta: fields, ...choice }] });
const usage = { promptTokens: 12, completionTokens: 20 };
const details = [{ type: "reasoning.text", text: "Let me", index: 0 }];

describe("parsing a streamed chunk", () => {
  const cases: [name: string, chunk: unknown, expected: Partial<Chunk>][] = [
    ["an empty object", {}, {}],
    ["no choices", { choices: [] }, {}],
    ["choices that are not an array", { choices: "none" }, {}],
    ["a choice that is null", { choices: [null] }, {}],
    ["no delta", { choices: [{ index: 0 }] }, {}],
    [
      "a delta of null fields",
      delta(
        { role: null, content: null, reasoning: null, reasoning_details: null, tool_calls: null, refusal: null },
        { finish_reason: null, logprobs: null },
      ),
      {},
    ],
    [
      "id, model and provider",
      { id: "gen-1", model: "v/m:free", provider: "Nvidia" },
      { id: "gen-1", model: "v/m:free", provider: "Nvidia" },
    ],
    ["invalid id, model and provider", { id: 1, model: "", provider: {} }, {}],
    ["text", delta({ role: "assistant", content: "Hi" }), { text: "Hi" }],
    ["empty text", delta({ content: "" }), {}],
    [
      "text in parts",
      delta({ content: [{ type: "text", text: "H" }, { type: "image_url" }, { text: "i" }, "!"] }),
      { text: "Hi" },
    ],
    ["a refusal, which is the answer", delta({ content: null, refusal: "I won't." }), { text: "I won't." }],
    [
      "reasoning",
      delta({ content: "", reasoning: "Let me", reasoning_details: details }),
      { reasoning: "Let me", reasoningDetails: details },
    ],
    ["reasoning_content", delta({ reasoning_content: "Let me" }), { reasoning: "Let me" }],
    [
      "reasoning only in details",
      delta({ reasoning_details: [...details, { type: "reasoning.summary", summary: " see" }] }),
      { reasoning: "Let me see", reasoningDetails: [...details, { type: "reasoning.summary", summary: " see" }] },
    ],
    [
      "encrypted reasoning",
      delta({ reasoning_details: [{ type: "reasoning.encrypted", data: "AAAA" }] }),
      { reasoningDetails: [{ type: "reasoning.encrypted", data: "AAAA" }] },
    ],
    ["a tool call", delta({ tool_calls: [{ index: 0 }] }), { toolCalls: [{ index: 0 }] }],
    ["an empty list of tool calls", delta({ tool_calls: [] }), {}],
    ["a finish reason", delta({ content: "" }, { finish_reason: "stop" }), { finishReason: "stop" }],
    ["a finish reason without a delta", { choices: [{ finish_reason: "length" }] }, { finishReason: "length" }],
    [
      "usage without choices",
      { choices: [], usage: { prompt_tokens: 12, completion_tokens: 20, cost: 0 } },
      { usage: { ...usage, cost: 0 } },
    ],
    [
      "usage beside a repeated finish reason",
      {
        ...delta({}, { finish_reason: "stop" }),
        usage: { prompt_tokens: 12, completion_tokens: 20, completion_tokens_details: { reasoning_tokens: 15 } },
      },
      { finishReason: "stop", usage: { ...usage, reasoningTokens: 15 } },
    ],
    [
      "incomplete usage",
      { usage: { prompt_tokens: null, cost: "0" } },
      { usage: { promptTokens: 0, completionTokens: 0 } },
    ],
    ["usage that is null", { usage: null }, {}],
    ["a cost that is no number", { usage: { cost: Infinity } }, { usage: { promptTokens: 0, completionTokens: 0 } }],
    [
      "a charge to the user's own key at the host",
      { usage: { cost: 0.01, is_byok: true, cost_details: { upstream_inference_cost: 0.02 } } },
      { usage: { promptTokens: 0, completionTokens: 0, cost: 0.03 } },
    ],
    [
      "the host's price, which is part of the cost",
      { usage: { cost: 0.01, is_byok: false, cost_details: { upstream_inference_cost: 0.01 } } },
      { usage: { promptTokens: 0, completionTokens: 0, cost: 0.01 } },
    ],
    [
      "a message instead of a delta",
      { choices: [{ message: { role: "assistant", content: "Hi", reasoning: "Let me" }, finish_reason: "stop" }] },
      { text: "Hi", reasoning: "Let me", finishReason: "stop" },
    ],
    ["metadata", { openrouter_metadata: { attempt: 1 } }, { metadata: { attempt: 1 } }],
    ["an error", { error: { code: 502 }, choices: [] }, { error: { error: { code: 502 }, choices: [] } }],
    ["errors that are null", { error: null, ...delta({ content: "Hi" }, { error: null }) }, { text: "Hi" }],
    [
      "an error within a choice",
      { choices: [{ error: { code: 502 } }] },
      { error: { choices: [{ error: { code: 502 } }] } },
    ],
    [
      "an error next to content of a wrong type, which must not hide it",
      { error: "Down", ...delta({ content: 5 }) },
      { error: { error: "Down", ...delta({ content: 5 }) } },
    ],
    [
      "finish reason error without an error",
      { choices: [{ finish_reason: "error" }] },
      { finishReason: "error", error: { error: { code: 500, message: "The model stopped with an error." } } },
    ],
  ];
  for (const [name, chunk, expected] of cases)
    test(name, () => assert.deepEqual(readChunk(chunk), { ...empty, ...expected }));

  test("returns undefined for anything but an object", () => {
    for (const json of [null, 1, "text", true, [], [1]]) assert.equal(readChunk(json), undefined);
  });

  test("rejects content that is not text, since part of the answer would be lost", () => {
    for (const content of [5, { text: "Hi" }, true])
      assert.throws(
        () => readChunk(delta({ content })),
        (error) => error instanceof AttemptError && error.reason === "malformed",
      );
  });

  test("returns a chunk or throws an AttemptError for any JSON", () => {
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
        assert.ok(error instanceof AttemptError, String(error));
      }
    });
    fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? 1_000) });
  });
});

describe("reading the text of similar messages", () => {
  const messageOf = (content: unknown, fields: object = {}): string =>
    JSON.stringify({ id: "gen-1", model: "v/m:free", ...fields, ...delta({ content }, { finish_reason: null }) });
  const readerOf = (message: string) => {
    const chunk = readChunk(JSON.parse(message));
    assert.ok(chunk);
    return createTextReader(message, chunk);
  };

  test("returns the text of a message that differs in its text only", () => {
    const read = readerOf(messageOf("Hi"));
    for (const text of [" the", "\n", '"', "\\", 'a","b', "你好 🦊", "\u2028", "\u0000"])
      assert.equal(read?.(messageOf(text)), text);
    assert.equal(readerOf(messageOf("Hi").replace(':"Hi"', ': "Hi"'))?.(messageOf("x").replace(':"x"', ': "x"')), "x");
  });

  test("returns nothing for any other message", () => {
    const read = readerOf(messageOf("Hi"));
    const others = [
      messageOf(""),
      messageOf(null),
      messageOf(5),
      messageOf(["Hi"]),
      messageOf("Hi", { id: "gen-2" }),
      messageOf("Hi", { error: { code: 502 } }),
      messageOf("Hi").slice(0, -1),
      messageOf("Hi").replace('"Hi"', '"Hi","reasoning":"Hm"'),
      messageOf("Hi").replace('"Hi"', '"H\n"'),
      "[DONE]",
      "",
    ];
    for (const other of others) assert.equal(read?.(other), undefined, other);
  });

  test("needs a message with nothing but text", () => {
    const fields = [{ usage: {} }, { error: "Down" }, { openrouter_metadata: {} }];
    for (const each of fields) assert.equal(readerOf(messageOf("Hi", each)), undefined);
    for (const each of [{ reasoning: "Hm" }, { tool_calls: [{}] }, { reasoning_details: [{}] }])
      assert.equal(readerOf(JSON.stringify(delta({ content: "Hi", ...each }))), undefined);
    assert.equal(readerOf(JSON.stringify(delta({ content: "Hi" }, { finish_reason: "stop" }))), undefined);
    assert.equal(readerOf(messageOf("")), undefined);
  });

  test("is not misled by the same characters elsewhere", () => {
    for (const fields of [{ content: "Hi" }, { note: { content: "Hi" } }, { note: '"content":"Hi"' }, { note: "Hi" }]) {
      const read = readerOf(messageOf("Hi", fields));
      const other = messageOf("Hi", fields).replace('"Hi"', '"you"');
      assert.equal(read?.(other) ?? "Hi", readChunk(JSON.parse(other))?.text);
    }
  });

  test("agrees with parsing the whole message", () => {
    const texts = fc.oneof(fc.constantFrom("Hi", '"', '","', "content", '"content":"'), fc.string({ unit: "binary" }));
    const fields = fc.dictionary(fc.constantFrom("content", "id", "note", "model"), texts);
    const property = fc.property(texts, texts, fields, (one, other, extra) => {
      const message = messageOf(other, extra);
      const text = readerOf(messageOf(one, extra))?.(message);
      const chunk = readChunk(JSON.parse(message));
      if (text !== undefined) assert.deepEqual({ ...readChunk(JSON.parse(messageOf(one, extra))), text }, chunk);
    });
    fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? 1_000) });
  });
});
