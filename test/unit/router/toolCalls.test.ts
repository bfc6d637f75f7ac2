import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { isRouterError } from "../../../src/router/errors";
import type { CompletionRequest, ToolCall, ToolChoice } from "../../../src/router/request";
import { ToolCallAssembler } from "../../../src/router/toolCalls";
import { question } from "./sampleModels";

const tool = (name: string) => ({ type: "function", function: { name } }) as const;
const withTools = (choice?: ToolChoice): CompletionRequest => ({
  ...question,
  tools: [tool("look"), tool("write")],
  ...(choice ? { tool_choice: choice } : {}),
});

function assemble(fragments: readonly unknown[], request = withTools()): ToolCall[] {
  const assembler = new ToolCallAssembler();
  for (const fragment of fragments) assembler.push([fragment]);
  return assembler.end(request);
}
const start = (index: number | undefined, id: string, name: string, args: unknown = "") => ({
  ...{ index, id, type: "function" },
  function: { name, arguments: args },
});
const more = (index: number | undefined, args: string) => ({ index, function: { arguments: args } });

describe("tool calls from fragments", () => {
  const look = (args: unknown, id = "1"): ToolCall => ({ id, name: "look", arguments: args });
  const cases: [what: string, fragments: unknown[], calls: ToolCall[]][] = [
    ["none", [], []],
    ["in pieces", [start(0, "1", "look"), more(0, '{"at":'), more(0, '"a.ts"}')], [look({ at: "a.ts" })]],
    ["at once", [start(0, "1", "look", '{"at":1}')], [look({ at: 1 })]],
    ["with white space behind", [start(0, "1", "look", "{}"), more(0, ""), more(0, "  \n")], [look({})]],
    ["without arguments", [start(0, "1", "look")], [look({})]],
    ["with an object for arguments", [start(0, "1", "look", { at: 1 })], [look({ at: 1 })]],
    [
      "two, one after the other",
      [start(0, "1", "look", '{"a":1}'), start(1, "2", "write"), more(1, '{"b":2}')],
      [look({ a: 1 }), { id: "2", name: "write", arguments: { b: 2 } }],
    ],
    [
      "two, mixed",
      [start(0, "1", "look"), start(1, "2", "look"), more(0, '{"a"'), more(1, "{}"), more(0, ":1}")],
      [look({ a: 1 }), look({}, "2")],
    ],
    [
      "two without an index, told apart by id",
      [start(undefined, "1", "look", '{"a"'), more(undefined, ":1}"), start(undefined, "2", "look", "{}")],
      [look({ a: 1 }), look({}, "2")],
    ],
    ["whose name and id come again", [start(0, "1", "look", '{"a"'), start(0, "1", "look", ":1}")], [look({ a: 1 })]],
    ["without an id", [{ index: 0, function: { name: "look", arguments: "{}" } }], [look({}, "call_0")]],
    ["among fragments that are none", [null, 5, "x", {}, start(0, "1", "look", "{}")], [look({})]],
    [
      "that try to be more than data",
      [start(0, "1", "look", '{"__proto__":{"evil":true}}')],
      [look(JSON.parse('{"__proto__":{"evil":true}}'))],
    ],
  ];
  for (const [what, fragments, calls] of cases) test(what, () => assert.deepEqual(assemble(fragments), calls));

  test("any arguments, cut anywhere", () => {
    const args = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue());
    const calls = fc.array(args, { minLength: 1, maxLength: 3 });
    const property = fc.property(
      calls,
      fc.infiniteStream(fc.nat({ max: 7 })),
      fc.boolean(),
      (given, lengths, mixed) => {
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
        const inTurn = Array.from({ length: longest }, (_, at) =>
          streams.flatMap((stream) => stream.slice(at, at + 1)),
        );
        const assembled = assemble(mixed ? inTurn.flat() : streams.flat());
        assert.deepEqual(
          assembled.map((call) => call.arguments),
          given.map((each) => JSON.parse(JSON.stringify(each)) as unknown),
        );
      },
    );
    fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? 500) });
  });
});

describe("a tool call that is none", () => {
  const cases: [what: string, fragments: unknown[], request: CompletionRequest, told: RegExp][] = [
    [
      "arguments cut off",
      [start(0, "1", "look", '{"at":')],
      withTools(),
      /called look with arguments that are not JSON/,
    ],
    ["arguments that are words", [start(0, "1", "look", "a.ts")], withTools(), /not JSON/],
    ["arguments that are a list", [start(0, "1", "look", "[1]")], withTools(), /not JSON/],
    ["arguments twice", [start(0, "1", "look", "{}"), more(0, "{}")], withTools(), /not JSON/],
    ["a tool nobody offered", [start(0, "1", "delete_all", "{}")], withTools(), /does not exist \(delete_all\)/],
    ["a tool without a name", [start(0, "1", "", "{}")], withTools(), /does not exist/],
    ["a tool where there are none", [start(0, "1", "look", "{}")], question, /does not exist/],
    ["a tool by an inherited name", [start(0, "1", "constructor", "{}")], withTools(), /does not exist/],
    ["none, where one had to be called", [], withTools("required"), /did not call the tool it had to/],
    ["another than had to be called", [start(0, "1", "write", "{}")], withTools(tool("look")), /did not call the tool/],
  ];
  for (const [what, fragments, request, told] of cases)
    test(what, () =>
      assert.throws(
        () => assemble(fragments, request),
        (error) => isRouterError(error) && error.reason === "bad-tool-call" && told.test(error.message),
      ),
    );

  test("but one that had to be called, and was, is fine; and none where none had to be", () => {
    assert.equal(assemble([start(0, "1", "look", "{}")], withTools(tool("look"))).length, 1);
    assert.equal(assemble([start(0, "1", "write", "{}")], withTools("required")).length, 1);
    for (const choice of ["auto", "none"] as const) assert.deepEqual(assemble([], withTools(choice)), []);
    assert.deepEqual(assemble([], { ...question, tool_choice: "required" }), [], "there is none to be called");
  });
});

test("what counts as a sign of life: a name, an id, a piece of arguments; not white space", () => {
  const signs: [fragment: unknown, alive: boolean][] = [
    [start(0, "1", "look"), true],
    [more(0, '{"a'), true],
    [more(0, ""), false],
    [more(0, " \n"), false],
    [{ index: 0 }, false],
    [null, false],
  ];
  for (const [fragment, alive] of signs)
    assert.equal(new ToolCallAssembler().push([fragment]), alive, JSON.stringify(fragment));
});
