import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { authorization, completionHeaders } from "../../../../../src/router/services/openrouter/headers";
import { completionBody } from "../../../../../src/router/services/openrouter/requestBody";
import type { BodyOptions } from "../../../../../src/router/services/service";
import { parseKeyInfo } from "../../../../../src/router/services/openrouter/keyInfo";
import type { CompletionRequest, Message } from "../../../../../src/router/request";
import type { RouterSettings } from "../../../../../src/router/settings";
import { question } from "../../sampleModels";

const bodyOf = (
  request: CompletionRequest,
  chain = ["a:free"],
  { dataCollection = "allow" }: Partial<RouterSettings> = {},
  options: Partial<BodyOptions> = {},
) =>
  JSON.parse(
    JSON.stringify(
      completionBody({
        ...{ request, chain, model: undefined, dataCollection },
        ...{ omittedFields: new Set(), hasMandatoryReasoning: false },
        ...options,
      }),
    ),
  ) as Record<string, unknown>;

const base = {
  ...{ model: "a:free", messages: question.messages, stream: true },
  plugins: [{ id: "web", enabled: false }],
  provider: { max_price: { prompt: 0, completion: 0, request: 0, image: 0 } },
};
const tools = [{ type: "function", function: { name: "look", parameters: { type: "object" } } }] as const;
const look = { type: "function", function: { name: "look" } } as const;
const schema = { type: "json_schema", json_schema: { name: "s", schema: {} } } as const;
const file = { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64," } } as const;
const audio = { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } } as const;
const noWebSearch = { id: "web", enabled: false };
const freeFileParser = { id: "file-parser", pdf: { engine: "cloudflare-ai" } };

describe("the body of a chat request", () => {
  const cases: [name: string, request: Partial<CompletionRequest>, expected: Record<string, unknown>][] = [
    ["contains no optional fields by default", {}, {}],
    ["omits the excluded models", { exclude: ["b"] }, {}],
    ["contains tools", { tools }, { tools }],
    ["omits an empty list of tools", { tools: [] }, {}],
    ["omits tool_choice if it is the default", { tools, tool_choice: "auto" }, { tools }],
    ["contains a required tool call", { tools, tool_choice: "required" }, { tools, tool_choice: "required" }],
    ["contains a required call of a named tool", { tools, tool_choice: look }, { tools, tool_choice: look }],
    ["contains tool_choice none", { tools, tool_choice: "none" }, { tools, tool_choice: "none" }],
    ["omits tool options without tools", { tool_choice: "required", parallel_tool_calls: true }, {}],
    [
      "contains disabled parallel tool calls",
      { tools, parallel_tool_calls: false },
      { tools, parallel_tool_calls: false },
    ],
    ["omits response_format if it is the default", { response_format: { type: "text" } }, {}],
    ["contains a JSON schema", { response_format: schema }, { response_format: schema }],
    [
      "contains numeric parameters, including zero",
      { max_tokens: 9, temperature: 0, top_p: 0, seed: 0 },
      { max_tokens: 9, temperature: 0, top_p: 0, seed: 0 },
    ],
    [
      "contains stop sequences and reasoning options",
      { stop: ["x"], reasoning: { effort: "low" } },
      { stop: ["x"], reasoning: { effort: "low" } },
    ],
  ];
  for (const [name, request, expected] of cases)
    test(name, () => assert.deepEqual(bodyOf({ ...question, ...request }), { ...base, ...expected }));

  test("names the first model of the chain and at most three fallbacks", () => {
    assert.equal(bodyOf(question, ["a", "b"])["model"], "a");
    assert.deepEqual(bodyOf(question, ["a", "b"])["models"], ["b"]);
    assert.deepEqual(bodyOf(question, ["a", "b", "c", "d", "e"])["models"], ["b", "c", "d"]);
  });

  test("excludes paid models and the paid file parser", () => {
    const withFile = {
      messages: [
        { role: "user", content: [file] },
        { role: "user", content: "Hi" },
      ],
    } as const;
    for (const request of [question, withFile]) assert.deepEqual(bodyOf(request)["provider"], base.provider);
    assert.deepEqual(bodyOf(withFile)["plugins"], [noWebSearch, freeFileParser]);
  });

  test("limits the price of audio only if it contains audio, since the limit excludes models without it", () => {
    const withAudio = { messages: [{ role: "user", content: [audio] }] } as const;
    assert.deepEqual(bodyOf(withAudio)["provider"], {
      max_price: { prompt: 0, completion: 0, request: 0, image: 0, audio: 0 },
    });
  });

  test("turns web search off, unless a model refused the plugins", () => {
    const omittedFields = new Set(["plugins"] as const);
    assert.deepEqual(bodyOf(question)["plugins"], [noWebSearch]);
    assert.equal(bodyOf(question, ["a"], {}, { omittedFields })["plugins"], undefined);
    const withFile = { messages: [{ role: "user", content: [file] }] } as const;
    assert.deepEqual(bodyOf(withFile, ["a"], {}, { omittedFields })["plugins"], [freeFileParser]);
  });

  test("does not switch reasoning off for models that must reason", () => {
    const reasoningFor = (reasoning: NonNullable<CompletionRequest["reasoning"]>, hasMandatoryReasoning: boolean) =>
      bodyOf({ ...question, reasoning }, ["a"], {}, { hasMandatoryReasoning })["reasoning"];
    for (const off of [{ enabled: false }, { effort: "none" }, { max_tokens: 0 }] as const) {
      assert.deepEqual(reasoningFor(off, false), off);
      assert.equal(reasoningFor(off, true), undefined);
    }
    assert.deepEqual(reasoningFor({ effort: "low" }, true), { effort: "low" });
  });

  test("excludes providers that store prompts if the settings ask for it", () => {
    assert.deepEqual(bodyOf(question, ["a"], { dataCollection: "deny" })["provider"], {
      ...base.provider,
      data_collection: "deny",
    });
  });

  test("returns reasoning details only to the model that wrote them", () => {
    const answer: Message = { role: "assistant", content: "Hi", model: "a", reasoning_details: [{ data: "AAAA" }] };
    const sentTo = (...chain: string[]) => bodyOf({ messages: [answer] }, chain)["messages"];
    const withoutDetails = { role: "assistant", content: "Hi" };
    assert.deepEqual(sentTo("a"), [{ ...withoutDetails, reasoning_details: answer.reasoning_details }]);
    for (const chain of [["b"], ["a", "b"], ["b", "a"]]) assert.deepEqual(sentTo(...chain), [withoutDetails]);
  });

  test("has headers that identify the app and contain the key once", () => {
    const headers = completionHeaders("sk-or-v1-0123");
    assert.deepEqual(
      Object.entries(headers).filter(([, value]) => value.includes("sk-or-v1-0123")),
      [["Authorization", "Bearer sk-or-v1-0123"]],
    );
    assert.ok(headers["HTTP-Referer"] && headers["X-OpenRouter-Title"]);
  });
});

