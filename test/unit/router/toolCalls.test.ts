import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { AttemptError } from "../../../src/router/attemptError";
import type { CompletionRequest, ToolCall, ToolChoice } from "../../../src/router/request";
import { ToolCallAssembler } from "../../../src/router/toolCalls";
import { question } from "./sampleModels";

const tool = (name: string) => ({ type: "function", function: { name } }) as const;
const withTools = (choice?: ToolChoice): CompletionRequest => ({
  ...question,
  tools: [tool("look"), tool("write")],
  ...(choice ? { tool_choice: choice } : {}),
});

function assemble(fragments: readonly unknown[], request = withTools(), finishReason = "stop"): ToolCall[] {
  const assembler = new ToolCallAssembler();
  for (const fragment of fragments) assembler.push([fragment]);
  return assembler.end(request, finishReason);
}
const start = (index: number | undefined, id: string, name: string, args: unknown = "") => ({
  ...{ index, id, type: "function" },
  function: { name, arguments: args },
});
const more = (index: number | undefined, args: string) => ({ index, function: { arguments: args } });

describe("assembling tool calls", () => {
  const look = (args: unknown, id = "1"): ToolCall => ({ id, name: "look", arguments: args });
  const cases: [name: string, fragments: unknown[], expected: ToolCall[]][] = [
    ["no fragments", [], []],
    ["several fragments", [start(0, "1", "look"), more(0, '{"at":'), more(0, '"a.ts"}')], [look({ at: "a.ts" })]],
    ["a single fragment", [start(0, "1", "look", '{"at":1}')], [look({ at: 1 })]],
    ["trailing white space", [start(0, "1", "look", "{}"), more(0, ""), more(0, "  \n")], [look({})]],
    ["no arguments", [start(0, "1", "look")], [look({})]],
    ["arguments as an object", [start(0, "1", "look", { at: 1 })], [look({ at: 1 })]],
    [
      "two calls in sequence",
      [start(0, "1", "look", '{"a":1}'), start(1, "2", "write"), more(1, '{"b":2}')],
      [look({ a: 1 }), { id: "2", name: "write", arguments: { b: 2 } }],
    ],
    [
      "two interleaved calls",
      [start(0, "1", "look"), start(1, "2", "look"), more(0, '{"a"'), more(1, "{}"), more(0, ":1}")],
      [look({ a: 1 }), look({}, "2")],
    ],
    [
      "two calls without an index but with different ids",
      [start(undefined, "1", "look", '{"a"'), more(undefined, ":1}"), start(undefined, "2", "look", "{}")],
      [look({ a: 1 }), look({}, "2")],
    ],
    ["repeated name and id", [start(0, "1", "look", '{"a"'), start(0, "1", "look", ":1}")], [look({ a: 1 })]],
    [
      "calls that all have index 0, and different ids",
      [
        start(0, "1", "look", '{"a":1}'),
        start(0, "2", "look", '{"b"'),
        more(0, ":2}"),
        start(0, "3", "write"),
        more(0, "{}"),
      ],
      [look({ a: 1 }), look({ b: 2 }, "2"), { id: "3", name: "write", arguments: {} }],
    ],
    [
      "calls that all have index 0, with an id in each fragment",
      [start(0, "1", "look", '{"a"'), start(0, "2", "look", "{}"), start(0, "1", "look", ":1}")],
      [look({ a: 1 }), look({}, "2")],
    ],
    [
      "calls that have neither ids nor an index of their own",
      [start(0, "", "look", '{"a":1}'), start(0, "", "look", '{"b"'), more(0, ":2}"), start(0, "", "write")],
      [look({ a: 1 }, "call_0"), look({ b: 2 }, "call_1"), { id: "call_2", name: "write", arguments: {} }],
    ],
    [
      "calls that have neither ids nor an index at all",
      [start(undefined, "", "look", '{"a":1}'), start(undefined, "", "look", "{}")],
      [look({ a: 1 }, "call_0"), look({}, "call_1")],
    ],
    [
      "an id with each fragment of a call without an index",
      [
        start(undefined, "1", "look", '{"a"'),
        start(undefined, "2", "look", "{}"),
        start(undefined, "1", "look", ":1}"),
      ],
      [look({ a: 1 }), look({}, "2")],
    ],
    [
      "a repeated name or id without new arguments, which is no call",
      [start(0, "", "look", '{"a":1}'), start(0, "", "look", " "), start(1, "2", "look", "{}"), start(1, "2", "look")],
      [look({ a: 1 }, "call_0"), look({}, "2")],
    ],
    ["an id that comes late", [start(0, "", "look"), { index: 0, id: "1" }, more(0, "{}")], [look({})]],
    [
      "ids that a generated id must not repeat",
      [start(0, "", "look", "{}"), start(1, "call_0", "look", "{}"), start(2, "call_0", "look", "{}")],
      [look({}, "call_1"), look({}, "call_0"), look({}, "call_2")],
    ],
    [
      "two calls as objects",
      [start(0, "", "look", { a: 1 }), start(0, "", "look", { a: 2 })],
      [look({ a: 1 }, "call_0"), look({ a: 2 }, "call_1")],
    ],
    ["no id", [{ index: 0, function: { name: "look", arguments: "{}" } }], [look({}, "call_0")]],
    ["invalid fragments", [null, 5, "x", {}, start(0, "1", "look", "{}")], [look({})]],
    [
      "an argument named __proto__",
      [start(0, "1", "look", '{"__proto__":{"evil":true}}')],
      [look(JSON.parse('{"__proto__":{"evil":true}}'))],
    ],
  ];
  for (const [name, fragments, expected] of cases) test(name, () => assert.deepEqual(assemble(fragments), expected));

  test("random arguments in random fragments", () => {
    const args = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue());
    const calls = fc.array(args, { minLength: 1, maxLength: 3 });
    const property = fc.property(
      calls,
      fc.infiniteStream(fc.nat({ max: 7 })),
      fc.boolean(),
      (given, lengths, interleave) => {
        const streams = given.map((each, index) => {
          const text = JSON.stringify(each);
          const fragments: unknown[] = [start(index, `id${index}`, "look")];
          for (let at = 0; at < text.length;) {
            const length = Number(lengths.next().value);
            fragments.push(more(index, text.slice(at, at + length)));
            at += length;
          }
          return [...fragments, more(index, " ")];
        });
        const longest = Math.max(...streams.map((stream) => stream.length));
        const interleaved = Array.from({ length: longest }, (_, at) =>
          streams.flatMap((stream) => stream.slice(at, at + 1)),
        );
        const assembled = assemble(interleave ? interleaved.flat() : streams.flat());
        assert.deepEqual(
          assembled.map((call) => call.arguments),
          given.map((each) => JSON.parse(JSON.stringify(each)) as unknown),
        );
      },
    );
    fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? 500) });
  });
});

