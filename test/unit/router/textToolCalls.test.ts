import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { TextToolCallGuard } from "../../../src/router/textToolCalls";
import type { CompletionRequest } from "../../../src/router/request";

const request: CompletionRequest = {
  messages: [],
  tools: [{ type: "function", function: { name: "read_file" } }],
};

/** What passes, in pieces of this length; or the reason of the failure. */
function passed(text: string, length = 3): { shown: string; rest: string | undefined } {
  const guard = new TextToolCallGuard();
  let shown = "";
  for (let start = 0; start < text.length; start += length) shown += guard.push(text.slice(start, start + length));
  try {
    return { shown, rest: guard.end(request) };
  } catch {
    return { shown, rest: undefined };
  }
}

describe("A tool call as text", () => {
  const calls: [what: string, text: string, before?: string][] = [
    ["tags", '<tool_call>{"name": "read_file", "arguments": {}}</tool_call>'],
    ["tags after words", 'I will read it.\n\n<tool_call>\n{"name": "read_file"}\n</tool_call>', "I will read it.\n\n"],
    ["indented tags", 'Now:\n  <tool_call>{"name": "read_file"}', "Now:\n"],
    ["Llama", "<function=read_file>{}</function>"],
    ["Mistral", '[TOOL_CALLS][{"name": "read_file", "arguments": {}}]'],
    ["XML", '<invoke name="read_file"></invoke>'],
    ["special tokens", "<|tool_call_begin|>read_file"],
    ["bare JSON", ' {"name": "read_file", "parameters": {"path": "a"}}'],
    ["JSON in a code block", '```json\n{\n  "name": "read_file",\n  "arguments": {}\n}\n```'],
    ["another key", '{"tool": "read_file"}'],
  ];
  for (const [what, text, before = ""] of calls)
    test(`is never passed on: ${what}`, () => {
      for (const length of [1, 2, 5, 1_000])
        assert.deepEqual(passed(text, length), { shown: before, rest: undefined }, String(length));
    });

  const texts: [what: string, text: string][] = [
    ["prose", "A <tool_call> tag in a sentence, and read_file."],
    ["code in a block", "Look:\n```xml\n<tool_call>read_file</tool_call>\n```\nThat is it."],
    ["JSON of something else", '{"name": "Ada", "age": 36}'],
    ["a call of no tool of ours", '<tool_call>{"name": "fly"}</tool_call>'],
    ["a code block", "```json\n[1, 2]\n```"],
    ["white space", "  \n\n"],
    ["nothing", ""],
    ["a tag that begins alike", "<tool_box> read_file\n<tooltip>"],
  ];
  for (const [what, text] of texts)
    test(`is not: ${what}`, () => {
      for (const length of [1, 2, 5, 1_000]) {
        const { shown, rest } = passed(text, length);
        assert.equal(rest === undefined ? undefined : shown + rest, text);
      }
    });

  test("or text: nothing is lost or doubled, wherever it is cut", () => {
    const word = fc.constantFrom("<tool", "_call>", "{", '"name"', ":", "```", "\n", " ", "read", "[TOOL", "a", "json");
    fc.assert(
      fc.property(fc.array(word), fc.integer({ min: 1, max: 9 }), (words, length) => {
        const text = words.join("");
        const { shown, rest } = passed(text, length);
        assert.equal(shown + (rest ?? ""), text.slice(0, shown.length + (rest ?? "").length));
        if (rest !== undefined) assert.equal(shown + rest, text);
      }),
    );
  });

  test("does not delay ordinary text", () => {
    const guard = new TextToolCallGuard();
    assert.equal(guard.push("The "), "The ");
    assert.equal(guard.push("file <"), "file <");
    assert.equal(guard.push("\n<to"), "\n");
    assert.equal(guard.push("p>"), "<top>");
  });
});
