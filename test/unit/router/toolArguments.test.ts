import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, test } from "node:test";
import { AttemptError } from "../../../src/router/attemptError";
import type { CompletionRequest, Tool } from "../../../src/router/request";
import { checkArguments } from "../../../src/router/toolArguments";
import { projectRoot } from "../../support/projectRoot";
import { answersWith, chunk, event, fakeService, streams, type Reply } from "./fakeService";
import { ids, startRouter } from "./routerHarness";
import { question } from "./sampleModels";

type Schema = Record<string, unknown>;

const tool = (name: string, parameters?: Schema): Tool => ({
  type: "function",
  function: { name, ...(parameters && { parameters }) },
});
const withTools = (...tools: Tool[]): CompletionRequest => ({ ...question, tools });
const schema: Schema = {
  ...{ type: "object", properties: { path: { type: "string" }, line: { type: "integer", minimum: 1 } } },
  ...{ required: ["path"], additionalProperties: false },
};

/** `valid`, or the reason, the message and the detail of the failure. */
async function check(
  parameters: Schema,
  args: unknown,
  { finishReason = "tool_calls", ...fields }: Partial<CompletionRequest> & { finishReason?: string } = {},
): Promise<unknown> {
  const request = { ...withTools(tool("look", parameters)), ...fields };
  try {
    await checkArguments([{ id: "1", name: "look", arguments: args }], request, finishReason);
    return "valid";
  } catch (error) {
    assert.ok(error instanceof AttemptError, String(error));
    return [error.reason, error.message, error.details.detail];
  }
}
const isValid = async (parameters: Schema, args: unknown): Promise<boolean> =>
  (await check(parameters, args)) === "valid";

/** Whether ajv was loaded in this process. */
const isLoaded = (): boolean =>
  Object.keys(createRequire(path.join(projectRoot, "package.json")).cache).some((file) => /[\\/]ajv[\\/]/.test(file));

// These tests depend on their order: what was loaded stays loaded.
describe("what checks arguments", () => {
  const request = withTools(tool("look", schema), tool("plain"));
  const start = () => startRouter({}, { service: fakeService(ids, { supported_parameters: ["tools"] }) });

  test("is not loaded for an answer without tool calls, nor for a tool without a schema", async () => {
    const harness = start();
    harness.service.script(answersWith("Hello"), calls("plain", "{}"));
    assert.equal((await harness.ask({}, request)).text, "Hello");
    const plain = await harness.ask({}, withTools(tool("plain")));
    assert.equal(plain.events.filter(({ type }) => type === "tool-call").length, 1);
    assert.equal(isLoaded(), false);
  });

  test("is loaded while the arguments are on their way", async () => {
    const harness = start();
    const arguments_ = Promise.withResolvers<undefined>();
    harness.service.script(({ body }) => {
      const parts = [callChunk(body["model"], "look", '{"path"'), callChunk(body["model"], "", ':"a.ts"}')] as const;
      const stream = new ReadableStream<Uint8Array>({
        async start(controller) {
          const send = (text: string): void => controller.enqueue(new TextEncoder().encode(text));
          send(parts[0]);
          await arguments_.promise;
          send(parts[1] + chunk(body["model"], {}, "tool_calls") + event("[DONE]"));
          controller.close();
        },
      });
      return new Response(stream, { headers: { "content-type": "text/event-stream" } });
    });
    const asked = harness.ask({}, request);
    for (let turn = 0; turn < 1_000 && !isLoaded(); turn++) await new Promise(setImmediate);
    assert.equal(isLoaded(), true);
    arguments_.resolve(undefined);
    const { events } = await asked;
    assert.deepEqual(
      events.find(({ type }) => type === "tool-call"),
      {
        ...{ type: "tool-call", id: "1", name: "look", arguments: { path: "a.ts" } },
      },
    );
  });
});

