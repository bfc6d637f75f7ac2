import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  fitsContext,
  isForcedToolChoice,
  requiredCapabilities,
  hasCapability,
  estimateTokens,
  type Capability,
} from "../../../src/router/capability";
import type { CompletionRequest, ContentPart, Message, Tool } from "../../../src/router/request";
import { model } from "./sampleModels";

const image: ContentPart = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
const pdf: ContentPart = { type: "file", file: { filename: "a.pdf", file_data: "x".repeat(16_000) } };
const audio: ContentPart = { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } };
const video: ContentPart = { type: "video_url", video_url: { url: "https://films.example/a.mp4" } };
const look: Tool = { type: "function", function: { name: "look" } };
const user = (...content: ContentPart[]): Message => ({ role: "user", content });
const assistant = (text: string): Message => ({ role: "assistant", content: text });
const userText = (text: string): Message => ({ role: "user", content: text });
const schema = { type: "json_schema", json_schema: { name: "s", schema: { type: "object" } } } as const;
const toolCall: Message = {
  role: "assistant",
  content: null,
  tool_calls: [{ id: "1", type: "function", function: { name: "look", arguments: "{}" } }],
};

describe("the required capabilities of a request", () => {
  const cases: [name: string, request: CompletionRequest, expected: Capability[]][] = [
    ["plain text", { messages: [userText("Hi")] }, []],
    ["no messages", { messages: [] }, []],
    ["text parts", { messages: [user({ type: "text", text: "Hi" })] }, []],
    ["an image", { messages: [user(image)] }, ["image"]],
    ["an image in an earlier turn", { messages: [user(image), assistant("A cat."), userText("And then?")] }, ["image"]],
    ["an image in a tool result", { messages: [{ role: "tool", content: [image] }] }, ["image", "tools"]],
    ["all attachment types", { messages: [user(image, pdf, audio, video)] }, ["image", "file", "audio", "video"]],
    ["two images", { messages: [user(image, image)] }, ["image"]],
    ["tools", { messages: [userText("Hi")], tools: [look] }, ["tools"]],
    ["an empty list of tools", { messages: [userText("Hi")], tools: [], tool_choice: "required" }, []],
    ["optional tools", { messages: [userText("Hi")], tools: [look], tool_choice: "auto" }, ["tools"]],
    ["tools that must not be called", { messages: [userText("Hi")], tools: [look], tool_choice: "none" }, ["tools"]],
    ["a required tool call", { messages: [], tools: [look], tool_choice: "required" }, ["tools", "tool_choice"]],
    [
      "a required call of a named tool",
      { messages: [], tools: [look], tool_choice: { type: "function", function: { name: "look" } } },
      ["tools", "tool_choice"],
    ],
    ["a tool call in an earlier turn", { messages: [userText("Hi"), toolCall] }, ["tools"]],
    ["a tool result in an earlier turn", { messages: [{ role: "tool", content: "42" }] }, ["tools"]],
    ["an empty list of tool calls", { messages: [{ ...toolCall, tool_calls: [] }] }, []],
    ["JSON mode", { messages: [], response_format: { type: "json_object" } }, ["response_format"]],
    ["a JSON schema", { messages: [], response_format: schema }, ["structured_outputs"]],
    ["plain text as response format", { messages: [], response_format: { type: "text" } }, []],
  ];
  for (const [name, request, expected] of cases)
    test(`${name}: ${expected.join(", ") || "none"}`, () =>
      assert.deepEqual(requiredCapabilities(request).capabilities, expected));

  test("tolerates messages without content and unknown part types", () => {
    const messages = [
      { role: "assistant", tool_calls: [] },
      { role: "user", content: [{ type: "hologram" }] },
    ];
    const needs = requiredCapabilities({ messages: messages as unknown as Message[] });
    assert.deepEqual(needs.capabilities, []);
    assert.ok(needs.promptTokens > 0);
  });
});

