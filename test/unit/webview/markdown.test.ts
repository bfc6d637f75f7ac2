import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import type { Browser } from "playwright-core";
import { launchChromium } from "../../support/chromium";
import { MarkdownPage } from "../../support/page/markdownPage";
import { compareStreamed } from "./markdown/compareStreamed";
import { markdownText, splitText } from "./markdown/markdownText";

describe("the Markdown renderer in a browser", () => {
  let browser: Browser;
  let harness: MarkdownPage;

  before(async () => {
    browser = await launchChromium();
    harness = await MarkdownPage.open(browser);
  });

  after(() => browser.close());

  test("renders the same HTML however a text is split into deltas", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(splitTexts, { minLength: 20, maxLength: 20 }), async (texts) => {
        for (const { text, deltas } of texts) assert.equal(deltas.join(""), text);
        const difference = await harness.page.evaluate(compareStreamed, texts);
        assert.deepEqual(difference, undefined);
      }),
      { numRuns: Number(process.env["RUNS"] ?? 20) },
    );
    assert.deepEqual(harness.errors, []);
  });

  test("sets the direction of each part of an answer by its own letters", async () => {
    const texts = [
      "Hello",
      "שלום",
      "- שלום",
      "<details><summary>שלום</summary>\n\nHello\n\n</details>",
      "```\nשלום\n```",
    ];
    await using ownHarness = await MarkdownPage.open(browser);
    const directions = await ownHarness.page.evaluate(async (answers) => {
      const found: (string | undefined)[] = [];
      for (const text of answers) {
        const container = document.createElement("div");
        document.querySelector("main")?.replaceChildren(container);
        const mounted = window.mount(container);
        mounted.push(text);
        mounted.end();
        await mounted.whenRendered();
        const innermost = container.querySelector("summary, pre, li, p");
        found.push(innermost ? getComputedStyle(innermost).direction : undefined);
      }
      return found;
    }, texts);
    assert.deepEqual(directions, ["ltr", "rtl", "rtl", "rtl", "ltr"]);
  });

  test("splits an endless word or line into chunks and leaves complete chunks untouched", async () => {
    const word = "abcdefghij".repeat(10_000);
    const values = Array.from({ length: 9_000 }, (_, at) => `"x${at}"`).join(",");
    const texts = [
      word,
      `- ${word}`,
      `> # ${word}`,
      `| ${word} |\n|-|\n| ${word} |`,
      `\`\`\`json\n[${values}]\n\`\`\`\n`,
    ];
    await using ownHarness = await MarkdownPage.open(browser);
    for (const text of texts) {
      const { shownLength, longest, elements, mutations } = await ownHarness.page.evaluate(async (text) => {
        const container = document.createElement("div");
        document.querySelector("main")?.replaceChildren(container);
        const mounted = window.mount(container);
        const half = Math.floor(text.length / 2);
        mounted.push(text.slice(0, half));
        await mounted.whenRendered();
        const chunks = [...container.querySelectorAll(".text-chunk, .code-lines")].slice(0, -1);
        const changes = new MutationObserver(() => undefined);
        for (const chunk of chunks) changes.observe(chunk, { childList: true, characterData: true, subtree: true });
        mounted.push(text.slice(half));
        mounted.end();
        await mounted.whenRendered();
        const textNodes = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
        let longest = 0;
        while (textNodes.nextNode()) longest = Math.max(longest, textNodes.currentNode.textContent?.length ?? 0);
        return {
          shownLength: container.textContent.length,
          longest,
          elements: container.querySelectorAll("*").length,
          mutations: changes.takeRecords().length,
        };
      }, text);
      const name = text.slice(0, 12);
      assert.ok(shownLength > text.length - 40, `${name}: ${shownLength} characters shown`);
      assert.ok(longest <= 8_000, `${name}: a text node of ${longest} characters`);
      assert.ok(elements < 80, `${name}: ${elements} elements`);
      assert.equal(mutations, 0, name);
    }
  });
});

const splitTexts = fc
  .tuple(markdownText, fc.infiniteStream(fc.nat({ max: 25 })))
  .map(([text, lengths]) => ({ text, deltas: splitText(text, lengths) }));