describe("the arguments of a tool call", () => {
  const misfit = "The model called look with arguments that do not fit its schema.";
  const cases: [name: string, args: unknown, expected: unknown][] = [
    ["fit", { path: "a.ts", line: 3 }, "valid"],
    ["lack a property", {}, ["bad-tool-call", misfit, "arguments must have required property 'path'"]],
    ["have a wrong type", { path: 1 }, ["bad-tool-call", misfit, "arguments/path must be string"]],
    ["have a number as text", { path: "a", line: "3" }, ["bad-tool-call", misfit, "arguments/line must be integer"]],
    [
      "have a property that the schema excludes",
      { path: "a", column: 1 },
      ["bad-tool-call", misfit, "arguments must NOT have additional properties"],
    ],
  ];
  for (const [name, args, expected] of cases)
    test(name, async () => assert.deepEqual(await check(schema, args), expected));

  test("may have more properties, unless the schema excludes them", async () => {
    assert.equal(await isValid({ type: "object", properties: { path: {} } }, { other: 1 }), true);
    assert.equal(await isValid({ type: "object", additionalProperties: { type: "string" } }, { other: 1 }), false);
  });

  test("that do not fit at the token limit were cut off, which more tokens can help if the request limits them", async () => {
    const cut = "The model reached its token limit within a tool call.";
    const detail = "arguments must have required property 'path'";
    assert.deepEqual(await check(schema, { line: 1 }, { finishReason: "length" }), ["bad-tool-call", cut, detail]);
    assert.deepEqual(await check(schema, { line: 1 }, { finishReason: "length", max_tokens: 100 }), [
      ...["out-of-tokens", cut, detail],
    ]);
    assert.equal(await check(schema, { path: "a" }, { finishReason: "length", max_tokens: 100 }), "valid");
  });

  test("are not changed by the check", async () => {
    const withDefault: Schema = { type: "object", properties: { depth: { type: "integer", default: 1 } } };
    const args = Object.freeze({});
    assert.equal(await check(withDefault, args), "valid");
    assert.deepEqual(args, {});
  });

  test("are checked for each call, but a schema is compiled only if its tool was called, once", async () => {
    const reads: string[] = [];
    const counted = (name: string): Tool =>
      tool(name, {
        get type() {
          reads.push(name);
          return "object";
        },
        required: ["path"],
      });
    const request = withTools(...["a", "b", "c"].map(counted));
    const callsOf = (...args: unknown[]) => args.map((each, id) => ({ id: `${id}`, name: "b", arguments: each }));
    await checkArguments(callsOf({ path: 1 }, { path: 2 }), request, "tool_calls");
    assert.deepEqual(reads, ["b"]);
    await assert.rejects(checkArguments(callsOf({ path: 1 }, {}), request, "tool_calls"), { reason: "bad-tool-call" });
  });
});

describe("the schema of a tool", () => {
  const fitting: [name: string, parameters: Schema, valid: unknown, invalid: unknown][] = [
    ["may name a draft", { $schema: "http://json-schema.org/draft-07/schema#", ...schema }, { path: "a" }, {}],
    [
      "may refer to its definitions",
      { type: "object", properties: { a: { $ref: "#/definitions/b" } }, definitions: { b: { type: "integer" } } },
      { a: 1 },
      { a: "1" },
    ],
    [
      "may refer to itself",
      { type: "object", properties: { next: { $ref: "#" }, at: { type: "string" } } },
      { next: { next: { at: "x" } } },
      { next: { next: { at: 1 } } },
    ],
    [
      "may allow null as OpenAPI does",
      { type: "object", properties: { a: { type: "string", nullable: true } } },
      { a: null },
      { a: 1 },
    ],
    [
      "may have formats and keywords of its own",
      {
        ...{ type: "object", "x-order": 1, enumDescriptions: ["y"] },
        properties: { a: { type: "string", format: "colour", markdownDescription: "z" } },
      },
      { a: "x" },
      { a: 1 },
    ],
    ["may claim to be asynchronous", { $async: true, ...schema }, { path: "a" }, {}],
    ["may lack a type", { properties: { a: { type: "string" } } }, { a: "x" }, { a: 1 }],
  ];
  for (const [name, parameters, valid, invalid] of fitting)
    test(name, async () =>
      assert.deepEqual([await isValid(parameters, valid), await isValid(parameters, invalid)], [true, false]),
    );

  const unusable: [name: string, parameters: Schema][] = [
    ["of draft 4 with a boolean limit", { properties: { a: { type: "number", minimum: 0, exclusiveMinimum: true } } }],
    ["of draft 4 with an id", { id: "http://example.com/tool", type: "object" }],
    ["of draft 3", { type: "object", properties: { a: { type: "any", required: true } } }],
    ["with a list of items", { properties: { a: { type: "array", items: [{ type: "string" }] } } }],
    ["with a missing definition", { properties: { a: { $ref: "#/definitions/b" } } }],
    ["with a definition elsewhere", { $ref: "https://example.com/schema.json" }],
    ["with a pattern of another dialect", { properties: { a: { type: "string", pattern: "\\_(?i)x" } } }],
    ["with null allowed for any type", { properties: { a: { nullable: true } } }],
    ["with an unknown type", { type: "dict" }],
  ];
  for (const [name, parameters] of unusable)
    test(`that cannot be compiled fails no answer, without a word in the console: ${name}`, async (t) => {
      const lines: unknown[] = [];
      for (const level of ["log", "warn", "error"] as const)
        t.mock.method(console, level, (...line: unknown[]) => lines.push(line));
      assert.equal(await check({ ...parameters, required: ["x"] }, { a: 1 }), "valid");
      assert.deepEqual(lines, []);
    });

  test("that cannot be compiled leaves the other tools checked", async () => {
    const request = withTools(tool("odd", { type: "dict" }), tool("look", schema));
    const calls = ["odd", "look"].map((name) => ({ id: name, name, arguments: {} }));
    await assert.rejects(checkArguments(calls, request, "tool_calls"), {
      reason: "bad-tool-call",
      message: /called look/,
    });
  });

  test("may have the id of another tool's schema", async () => {
    const request = withTools(tool("a", { $id: "args", required: ["x"] }), tool("b", { $id: "args", required: ["y"] }));
    const call = (name: string, args: unknown) => ({ id: name, name, arguments: args });
    await checkArguments([call("a", { x: 1 }), call("b", { y: 1 })], request, "tool_calls");
    await assert.rejects(checkArguments([call("a", { x: 1 }), call("b", { x: 1 })], request, "tool_calls"));
  });
});

