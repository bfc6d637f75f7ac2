import fc from "fast-check";

/** Generates Markdown of fragments that start, continue and interrupt blocks, in any order and with any line breaks. */
export const markdownText = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        ...[
          "",
          "",
          "",
          " ",
          "  ",
          "   ",
          "    ",
          "\t",
          "      ",
          "> ",
          ">",
          "- ",
          "* ",
          "1. ",
          "2) ",
          "  - ",
          "   1. ",
          "> - ",
        ],
      ),
      fc.constantFrom(
        ...[
          "",
          "",
          "word",
          "two words",
          "# heading",
          "## b ##",
          "#tag",
          "---",
          "***",
          "===",
          "- - -",
          "+ plus",
          "- item",
          "-",
        ],
        ...[
          "* star",
          "1. one",
          "2. two",
          "10. ten",
          "1)",
          "- [ ] todo",
          "- [x] done",
          "[x] no",
          "> quote",
          ">",
          "```",
          "```js",
        ],
        ...[
          "````",
          "~~~",
          "~~~py x",
          "``",
          "let a = 1;",
          "| a | b |",
          "| - | - |",
          "|:-:|--|",
          "a | b",
          "- | -",
          "| 1 | 2 |",
          "|",
        ],
        ...[
          "<div>",
          "</div>",
          "<details>",
          "<summary>S</summary>",
          "</details>",
          "<!-- note",
          "-->",
          "<b>bold</b>",
          "<x-y>",
        ],
        ...[
          "<pre>",
          "</pre>",
          "<?php",
          "?>",
          "[ref]",
          "[text][ref]",
          "[ref]: /url",
          '[ref]: <u> "t"',
          '"title"',
          "[r2]:",
          "/u2",
        ],
        ...[
          "**bold**",
          "*em",
          "`code`",
          "a\\",
          "two  ",
          "$$",
          "$$x$$",
          "\\[",
          "\\]",
          "$a_b$",
          "[^a]",
          "[^a]: note",
          "[!NOTE]",
          "> [!TIP]",
          "$5 and $6",
          "\\(x",
          "y\\)",
          "&amp;",
          "![i](u)",
          "<t@x.y>",
        ],
      ),
      fc.constantFrom("\n", "\n", "\n", "\n", "\n\n", "\n\n", "\n\n\n", " ", "\n \n", ""),
    ),
    { maxLength: 14 },
  )
  .map((lines) => lines.map((line) => line.join("")).join(""));

/** Splits a text into deltas of the given lengths, in order. A length of 0 counts as 1. */
export function splitText(text: string, lengths: Iterable<number>): string[] {
  const deltas: string[] = [];
  let at = 0;
  for (const length of lengths) {
    if (at >= text.length) break;
    deltas.push(text.slice(at, at + Math.max(1, length)));
    at += Math.max(1, length);
  }
  return deltas;
}
