import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readReplacement, partialReplacement, type ReplacementProblem } from "../../../src/proposals/readReplacement";

const original = { lines: ["function total() {", "  // ... old joke", "}"], languageId: "typescript" };
const block = (code: string, language = "ts"): string => `\`\`\`${language}\n${code}\n\`\`\``;

describe("readReplacement", () => {
  const accepted: [what: string, text: string, lines: string[]][] = [
    ["one block", block("a\nb"), ["a", "b"]],
    ["one block among chatter", `Of course!\n\n${block("a")}\n\nHope that helps \`total()\`.`, ["a"]],
    ["a block without a language", block("a", ""), ["a"]],
    ["a block in a language nobody has heard of", block("a", "blub"), ["a"]],
    ["a sister language", block("a", "jsx"), ["a"]],
    ["an empty block, which deletes", block(""), [""]],
    [
      "an ellipsis that is code",
      block("f(...args);\n// ... old joke\nlog('…')"),
      ["f(...args);", "// ... old joke", "log('…')"],
    ],
    ["a comment about existing code", block("// Keeps the existing code path."), ["// Keeps the existing code path."]],
  ];
  for (const [what, text, lines] of accepted)
    test(`reads ${what}`, () => assert.deepEqual(readReplacement({ text, truncated: false }, original), { lines }));

  const refused: [what: string, text: string, problem: ReplacementProblem][] = [
    ["words alone", "I would not change anything.", { kind: "no-code" }],
    ["nothing", "", { kind: "no-code" }],
    ["two blocks", `${block("a")}\nor\n${block("b")}`, { kind: "several-blocks", count: 2 }],
    ["cut in the middle of the block", "```ts\na", { kind: "cut" }],
    ["cut in a second block", `${block("a")}\n\`\`\`ts\nb`, { kind: "cut" }],
    ["another language", block("a", "python"), { kind: "other-language", language: "python" }],
    ["a diff", block("-a\n+b", "diff"), { kind: "other-language", language: "diff" }],
    ["dots for code", block("a\n// ...\nb"), { kind: "left-out", line: "// ..." }],
    [
      "words for code",
      block("a\n  // … rest of the function unchanged …"),
      { kind: "left-out", line: "  // … rest of the function unchanged …" },
    ],
    [
      "words for code in Python",
      block("a\n# ... existing code ..."),
      { kind: "left-out", line: "# ... existing code ..." },
    ],
  ];
  for (const [what, text, problem] of refused)
    test(`rejects ${what}`, () => assert.deepEqual(readReplacement({ text, truncated: false }, original), { problem }));

  test("rejects a truncated answer, even if it looks complete", () => {
    assert.deepEqual(readReplacement({ text: block("a"), truncated: true }, original), { problem: { kind: "cut" } });
  });

  test("accepts any language for files with embedded languages", () => {
    const page = { lines: [], languageId: "html" };
    assert.deepEqual(readReplacement({ text: block("a", "css"), truncated: false }, page), { lines: ["a"] });
  });

  test("returns complete lines while the answer streams", () => {
    const text = `Sure:\n${block("one\ntwo")}\nDone.`;
    const seen = Array.from({ length: text.length }, (_, end) => partialReplacement(text.slice(0, end + 1))?.join("|"));
    assert.deepEqual([...new Set(seen)], [undefined, "", "one", "one|two"]);
  });
});
