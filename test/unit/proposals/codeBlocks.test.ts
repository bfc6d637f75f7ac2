import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { codeBlocks } from "../../../src/proposals/codeBlocks";

describe("codeBlocks", () => {
  const cases: [what: string, markdown: string, blocks: [language: string, text: string, closed?: boolean][]][] = [
    ["among words", "Sure!\n```ts\nconst a = 1;\n```\nThat is it.", [["ts", "const a = 1;"]]],
    ["without a language", "```\na\nb\n```", [["", "a\nb"]]],
    ["with more than a language", '```TypeScript title="a.ts"\na\n```', [["typescript", "a"]]],
    ["in the way of Pandoc", "``` {.python #id}\na\n```", [["python", "a"]]],
    [
      "with signs in its name",
      "```c++\na\n```\n~~~c#\nb\n~~~",
      [
        ["c++", "a"],
        ["c#", "b"],
      ],
    ],
    ["with a fence of waves", "~~~js\n```\n~~~", [["js", "```"]]],
    ["with a longer fence, which quotes shorter ones", "````md\n```ts\na\n```\n````", [["md", "```ts\na\n```"]]],
    [
      "that quotes a fence as long as its own",
      "```md\n# A\n```ts\na\n```\nb\n```\ndone",
      [["md", "# A\n```ts\na\n```\nb"]],
    ],
    ["in a list", "1. Like this:\n   ```py\n   if a:\n     b\n   ```", [["py", "if a:\n  b"]]],
    ["with the line ends of Windows", "```ts\r\na\r\nb\r\n```\r\n", [["ts", "a\nb"]]],
    [
      "two of them",
      "```ts\na\n```\nor\n```ts\nb\n```",
      [
        ["ts", "a"],
        ["ts", "b"],
      ],
    ],
    ["cut in its middle", "Here:\n```ts\na\nb", [["ts", "a\nb", false]]],
    ["cut in its fence", "Here:\n``", []],
    ["none, but code in a line", "Use ```a``` here.", []],
    ["an empty one", "```ts\n```", [["ts", ""]]],
  ];
  for (const [what, markdown, expected] of cases)
    test(what, () => {
      assert.deepEqual(
        codeBlocks(markdown).map(({ language, text, closed }) => [language, text, closed]),
        expected.map(([language, text, closed = true]) => [language, text, closed]),
      );
    });

  test("returns any code without fences, whatever text surrounds it", () => {
    const line = fc.string({ unit: "grapheme" }).filter((text) => !/[`~\r\n\u2028\u2029\v\f\x85]/.test(text));
    const words = fc.array(line).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(words, fc.array(line, { minLength: 1 }), words, (before, lines, after) => {
        const code = lines.join("\n");
        assert.deepEqual(codeBlocks(`${before}\n\`\`\`ts\n${code}\n\`\`\`\n${after}`), [
          { language: "ts", text: code, closed: true },
        ]);
      }),
    );
  });
});