describe("the token estimate of a request", () => {
  const promptOf = (...messages: Message[]): number => requiredCapabilities({ messages }).promptTokens;

  test("counts one token for every three bytes, rounded up", () => {
    const samples = ["", "a", "abc", "abcd", "快速", "🙂"].map(estimateTokens);
    assert.deepEqual(samples, [0, 1, 1, 2, 2, 2]);
  });

  test("includes text, images, files, tool calls, tools and schemas", () => {
    const base = promptOf(userText(""));
    const text = "x".repeat(3_000);
    assert.equal(promptOf(userText(text)), base + 1_000);
    assert.equal(promptOf(user({ type: "text", text })), base + 1_000);
    assert.equal(promptOf(user(image)), base + 1_500, "independent of the size of the data");
    assert.equal(promptOf(user(pdf)), base + 1_000);
    assert.ok(promptOf(toolCall) > promptOf({ role: "assistant", content: null }));
    const withTools = requiredCapabilities({
      messages: [],
      tools: [{ ...look, function: { name: "look", description: text } }],
    });
    assert.ok(withTools.promptTokens > 1_000);
    const withSchema = requiredCapabilities({
      messages: [],
      response_format: { ...schema, json_schema: { name: "s", schema: { description: text } } },
    });
    assert.ok(withSchema.promptTokens > 1_000);
  });

  test("reserves the requested length of the answer, or 4096 tokens", () => {
    const { promptTokens, contextTokens } = requiredCapabilities({ messages: [userText("Hi")] });
    assert.equal(contextTokens - promptTokens, 4_096);
    assert.equal(requiredCapabilities({ messages: [userText("Hi")], max_tokens: 50 }).contextTokens, promptTokens + 50);
  });
});

describe("the capabilities of a model", () => {
  const all: Capability[] = ["image", "file", "audio", "video", "tools", "tool_choice"];
  all.push("structured_outputs", "response_format");
  const cases: [name: string, fields: Parameters<typeof model>[1], expected: Capability[]][] = [
    ["a text model, which accepts files as text", {}, ["file"]],
    ["a vision model", { inputModalities: ["text", "image"] }, ["image", "file"]],
    [
      "a model for audio, images and video",
      { inputModalities: ["audio", "image", "video"] },
      ["image", "file", "audio", "video"],
    ],
    ["tools without tool_choice", { supportedParameters: ["tools"] }, ["file", "tools"]],
    ["schemas without JSON mode", { supportedParameters: ["structured_outputs"] }, ["file", "structured_outputs"]],
    ["JSON mode without schemas", { supportedParameters: ["response_format"] }, ["file", "response_format"]],
    ["a parameter named image", { supportedParameters: ["image"] }, ["file"]],
  ];
  for (const [name, fields, expected] of cases)
    test(`${name}: ${expected.join(", ")}`, () => {
      const supported = all.filter((capability) => hasCapability(model("m", fields), capability));
      assert.deepEqual(supported, expected);
    });

  test("require tool_choice only for a forced tool call", () => {
    const named = { type: "function", function: { name: "look" } } as const;
    assert.deepEqual(
      [undefined, "auto", "none", "required", named].map((choice) => isForcedToolChoice(choice as "auto")),
      [...[false, false, false], ...[true, true]],
    );
  });
});

describe("the fit of prompt and answer into the context window", () => {
  const needs = { capabilities: [], promptTokens: 900, contextTokens: 1_000 };
  const cases: [
    name: string,
    contextLength: number,
    maxCompletionTokens: number | undefined,
    maxTokens: number | undefined,
    expected: boolean,
  ][] = [
    ["a window of exactly the required size", 1_000, undefined, undefined, true],
    ["a window that is one token too small", 999, undefined, undefined, false],
    ["an unknown window", 0, undefined, undefined, true],
    ["an invalid window", -1, undefined, undefined, true],
    ["a requested answer of exactly the maximum length", 2_000, 100, 100, true],
    ["a requested answer longer than the maximum", 2_000, 99, 100, false],
    ["an answer without a requested length", 2_000, 99, undefined, true],
    ["an unknown maximum answer length", 2_000, undefined, 100, true],
  ];
  for (const [name, contextLength, maxCompletionTokens, maxTokens, expected] of cases)
    test(`${name}: ${expected ? "fits" : "does not fit"}`, () => {
      const limits = maxCompletionTokens === undefined ? {} : { maxCompletionTokens };
      assert.equal(fitsContext(model("m", { contextLength, ...limits }), needs, maxTokens), expected);
    });
});
