import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ThinkTagSplitter, type ContentDelta } from "../../../src/router/thinkTags";

interface Split {
  thought: string;
  text: string;
}

function split(deltas: readonly string[]): Split & { pieces: ContentDelta[] } {
  const splitter = new ThinkTagSplitter();
  const pieces = [...deltas.flatMap((delta) => splitter.push(delta)), ...splitter.end()];
  const joined = (type: ContentDelta["type"]) =>
    pieces.map((piece) => (piece.type === type ? piece.text : "")).join("");
  return { pieces, thought: joined("reasoning-delta"), text: joined("text-delta") };
}
const splitText = (text: string): Split => {
  const { thought, text: said } = split([text]);
  return { thought, text: said };
};

describe("thoughts in tags", () => {
  const cases: [what: string, answer: string, thought: string, text: string][] = [
    ["none", "Hello", "", "Hello"],
    ["nothing at all", "", "", ""],
    ["before the answer", "<think>Well.</think>Hello", "Well.", "Hello"],
    ["white space between belongs to neither", "\n <think>\nWell.\n</think>\n\n Hello\n", "\nWell.\n", "Hello\n"],
    ["in other words", "<Reasoning>Well.</REASONING>Hello", "Well.", "Hello"],
    ["each word closes itself only", "<thought>a</think>b</thought>c", "a</think>b", "c"],
    ["no thoughts", "<think></think>Hello", "", "Hello"],
    ["a tag in the middle is text about tags", "Use <think>x</think>.", "", "Use <think>x</think>."],
    ["a tag of HTML is text", "<div>Hello</div>", "", "<div>Hello</div>"],
    ["a tag with attributes is text", '<think mode="deep">x</think>', "", '<think mode="deep">x</think>'],
    ["a closing tag alone is text", "</think>Hello", "", "</think>Hello"],
    ["a word that only begins like a tag", "<thinker>", "", "<thinker>"],
    ["half a tag at the end", "<thin", "", "<thin"],
    ["one bracket", "<", "", "<"],
    ["a second thought is text", "<think>a</think><think>b</think>c", "a", "<think>b</think>c"],
    [
      "nested: the first end is the end, and nothing is lost",
      "<think>a<think>b</think>c</think>d",
      "a<think>b",
      "c</think>d",
    ],
    ["never ending: shown, lest the answer be lost", "<think>All of it", "All of it", "All of it"],
    ["never ending, with half an end", "<think>Well.</thi", "Well.", "Well.</thi"],
    ["nothing but thoughts", "<think>Well.</think>\n ", "Well.", ""],
    ["an end in a fence is code", "<think>\n```\n</think>\n```\nok</think>Hello", "\n```\n</think>\n```\nok", "Hello"],
    [
      "an end in a fence of tildes",
      "<think>\n~~~html\n</think>\n~~~\n</think>Hello",
      "\n~~~html\n</think>\n~~~\n",
      "Hello",
    ],
    [
      "a longer fence is closed by as long a one",
      "<think>\n````\n```\n</think>\n````\n</think>Hi",
      "\n````\n```\n</think>\n````\n",
      "Hi",
    ],
    ["a fence at the very start", "<think>```\n</think>\n```\n</think>Hello", "```\n</think>\n```\n", "Hello"],
    ["backquotes within a line are no fence", "<think>a ```</think>Hello", "a ```", "Hello"],
    [
      "lines of Windows",
      "<think>\r\n```\r\n</think>\r\n```\r\n</think>\r\nHello",
      "\r\n```\r\n</think>\r\n```\r\n",
      "Hello",
    ],
  ];
  for (const [what, answer, thought, text] of cases)
    test(what, () => assert.deepEqual(splitText(answer), { thought, text }));
});

const tags = [
  "<think>",
  "</think>",
  "<Thinking>",
  "</thinking>",
  "<thought>",
  "</thought>",
  "<reasoning>",
  "</reasoning>",
];
const fences = ["```", "```js\n", "~~~", "````", "\n```\n", "``", "`", "   ```", "    ```"];
const rest = ["\n", " ", "\r\n", "<", "</", "<thi", "</thi", "think>", ">", "a", "Hello. ", "🙂", "İ", "\u2028", "K"];
const answers = fc
  .tuple(
    fc.constantFrom("", "", "\n", ...tags),
    fc.array(fc.constantFrom(...tags, ...fences, ...rest), { maxLength: 25 }),
  )
  .map(([begin, parts]) => begin + parts.join(""));

/** The answer in pieces, cut also inside characters of two code units; a length of nought is an empty delta. */
function cut(text: string, lengths: Iterator<number>): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = Number(lengths.next().value);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

describe("any answer, cut anywhere", () => {
  const runs = { numRuns: Number(process.env["RUNS"] ?? 5_000) };

  test("is split in the same way", () => {
    const property = fc.property(answers, fc.infiniteStream(fc.nat({ max: 6 })), (answer, lengths) => {
      const { thought, text } = split(cut(answer, lengths));
      assert.deepEqual({ thought, text }, splitText(answer));
    });
    fc.assert(property, runs);
  });

  test("character by character, too, and without empty pieces", () => {
    const property = fc.property(answers, (answer) => {
      const { thought, text, pieces } = split(answer.split(""));
      assert.deepEqual({ thought, text }, splitText(answer));
      assert.ok(pieces.every((piece) => piece.text !== ""));
    });
    fc.assert(property, runs);
  });

  test("loses nothing but tags, and the white space around them", () => {
    const property = fc.property(answers, (answer) => {
      const { thought, text } = splitText(answer);
      const opened = /^\s*<(think|thinking|thought|reasoning)>/i.exec(answer);
      if (!opened) {
        assert.deepEqual({ thought, text }, { thought: "", text: answer });
        return;
      }
      const inside = answer.slice(opened[0].length);
      if (inside === text) {
        assert.ok(inside.startsWith(thought), "never closed");
        return;
      }
      assert.ok(inside.startsWith(thought) && inside.endsWith(text));
      assert.match(inside.slice(thought.length, inside.length - text.length), /^<\/\w+>\s*$/);
    });
    fc.assert(property, runs);
  });

  test("holds back no more than could still be a tag", () => {
    const splitter = new ThinkTagSplitter();
    assert.deepEqual(splitter.push("Hello"), [{ type: "text-delta", text: "Hello" }]);
    assert.deepEqual(splitter.push(" <think>"), [{ type: "text-delta", text: " <think>" }]);
    const thinking = new ThinkTagSplitter();
    thinking.push("<think>");
    assert.deepEqual(thinking.push("a long thought </th"), [{ type: "reasoning-delta", text: "a long thought " }]);
    assert.deepEqual(thinking.push("em>"), [{ type: "reasoning-delta", text: "</them>" }]);
  });

  test("costs time in proportion to its length", () => {
    const splitter = new ThinkTagSplitter();
    splitter.push("<think>");
    let pieces = 0;
    for (let delta = 0; delta < 200_000; delta++) pieces += splitter.push("<").length;
    assert.ok(pieces >= 199_999, "each is handed on at once, so nothing piles up");
  });
});