describe("tool calls at the token limit", () => {
  const limited = (maxTokens?: number, choice?: ToolChoice): CompletionRequest => ({
    ...withTools(choice),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
  });
  const cases: [name: string, fragments: unknown[], choice?: ToolChoice][] = [
    ["without arguments", [start(0, "1", "look")]],
    ["with white space as arguments", [start(0, "1", "look", "\n ")]],
    ["with an empty object, which may be a placeholder", [start(0, "1", "look", "{}")]],
    ["with incomplete arguments", [start(0, "1", "look", '{"at":"a')]],
    ["with an incomplete name", [start(0, "1", "lo")]],
    ["after a complete one", [start(0, "1", "look", '{"a":1}'), start(1, "2", "look", '{"b":')]],
    ["that were required and not begun", [], "required"],
  ];
  for (const [name, fragments, choice] of cases)
    test(`fail: ${name}`, () => {
      const reasonFor = (maxTokens?: number): string => {
        try {
          return JSON.stringify(assemble(fragments, limited(maxTokens, choice), "length"));
        } catch (error) {
          return error instanceof AttemptError ? error.reason : String(error);
        }
      };
      assert.equal(reasonFor(), "bad-tool-call");
      assert.equal(reasonFor(100), "out-of-tokens", "the request limited the tokens, so more may help");
    });

  test("are used if all of them are complete", () => {
    const calls = assemble([start(0, "1", "look", '{"a":1}'), start(1, "2", "look", { b: 2 })], withTools(), "length");
    assert.deepEqual(
      calls.map((call) => call.arguments),
      [{ a: 1 }, { b: 2 }],
    );
  });
});