describe("the response of GET /key", () => {
  const daily = (free_model_daily_requests: unknown) => ({ data: { label: "x", free_model_daily_requests } });
  const cases: [name: string, response: unknown, expected: ReturnType<typeof parseKeyInfo>][] = [
    [
      "contains today's requests",
      daily({ used: 3, limit: 50, remaining: 47 }),
      { daily: { used: 3, limit: 50, remaining: 47 } },
    ],
    [
      "may contain more requests than the limit",
      daily({ used: 1060, limit: 1000, remaining: 0 }),
      { daily: { used: 1060, limit: 1000, remaining: 0 } },
    ],
    ["may have no limit", daily({ used: 3, limit: null }), { daily: { used: 3 } }],
    ["may lack today's requests, as before September 2026", { data: { label: "x" } }, {}],
    ["may contain null as today's requests", daily(null), {}],
    ["is invalid if today's requests are not numbers", daily({ used: "3" }), undefined],
    ["is invalid if it is an error", { error: { code: 401 } }, undefined],
    ["is invalid if it is empty", undefined, undefined],
  ];
  for (const [name, response, expected] of cases) test(name, () => assert.deepEqual(parseKeyInfo(response), expected));
});

test("an API key that is not a valid header value is rejected before fetch puts it into an error message", () => {
  for (const key of ["sk-or-v1-ab…cd", "sk-or-v1-ab\u200bcd", "sk-or-v1-ab\nX-Evil: 1"])
    assert.throws(() => authorization(key), { reason: "unauthorized", message: /contains invalid characters/ });
  assert.deepEqual(authorization("sk-or-v1-abcd"), { Authorization: "Bearer sk-or-v1-abcd" });
});
