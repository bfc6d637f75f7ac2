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

const picture: ContentPart = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
const pdf: ContentPart = { type: "file", file: { filename: "a.pdf", file_data: "x".repeat(16_000) } };
const sound: ContentPart = { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } };
const film: ContentPart = { type: "video_url", video_url: { url: "https://films.example/a.mp4" } };
const look: Tool = { type: "function", function: { name: "look" } };
const user = (...content: ContentPart[]): Message => ({ role: "user", content });
const said = (text: string): Message => ({ role: "assistant", content: text });
const asks = (text: string): Message => ({ role: "user", content: text });
const schema = { type: "json_schema", json_schema: { name: "s", schema: { type: "object" } } } as const;
const called: Message = {
  role: "assistant",
  content: null,
  tool_calls: [{ id: "1", type: "function", function: { name: "look", arguments: "{}" } }],
};

describe("what a request needs", () => {
  const cases: [what: string, request: CompletionRequest, needs: Capability[]][] = [
    ["plain text", { messages: [asks("Hi")] }, []],
    ["no message at all", { messages: [] }, []],
    ["text parts", { messages: [user({ type: "text", text: "Hi" })] }, []],
    ["a picture", { messages: [user(picture)] }, ["image"]],
    ["a picture of ten turns ago", { messages: [user(picture), said("A cat."), asks("And then?")] }, ["image"]],
    ["a picture that a tool returned", { messages: [{ role: "tool", content: [picture] }] }, ["image", "tools"]],
    ["everything at once", { messages: [user(picture, pdf, sound, film)] }, ["image", "file", "audio", "video"]],
    ["two pictures", { messages: [user(picture, picture)] }, ["image"]],
    ["tools", { messages: [asks("Hi")], tools: [look] }, ["tools"]],
    ["no tools in the list", { messages: [asks("Hi")], tools: [], tool_choice: "required" }, []],
    ["tools by choice", { messages: [asks("Hi")], tools: [look], tool_choice: "auto" }, ["tools"]],
    ["tools not to be used", { messages: [asks("Hi")], tools: [look], tool_choice: "none" }, ["tools"]],
    ["a tool by force", { messages: [], tools: [look], tool_choice: "required" }, ["tools", "tool_choice"]],
    [
      "this tool by force",
      { messages: [], tools: [look], tool_choice: { type: "function", function: { name: "look" } } },
      ["tools", "tool_choice"],
    ],
    ["a tool call in the history", { messages: [asks("Hi"), called] }, ["tools"]],
    ["a tool's result in the history", { messages: [{ role: "tool", content: "42" }] }, ["tools"]],
    ["no tool call in the list", { messages: [{ ...called, tool_calls: [] }] }, []],
    ["JSON", { messages: [], response_format: { type: "json_object" } }, ["response_format"]],
    ["a schema", { messages: [], response_format: schema }, ["structured_outputs"]],
    ["a format that is none", { messages: [], response_format: { type: "text" } }, []],
  ];
  for (const [what, request, needs] of cases)
    test(what, () => assert.deepEqual(requiredCapabilities(request).capabilities, needs));

  test("messages as untyped callers write them: no content, parts of tomorrow", () => {
    const messages = [
      { role: "assistant", tool_calls: [] },
      { role: "user", content: [{ type: "hologram" }] },
    ];
    const needs = requiredCapabilities({ messages: messages as unknown as Message[] });
    assert.deepEqual(needs.capabilities, []);
    assert.ok(needs.promptTokens > 0);
  });
});

describe("how many tokens a request takes", () => {
  const promptOf = (...messages: Message[]): number => requiredCapabilities({ messages }).promptTokens;

  test("one for three bytes, begun ones too", () => {
    const samples = ["", "a", "abc", "abcd", "快速", "🙂"].map(estimateTokens);
    assert.deepEqual(samples, [0, 1, 1, 2, 2, 2]);
  });

  test("grows with text, pictures, files, tool calls, tools and schemas", () => {
    const bare = promptOf(asks(""));
    const text = "x".repeat(3_000);
    assert.equal(promptOf(asks(text)), bare + 1_000);
    assert.equal(promptOf(user({ type: "text", text })), bare + 1_000);
    assert.equal(promptOf(user(picture)), bare + 1_500, "however large its data is");
    assert.equal(promptOf(user(pdf)), bare + 1_000);
    assert.ok(promptOf(called) > promptOf({ role: "assistant", content: null }));
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

  test("has room for the answer: as asked for, else for a usual one", () => {
    const { promptTokens, contextTokens } = requiredCapabilities({ messages: [asks("Hi")] });
    assert.equal(contextTokens - promptTokens, 4_096);
    assert.equal(requiredCapabilities({ messages: [asks("Hi")], max_tokens: 50 }).contextTokens, promptTokens + 50);
  });
});

describe("what a model offers", () => {
  const all: Capability[] = ["image", "file", "audio", "video", "tools", "tool_choice"];
  all.push("structured_outputs", "response_format");
  const cases: [what: string, more: Parameters<typeof model>[1], can: Capability[]][] = [
    ["a text model: files only, as text", {}, ["file"]],
    ["a model with eyes", { inputModalities: ["text", "image"] }, ["image", "file"]],
    ["eyes and ears", { inputModalities: ["audio", "image", "video"] }, ["image", "file", "audio", "video"]],
    ["tools without a forced choice", { supportedParameters: ["tools"] }, ["file", "tools"]],
    ["schemas without JSON mode", { supportedParameters: ["structured_outputs"] }, ["file", "structured_outputs"]],
    ["JSON mode without schemas", { supportedParameters: ["response_format"] }, ["file", "response_format"]],
    ["a parameter called image is no eye", { supportedParameters: ["image"] }, ["file"]],
  ];
  for (const [what, more, can] of cases)
    test(what, () => {
      const offered = all.filter((capability) => hasCapability(model("m", more), capability));
      assert.deepEqual(offered, can);
    });

  test("only force needs its own flag", () => {
    const named = { type: "function", function: { name: "look" } } as const;
    assert.deepEqual(
      [undefined, "auto", "none", "required", named].map((choice) => isForcedToolChoice(choice as "auto")),
      [...[false, false, false], ...[true, true]],
    );
  });
});

describe("whether prompt and answer fit a model", () => {
  const needs = { capabilities: [], promptTokens: 900, contextTokens: 1_000 };
  const cases: [what: string, window: number, longest: number | undefined, asked: number | undefined, fits: boolean][] =
    [
      ["to the last token", 1_000, undefined, undefined, true],
      ["one token too many", 999, undefined, undefined, false],
      ["a window nobody knows", 0, undefined, undefined, true],
      ["a window that is nonsense", -1, undefined, undefined, true],
      ["an answer as long as it can be", 2_000, 100, 100, true],
      ["an answer longer than it can be", 2_000, 99, 100, false],
      ["an answer of any length", 2_000, 99, undefined, true],
      ["a limit nobody knows", 2_000, undefined, 100, true],
    ];
  for (const [what, contextLength, longest, asked, fits] of cases)
    test(what, () => {
      const one = model("m", { contextLength, ...(longest === undefined ? {} : { maxCompletionTokens: longest }) });
      assert.equal(fitsContext(one, needs, asked), fits);
    });
});
