import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { authorization, completionBody, completionHeaders, parseKeyInfo } from "../../../src/router/openrouter";
import type { CompletionRequest, Message } from "../../../src/router/request";
import { defaultSettings, type RouterSettings } from "../../../src/router/settings";
import { question } from "./sampleModels";

const settings = defaultSettings;
const bodyOf = (request: CompletionRequest, chain = ["a:free"], more: Partial<RouterSettings> = {}) =>
  JSON.parse(JSON.stringify(completionBody(request, chain, { ...settings, ...more }))) as Record<string, unknown>;

const bare = {
  ...{ model: "a:free", messages: question.messages, stream: true },
  provider: { max_price: { prompt: 0, completion: 0 } },
};
const tools = [{ type: "function", function: { name: "look", parameters: { type: "object" } } }] as const;
const look = { type: "function", function: { name: "look" } } as const;
const schema = { type: "json_schema", json_schema: { name: "s", schema: {} } } as const;
const file = { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64," } } as const;
const cheapParser = [{ id: "file-parser", pdf: { engine: "cloudflare-ai" } }];

describe("the body of a request", () => {
  const cases: [what: string, request: Partial<CompletionRequest>, adds: Record<string, unknown>][] = [
    ["nothing that is not needed", {}, {}],
    ["whom not to ask is ours to know", { exclude: ["b"] }, {}],
    ["tools", { tools }, { tools }],
    ["no tools in a list", { tools: [] }, {}],
    ["any tool, as is the rule anyway", { tools, tool_choice: "auto" }, { tools }],
    ["a tool by force", { tools, tool_choice: "required" }, { tools, tool_choice: "required" }],
    ["this tool by force", { tools, tool_choice: look }, { tools, tool_choice: look }],
    ["no tool", { tools, tool_choice: "none" }, { tools, tool_choice: "none" }],
    ["a choice among none", { tool_choice: "required", parallel_tool_calls: true }, {}],
    ["one tool at a time", { tools, parallel_tool_calls: false }, { tools, parallel_tool_calls: false }],
    ["text, as is the rule anyway", { response_format: { type: "text" } }, {}],
    ["a schema", { response_format: schema }, { response_format: schema }],
    [
      "numbers, nought among them",
      { max_tokens: 9, temperature: 0, top_p: 0, seed: 0 },
      { max_tokens: 9, temperature: 0, top_p: 0, seed: 0 },
    ],
    [
      "stops and thoughts",
      { stop: ["x"], reasoning: { effort: "low" } },
      { stop: ["x"], reasoning: { effort: "low" } },
    ],
  ];
  for (const [what, request, adds] of cases)
    test(what, () => assert.deepEqual(bodyOf({ ...question, ...request }), { ...bare, ...adds }));

  test("the first of the chain, and three more at most", () => {
    assert.equal(bodyOf(question, ["a", "b"])["model"], "a");
    assert.deepEqual(bodyOf(question, ["a", "b"])["models"], ["b"]);
    assert.deepEqual(bodyOf(question, ["a", "b", "c", "d", "e"])["models"], ["b", "c", "d"]);
  });

  test("can never cost anything: neither the model nor the reading of a file", () => {
    const withFile = {
      messages: [
        { role: "user", content: [file] },
        { role: "user", content: "Hi" },
      ],
    } as const;
    for (const request of [question, withFile]) assert.deepEqual(bodyOf(request)["provider"], bare.provider);
    assert.deepEqual([bodyOf(withFile)["plugins"], bodyOf(question)["plugins"]], [cheapParser, undefined]);
  });

  test("to those who keep nothing, where that is wanted", () => {
    assert.deepEqual(bodyOf(question, ["a"], { dataCollection: "deny" })["provider"], {
      ...bare.provider,
      data_collection: "deny",
    });
  });

  test("thoughts return to the model that had them, and to nobody else", () => {
    const said: Message = { role: "assistant", content: "Hi", model: "a", reasoning_details: [{ data: "AAAA" }] };
    const sentTo = (...chain: string[]) => bodyOf({ messages: [said] }, chain)["messages"];
    const plain = { role: "assistant", content: "Hi" };
    assert.deepEqual(sentTo("a"), [{ ...plain, reasoning_details: said.reasoning_details }]);
    for (const chain of [["b"], ["a", "b"], ["b", "a"]]) assert.deepEqual(sentTo(...chain), [plain]);
  });

  test("names itself, and the key once", () => {
    const headers = completionHeaders("sk-or-v1-0123");
    assert.deepEqual(
      Object.entries(headers).filter(([, value]) => value.includes("sk-or-v1-0123")),
      [["Authorization", "Bearer sk-or-v1-0123"]],
    );
    assert.ok(headers["HTTP-Referer"] && headers["X-OpenRouter-Title"]);
  });
});

describe("what the service says of a key", () => {
  const daily = (free_model_daily_requests: unknown) => ({ data: { label: "x", free_model_daily_requests } });
  const cases: [what: string, answer: unknown, says: ReturnType<typeof parseKeyInfo>][] = [
    [
      "today's requests",
      daily({ used: 3, limit: 50, remaining: 47 }),
      { daily: { used: 3, limit: 50, remaining: 47 } },
    ],
    [
      "more than there were",
      daily({ used: 1060, limit: 1000, remaining: 0 }),
      { daily: { used: 1060, limit: 1000, remaining: 0 } },
    ],
    ["without a limit", daily({ used: 3, limit: null }), { daily: { used: 3 } }],
    ["nothing of today, as before September 2026", { data: { label: "x" } }, {}],
    ["null of today", daily(null), {}],
    ["nonsense of today", daily({ used: "3" }), undefined],
    ["an error", { error: { code: 401 } }, undefined],
    ["nothing", undefined, undefined],
  ];
  for (const [what, answer, says] of cases) test(what, () => assert.deepEqual(parseKeyInfo(answer), says));
});

test("a key that no header takes is refused before fetch says it aloud", () => {
  for (const key of ["sk-or-v1-ab…cd", "sk-or-v1-ab\u200bcd", "sk-or-v1-ab\nX-Evil: 1"])
    assert.throws(() => authorization(key), { reason: "unauthorized", message: /holds characters that no key has/ });
  assert.deepEqual(authorization("sk-or-v1-abcd"), { Authorization: "Bearer sk-or-v1-abcd" });
});
