import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ThinkTagSplitter, type ContentDelta } from "../../../src/router/thinkTags";

interface Split {
  reasoning: string;
  text: string;
}

function split(deltas: readonly string[]): Split & { parts: ContentDelta[] } {
  const splitter = new ThinkTagSplitter();
  const parts = [...deltas.flatMap((delta) => splitter.push(delta)), ...splitter.end()];
  const joined = (type: ContentDelta["type"]) => parts.map((part) => (part.type === type ? part.text : "")).join("");
  return { parts, reasoning: joined("reasoning-delta"), text: joined("text-delta") };
}
const splitText = (text: string): Split => {
  const { reasoning, text: answerText } = split([text]);
  return { reasoning, text: answerText };
};

describe("reasoning in tags", () => {
  const cases: [name: string, answer: string, reasoning: string, text: string][] = [
    ["no tags", "Hello", "", "Hello"],
    ["an empty answer", "", "", ""],
    ["reasoning before the answer", "<think>Well.</think>Hello", "Well.", "Hello"],
    ["white space around the tags is dropped", "\n <think>\nWell.\n</think>\n\n Hello\n", "\nWell.\n", "Hello\n"],
    ["other tag names in mixed case", "<Reasoning>Well.</REASONING>Hello", "Well.", "Hello"],
    ["only the matching tag closes the reasoning", "<thought>a</think>b</thought>c", "a</think>b", "c"],
    ["empty reasoning", "<think></think>Hello", "", "Hello"],
    ["a tag in the middle is text", "Use <think>x</think>.", "", "Use <think>x</think>."],
    ["an HTML tag is text", "<div>Hello</div>", "", "<div>Hello</div>"],
    ["a tag with attributes is text", '<think mode="deep">x</think>', "", '<think mode="deep">x</think>'],
    ["a closing tag alone is text", "</think>Hello", "", "</think>Hello"],
    ["a tag with a longer name is text", "<thinker>", "", "<thinker>"],
    ["an incomplete tag at the end is text", "<thin", "", "<thin"],
    ["a single bracket is text", "<", "", "<"],
    ["a second reasoning block is text", "<think>a</think><think>b</think>c", "a", "<think>b</think>c"],
    ["the first closing tag ends nested reasoning", "<think>a<think>b</think>c</think>d", "a<think>b", "c</think>d"],
    [
      "unclosed reasoning is repeated as text, since it may be the answer",
      "<think>All of it",
      "All of it",
      "All of it",
    ],
    ["unclosed reasoning with an incomplete closing tag", "<think>Well.</thi", "Well.", "Well.</thi"],
    ["only reasoning", "<think>Well.</think>\n ", "Well.", ""],
    [
      "a closing tag in a fence is code",
      "<think>\n```\n</think>\n```\nok</think>Hello",
      "\n```\n</think>\n```\nok",
      "Hello",
    ],
    [
      "a closing tag in a fence of tildes is code",
      "<think>\n~~~html\n</think>\n~~~\n</think>Hello",
      "\n~~~html\n</think>\n~~~\n",
      "Hello",
    ],
    [
      "a longer fence needs a closing fence of that length",
      "<think>\n````\n```\n</think>\n````\n</think>Hi",
      "\n````\n```\n</think>\n````\n",
      "Hi",
    ],
    [
      "a fence at the start of the reasoning",
      "<think>```\n</think>\n```\n</think>Hello",
      "```\n</think>\n```\n",
      "Hello",
    ],
    ["a closing tag ends a fence that is left open", "<think>\n```js\ncode\n</think>\n\nHi", "\n```js\ncode\n", "Hi"],
    ["a fence left open within its line", "<think>```</think>Hello", "```", "Hello"],
    [
      "a fence left open, and fences in the answer",
      "<think>\n```\ncode</think>So:\n```js\nb\n```\nDone.",
      "\n```\ncode",
      "So:\n```js\nb\n```\nDone.",
    ],
    [
      "a fence left open, and a fence at the very end of the answer",
      "<think>\n```\ncode</think>\n```js\nb\n```",
      "\n```\ncode",
      "```js\nb\n```",
    ],
    ["a fence left open, and no answer", "<think>\n```\ncode</think>\n", "\n```\ncode", ""],
    [
      "the first closing tag ends a fence that is left open",
      "<think>\n```\na</think>b</think>c",
      "\n```\na",
      "b</think>c",
    ],
    [
      "a closing tag in a fence does not end unclosed reasoning",
      "<think>\n```\n</think>\n```\nHello",
      "\n```\n",
      "\n```\n</think>\n```\nHello",
    ],
    [
      "two fences with closing tags",
      "<think>\n```\n</think>\n```\n~~~\n</think>\n~~~\n</think>Hello",
      "\n```\n</think>\n```\n~~~\n</think>\n~~~\n",
      "Hello",
    ],
    ["backticks within a line are not a fence", "<think>a ```</think>Hello", "a ```", "Hello"],
    [
      "CRLF line endings",
      "<think>\r\n```\r\n</think>\r\n```\r\n</think>\r\nHello",
      "\r\n```\r\n</think>\r\n```\r\n",
      "Hello",
    ],
  ];
  for (const [name, answer, reasoning, text] of cases)
    test(name, () => assert.deepEqual(splitText(answer), { reasoning, text }));
});

