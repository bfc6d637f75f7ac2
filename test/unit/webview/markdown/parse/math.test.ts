import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseFormula } from "../../../../../src/webview/markdown/math/formula";
import type { Inline } from "../../../../../src/webview/markdown/parse/markdownBlock";
import { MarkdownLexer } from "../../../../../src/webview/markdown/parse/markdownLexer";

const formulasIn = (text: string): string[] =>
  new MarkdownLexer().inlines(text, new Set()).flatMap(function find(inline: Inline): string[] {
    if ("inlines" in inline) return inline.inlines.flatMap(find);
    return inline.type === "math" ? [inline.text] : [];
  });

describe("formulas in a paragraph", () => {
  const formulas = [
    "$x$",
    "$a_b * c_d$",
    "$\\$5$",
    "$$x$$",
    "\\(x\\)",
    "\\[x\\]",
    "$\\{a\\}$",
    "$5x$",
    "$3 + 4$",
    "$2 x$",
  ];
  for (const formula of formulas)
    test(`are between delimiters: ${formula}`, () => assert.deepEqual(formulasIn(`Let **${formula}**, or`), [formula]));

  const others = [
    ...[
      "$5 and $6",
      "$5-$10",
      "from $5 to $6.",
      "US$5 and AU$ too",
      "costs 5$ or 6$",
      "$5 million or 6$",
      "$20 per month$",
    ],
    ...[
      "$HOME and $PATH",
      "$HOME/bin:$PATH",
      "`$x$`",
      "``a $x$ b``",
      "\\$x\\$",
      "$ x $",
      "$x\ny$",
      "$x",
      "\\(x",
      "$$",
      "a$b$",
    ],
  ];
  for (const text of others)
    test(`are neither prices nor variables, code or open: ${text}`, () => assert.deepEqual(formulasIn(text), []));
});

describe("parseFormula", () => {
  test("removes the delimiters", () => {
    assert.deepEqual(["$x$", "\\(x\\)", "$$ x $$", "\\[\nx\n\\]"].map(parseFormula), [
      { tex: "x", display: false },
      { tex: "x", display: false },
      { tex: "x", display: true },
      { tex: "x", display: true },
    ]);
  });

  test("refuses what is open, empty, too long or too deep", () => {
    const refused = ["$$x", "\\[x", "$$ $$", `$${"x".repeat(1_001)}$`, `$${"{".repeat(30)}x${"}".repeat(30)}$`];
    assert.deepEqual(
      refused.map(parseFormula),
      refused.map(() => undefined),
    );
  });
});