describe("a tool call that does not fit the schema", () => {
  const request = withTools(tool("look", schema));
  const start = () => startRouter({}, { service: fakeService(ids, { supported_parameters: ["tools"] }) });

  test("does not reach the caller, and another model is asked", async () => {
    const harness = start();
    harness.service.script(calls("look", '{"line":1}'), calls("look", '{"path":"a.ts"}'));
    const { events, failed, end } = await harness.ask({}, request);
    assert.deepEqual(
      events.filter(({ type }) => type === "tool-call"),
      [{ type: "tool-call", id: "1", name: "look", arguments: { path: "a.ts" } }],
    );
    const [first, second] = harness.askedModels();
    assert.deepEqual([failed, end?.model], [["bad-tool-call"], second]);
    const failure = events.find((each) => each.type === "attempt-fail");
    assert.deepEqual(
      [failure?.model, failure?.message],
      [first, "The model called look with arguments that do not fit its schema."],
    );
  });

  test("is explained by the error when no model is left", async () => {
    const harness = start();
    harness.service.script(calls("look", '{"path":7}'));
    const { error, events } = await harness.ask({}, request);
    assert.deepEqual([error?.reason, error?.detail], ["bad-tool-call", "arguments/path must be string"]);
    assert.ok(!events.some(({ type }) => type === "tool-call"));
  });

  test("is found in an answer that is not streamed", async () => {
    const harness = start();
    const message = { tool_calls: [{ id: "1", function: { name: "look", arguments: "{}" } }] };
    harness.service.script(
      ({ body }) => Response.json({ model: body["model"], choices: [{ message, finish_reason: "tool_calls" }] }),
      answersWith("Hello"),
    );
    assert.deepEqual((await harness.ask({}, request)).failed, ["bad-tool-call"]);
  });

  test("gets more tokens if the request limited them and the call was cut off", async () => {
    const harness = start();
    harness.service.script(calls("look", '{"line":1}', "length"), calls("look", '{"path":"a.ts"}'));
    const { failed } = await harness.ask({}, { ...request, max_tokens: 50 });
    assert.deepEqual(failed, ["out-of-tokens"]);
    const limits = harness.service.chats.map(({ body }) => body["max_tokens"]);
    assert.deepEqual([limits[0], Number(limits[1]) > 50], [50, true]);
  });
});

/** A model that calls a tool with these arguments. */
function calls(name: string, args: string, finishReason = "tool_calls"): Reply {
  return (connection) => {
    const { model } = connection.body;
    return streams(callChunk(model, name, args), chunk(model, {}, finishReason), event("[DONE]"))(connection);
  };
}

function callChunk(model: unknown, name: string, args: string): string {
  const call = { index: 0, ...(name && { id: "1" }), function: { ...(name && { name }), arguments: args } };
  return chunk(model, { tool_calls: [call] });
}