const tagTexts = [
  "<think>",
  "</think>",
  "<Thinking>",
  "</thinking>",
  "<thought>",
  "</thought>",
  "<reasoning>",
  "</reasoning>",
];
const fenceTexts = ["```", "```js\n", "~~~", "````", "\n```\n", "``", "`", "   ```", "    ```"];
const otherTexts = [
  "\n",
  " ",
  "\r\n",
  "<",
  "</",
  "<thi",
  "</thi",
  "think>",
  ">",
  "a",
  "Hello. ",
  "🙂",
  "İ",
  "\u2028",
  "K",
];
const answers = fc
  .tuple(
    fc.constantFrom("", "", "\n", ...tagTexts),
    fc.array(fc.constantFrom(...tagTexts, ...fenceTexts, ...otherTexts), { maxLength: 25 }),
  )
  .map(([begin, parts]) => begin + parts.join(""));

/** Splits the answer, also within surrogate pairs. A length of zero leads to an empty delta. */
function splitByLengths(text: string, lengths: Iterator<number>): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = Number(lengths.next().value);
    parts.push(text.slice(at, at + length));
    at += length;
  }
  return parts;
}

describe("any answer", () => {
  const runs = { numRuns: Number(process.env["RUNS"] ?? 5_000) };

  test("has the same result however it is divided into deltas", () => {
    const property = fc.property(answers, fc.infiniteStream(fc.nat({ max: 6 })), (answer, lengths) => {
      const { reasoning, text } = split(splitByLengths(answer, lengths));
      assert.deepEqual({ reasoning, text }, splitText(answer));
    });
    fc.assert(property, runs);
  });

  test("has the same result and no empty parts when divided into characters", () => {
    const property = fc.property(answers, (answer) => {
      const { reasoning, text, parts } = split(answer.split(""));
      assert.deepEqual({ reasoning, text }, splitText(answer));
      assert.ok(parts.every((part) => part.text !== ""));
    });
    fc.assert(property, runs);
  });

  test("loses only the tags and the white space around them", () => {
    const property = fc.property(answers, (answer) => {
      const { reasoning, text } = splitText(answer);
      const opened = /^\s*<(think|thinking|thought|reasoning)>/i.exec(answer);
      if (!opened) {
        assert.deepEqual({ reasoning, text }, { reasoning: "", text: answer });
        return;
      }
      const inside = answer.slice(opened[0].length);
      if (inside === text) {
        assert.ok(inside.startsWith(reasoning), "the reasoning was not closed");
        return;
      }
      assert.ok(inside.startsWith(reasoning) && inside.endsWith(text));
      assert.match(inside.slice(reasoning.length, inside.length - text.length), /^<\/\w+>\s*$/);
    });
    fc.assert(property, runs);
  });

  test("is passed on immediately unless it could still become a tag", () => {
    const splitter = new ThinkTagSplitter();
    assert.deepEqual(splitter.push("Hello"), [{ type: "text-delta", text: "Hello" }]);
    assert.deepEqual(splitter.push(" <think>"), [{ type: "text-delta", text: " <think>" }]);
    const thinking = new ThinkTagSplitter();
    thinking.push("<think>");
    assert.deepEqual(thinking.push("a long thought </th"), [{ type: "reasoning-delta", text: "a long thought " }]);
    assert.deepEqual(thinking.push("em>"), [{ type: "reasoning-delta", text: "</them>" }]);
  });

  const beginnings = { reasoning: "<think>", "an open fence": "<think>\n```\n</think>", nothing: "" };
  for (const [name, beginning] of Object.entries(beginnings))
    test(`takes time proportional to its length after ${name}`, () => {
      const splitter = new ThinkTagSplitter();
      splitter.push(beginning);
      const text = beginning === "" ? " " : "<";
      let length = 0;
      for (let delta = 0; delta < 200_000; delta++) length += splitter.push(text).length;
      if (beginning === "<think>") assert.ok(length >= 199_999, "each delta is passed on immediately");
      for (const delta of splitter.end()) assert.ok(delta.text.length >= 200_000);
    });
});