describe("invalid tool calls", () => {
  const cases: [name: string, fragments: unknown[], request: CompletionRequest, message: RegExp][] = [
    [
      "have truncated arguments",
      [start(0, "1", "look", '{"at":')],
      withTools(),
      /called look with arguments that are not a JSON object/,
    ],
    ["have text as arguments", [start(0, "1", "look", "a.ts")], withTools(), /not a JSON object/],
    ["have an array as arguments", [start(0, "1", "look", "[1]")], withTools(), /not a JSON object/],
    ["have two argument objects", [start(0, "1", "look", "{}"), more(0, "{}")], withTools(), /not a JSON object/],
    [
      "have arguments both as text and as an object",
      [start(0, "1", "look", '{"a"'), start(0, "1", "look", { a: 1 })],
      withTools(),
      /not a JSON object/,
    ],
    [
      "begin another call before the arguments of the first are complete",
      [start(0, "", "look", '{"a"'), start(0, "", "look", ":1}")],
      withTools(),
      /not a JSON object/,
    ],
    [
      "name a tool that was not offered",
      [start(0, "1", "delete_all", "{}")],
      withTools(),
      /does not exist \(delete_all\)/,
    ],
    ["have no tool name", [start(0, "1", "", "{}")], withTools(), /does not exist/],
    ["name a tool although none was offered", [start(0, "1", "look", "{}")], question, /does not exist/],
    ["name an inherited object property", [start(0, "1", "constructor", "{}")], withTools(), /does not exist/],
    ["are missing although a call was required", [], withTools("required"), /did not make the required tool call/],
    [
      "name another tool than the required one",
      [start(0, "1", "write", "{}")],
      withTools(tool("look")),
      /did not make the required tool call/,
    ],
  ];
  for (const [name, fragments, request, message] of cases)
    test(name, () =>
      assert.throws(
        () => assemble(fragments, request),
        (error) => error instanceof AttemptError && error.reason === "bad-tool-call" && message.test(error.message),
      ),
    );

  test("do not include a required call that was made or an optional call that is missing", () => {
    assert.equal(assemble([start(0, "1", "look", "{}")], withTools(tool("look"))).length, 1);
    assert.equal(assemble([start(0, "1", "write", "{}")], withTools("required")).length, 1);
    for (const choice of ["auto", "none"] as const) assert.deepEqual(assemble([], withTools(choice)), []);
    assert.deepEqual(assemble([], { ...question, tool_choice: "required" }), [], "no tool was offered");
  });
});

test("a reported call that is missing is a failure", () => {
  assert.throws(
    () => assemble([], withTools(), "tool_calls"),
    (error) => error instanceof AttemptError && error.reason === "bad-tool-call" && /made none/.test(error.message),
  );
  assert.deepEqual(assemble([start(0, "1", "look")], withTools(), "tool_calls"), [
    { id: "1", name: "look", arguments: {} },
  ]);
});

test("repeated ids and names do not count as content", () => {
  const assembler = new ToolCallAssembler();
  const contents = [start(0, "1", "look"), start(0, "1", "look"), start(0, "1", "look", " "), more(0, "{")];
  assert.deepEqual(
    contents.map((fragment) => assembler.push([fragment])),
    [true, false, false, true],
  );
});

test("every fragment is read when several arrive together", () => {
  const assembler = new ToolCallAssembler();
  assert.equal(assembler.push([start(0, "1", "look", '{"a"'), more(0, ":1}"), start(1, "2", "look")]), true);
  assert.equal(assembler.end(withTools(), "tool_calls").length, 2);
});

test("many fragments take time proportional to their number", () => {
  const assembler = new ToolCallAssembler();
  assembler.push([start(0, "1", "look", '{"a":"')]);
  for (let count = 0; count < 200_000; count++) assembler.push([more(0, "word ")]);
  assembler.push([more(0, '"}')]);
  assert.equal(assembler.end(withTools(), "tool_calls").length, 1);
});

test("names, ids and parts of arguments count as content, white space does not", () => {
  const cases: [fragment: unknown, expected: boolean][] = [
    [start(0, "1", "look"), true],
    [start(0, "", "look"), true],
    [start(0, "", "", { a: 1 }), true],
    [more(0, '{"a'), true],
    [more(0, ""), false],
    [more(0, " \n"), false],
    [{ index: 0 }, false],
    [null, false],
  ];
  for (const [fragment, expected] of cases)
    assert.equal(new ToolCallAssembler().push([fragment]), expected, JSON.stringify(fragment));
});
