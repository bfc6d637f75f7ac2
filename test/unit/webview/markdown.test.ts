import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import type { Browser } from "playwright-core";
import { launchChromium } from "../../support/chromium";
import { MarkdownPage } from "../../support/page/markdownPage";
import { compareStreamed } from "./markdown/compareStreamed";
import { cut, markdownText } from "./markdown/markdownText";

describe("the Markdown renderer in a browser", () => {
  let browser: Browser;
  let harness: MarkdownPage;

  before(async () => {
    browser = await launchChromium();
    harness = await MarkdownPage.open(browser);
  });

  after(() => browser.close());

  test("shows a text that streams as it shows the whole text, whatever the cuts", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(streamed, { minLength: 20, maxLength: 20 }), async (texts) => {
        for (const { text, pieces } of texts) assert.equal(pieces.join(""), text);
        const differing = await harness.page.evaluate(compareStreamed, texts);
        assert.deepEqual(differing, undefined);
      }),
      { numRuns: Number(process.env["RUNS"] ?? 20) },
    );
    assert.deepEqual(harness.problems, []);
  });

  test("a word or a line without end stands in pieces, and what was shown is not touched when more comes", async () => {
    const word = "abcdefghij".repeat(10_000);
    const values = Array.from({ length: 9_000 }, (_, at) => `"x${at}"`).join(",");
    const texts = [
      word,
      `- ${word}`,
      `> # ${word}`,
      `| ${word} |\n|-|\n| ${word} |`,
      `\`\`\`json\n[${values}]\n\`\`\`\n`,
    ];
    await using own = await MarkdownPage.open(browser);
    for (const text of texts) {
      const { shown, longest, elements, touched } = await own.page.evaluate(async (text) => {
        const container = document.createElement("div");
        document.querySelector("main")?.replaceChildren(container);
        const mounted = window.mount(container);
        const half = Math.floor(text.length / 2);
        mounted.push(text.slice(0, half));
        await mounted.whenShown();
        const pieces = [...container.querySelectorAll(".text-piece, .code-lines")].slice(0, -1);
        const changes = new MutationObserver(() => undefined);
        for (const piece of pieces) changes.observe(piece, { childList: true, characterData: true, subtree: true });
        mounted.push(text.slice(half));
        mounted.end();
        await mounted.whenShown();
        const texts = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
        let longest = 0;
        while (texts.nextNode()) longest = Math.max(longest, texts.currentNode.textContent?.length ?? 0);
        return {
          shown: container.textContent.length,
          longest,
          elements: container.querySelectorAll("*").length,
          touched: changes.takeRecords().length,
        };
      }, text);
      const name = text.slice(0, 12);
      assert.ok(shown > text.length - 40, `${name} shows ${shown} letters`);
      assert.ok(longest <= 8_000, `${name} has a text of ${longest} letters`);
      assert.ok(elements < 80, `${name} has ${elements} elements`);
      assert.equal(touched, 0, name);
    }
  });
});

const streamed = fc
  .tuple(markdownText, fc.infiniteStream(fc.nat({ max: 25 })))
  .map(([text, lengths]) => ({ text, pieces: cut(text, lengths) }));
