// The contrast of all colors on the page, in each theme, as measured by axe.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { chatPages } from "../../support/page/chatPages";
import { themeNames } from "../../support/page/themes";
import { turnViewOf } from "../../support/page/turns";

const open = chatPages();

const fence = (language: string, code: string): string => `\`\`\`${language}\n${code}\n\`\`\`\n\n`;

/** Contains every token color of code, and every other Markdown element with a color. */
const text = [
  "# Orders\n\nThe `total` of [`src/basket.ts`](src/basket.ts) and <kbd>F5</kbd>, see [the docs](https://example.com/a).\n\n",
  "> A quote with `code` and ~~an error~~.\n\n- [x] done\n- [ ] to do\n\n| Month | Sum |\n| --- | ---: |\n| May | 3 |\n\n",
  "> [!NOTE]\n> A *note*.\n\n> [!TIP]\n> A tip.\n\n> [!IMPORTANT]\n> So.\n\n> [!WARNING]\n> Look `out`.\n\n> [!CAUTION]\n> Hot.\n\n",
  "A claim[^1], $x^2$ and $\\nosuch$.\n\n$$\\frac{a}{b}$$\n\n[^1]: Its [source](https://example.com/b).\n\n",
  fence(
    "ts",
    "/** Sums up. */\n@sealed\nexport class Basket<T> extends Base {\n  n = 0x1f; re = /a+\\d/g; s = `a ${this.n}\\n`;\n}",
  ),
  fence("python", '@app.route("/")\ndef total(pages: list) -> int:\n    """Sum."""\n    return len(pages) or None'),
  fence("diff", "--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-const a = 1;\n+const a = 2;"),
  fence("html", '<!DOCTYPE html>\n<a class="x" href="#y">text &amp; more</a>\n<!-- no -->'),
  fence("css", "#main > .a:hover[b] { color: #fff; margin: 2px !important; }"),
  fence("markdown", "# Title\n\n*soft* **loud** `code` [link](x)\n\n> quote"),
  fence("bash", 'export URL="$HOME/x"; echo ${URL} # done'),
  fence("yaml", "key: value\nlist:\n  - 1\n  - *anchor"),
].join("");

describe("colors of an answer", () => {
  for (const theme of themeNames) {
    test(`have enough contrast in text and code (${theme})`, async () => {
      await using chat = await open({ theme, width: 420, height: 2800 });
      const { page } = chat;
      const requested = chat.nextMessage("find-code-links");
      await chat.send({ type: "turns", from: 0, turns: [turnViewOf("t1", {}, { text })] });
      const { names } = await requested;
      await chat.send({ type: "code-links", asked: names, found: ["total"], missing: [] });
      await page.waitForFunction(() => document.querySelectorAll("figure:has([class^=hljs])").length === 8);
      await page.waitForSelector(".markdown code[role=link]");
      await page.waitForSelector(".markdown math[display=block]");
      const marks = await page.locator(".hljs-addition, .hljs-deletion").evaluateAll((lines) =>
        lines.map((line) => {
          const { backgroundColor, outlineColor, outlineStyle } = getComputedStyle(line);
          return [backgroundColor, outlineStyle === "none" ? "" : outlineColor];
        }),
      );
      const isVisible = (color: string): boolean => color !== "" && color !== "rgba(0, 0, 0, 0)";
      assert.ok(
        new Set(marks.map(String)).size === 2 && marks.every((colors) => colors.some(isVisible)),
        String(marks),
      );
      const { violations } = await new AxeBuilder({ page }).analyze();
      const problems = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ""}`),
      );
      assert.deepEqual(problems, []);
      if (process.env["SHOTS"]) await page.screenshot({ path: `${process.env["SHOTS"]}/colours-${theme}.png` });
      assert.deepEqual(chat.errors, []);
    });
  }
});
