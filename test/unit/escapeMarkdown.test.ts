import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { marked } from "marked";
import { escapeMarkdown } from "../../src/escapeMarkdown";
import { visibleText } from "../../src/visibleText";
import { hostileNames } from "../support/hostileNames";
import { renderIcons } from "../support/vscodeText";

/** The HTML of a table cell with the text, as VS Code renders it: first Markdown, then icons. */
function cellHtml(text: string): string {
  const html = marked.parse(`| | |\n|---|---|\n| label | ${escapeMarkdown(text)} |\n`, { async: false });
  const { text: shown, icons } = renderIcons(html);
  assert.deepEqual(icons, [], html);
  assert.equal(html.split("<td>").length, 3, html);
  return /<td>label<\/td>\s*<td>([^]*)<\/td>/.exec(shown)?.[1] ?? shown;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
const decode = (html: string): string => html.replace(/&([\w#]+);/g, (whole, name: string) => entities[name] ?? whole);

describe("escapeMarkdown", () => {
  for (const name of [...hostileNames, "https://evil.example/x", "[a](https://evil.example)", "<https://evil.example>"])
    test(`shows ${JSON.stringify(name.slice(0, 40))} as text in a table`, () => {
      const html = cellHtml(name);
      assert.doesNotMatch(html, /<[a-z!/]/i);
      assert.equal(decode(html).replace(/\s+/g, " "), visibleText(name).replace(/\s+/g, " ").trim());
    });

  test("shows any text as text", () => {
    const parts = fc.constantFrom(
      ..."[]()<>|&;#*_`~\\$!-.:/@ ".split(""),
      "https://a.b",
      "$(bug)",
      "&amp;",
      "www.a.bc",
      "x",
    );
    fc.assert(
      fc.property(fc.array(parts), (pieces) => {
        const html = cellHtml(pieces.join(""));
        assert.doesNotMatch(html, /<[a-z!/]/i);
      }),
      { numRuns: 500 },
    );
  });
});
