import fc from "fast-check";

/** Markdown as it may come: pieces that begin, continue and break blocks, in any order, with any line break. */
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

/** The text in pieces of the lengths given, in order; a length of 0 counts as 1. */
export function cut(text: string, lengths: Iterable<number>): string[] {
  const pieces: string[] = [];
  let at = 0;
  for (const length of lengths) {
    if (at >= text.length) break;
    pieces.push(text.slice(at, at + Math.max(1, length)));
    at += Math.max(1, length);
  }
  return pieces;
}
