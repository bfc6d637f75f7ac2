// Tables, alerts and footnotes, which are extensions of GitHub, and the names of languages.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium } from "../../support/chromium";
import { MarkdownPage } from "../../support/page/markdownPage";
import { compareStreamed } from "./markdown/compareStreamed";

let browser: Browser;
before(async () => (browser = await launchChromium()));
after(() => browser.close());

describe("alerts", () => {
  test("are blockquotes that start with a marker on a line of its own", async () => {
    await using harness = await MarkdownPage.open(browser);
    await harness.page.evaluate(render, [
      "> [!NOTE]\n> Read *this*.\n>\n> - one\n\n> [!tip]\n\n- > [!CAUTION]\n  > Hot\n\n> [!NOTE] text\n\n> [!OTHER]\n> x\n\n> a\n> [!NOTE]\n",
    ]);
    const shown = await harness.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>(".alert, blockquote")].map((element) => [
        element.dataset["alert"],
        element.getAttribute("role"),
        element.innerText.replace(/\s+/g, " ").trim(),
      ]),
    );
    assert.deepEqual(shown, [
      ["note", "note", "Note Read this. one"],
      ["tip", "note", "Tip"],
      ["caution", "note", "Caution Hot"],
      [undefined, null, "[!NOTE] text"],
      [undefined, null, "[!OTHER] x"],
      [undefined, null, "a [!NOTE]"],
    ]);
    assert.deepEqual(harness.errors, []);
  });
});

describe("footnotes", () => {
  const text =
    "A claim[^1] and[^b], not[^2] or `[^1]`.\n\n[^1]: The *first*,\n  on two lines.\n[^b]: The second[^1].\n\nThe end.\n\n[^1]: Twice.";

  test("are shown at the end, and references to them are links", async () => {
    await using harness = await MarkdownPage.open(browser);
    await harness.page.evaluate(render, [text]);
    const shown = await harness.page.evaluate(() => ({
      text: document.querySelector("main p")?.textContent,
      links: [...document.querySelectorAll(".footnote-reference")].map((link) => link.getAttribute("href")),
      footnotes: [...document.querySelectorAll<HTMLElement>(".footnotes > *")].map((each) => [
        each.id,
        each.innerText.trim(),
      ]),
      last: document.querySelector("main > div")?.lastElementChild?.className,
    }));
    assert.deepEqual(shown, {
      text: "A claim1 and2, not[^2] or [^1].",
      links: ["#footnote-a0-1", "#footnote-a0-b", "#footnote-a0-1"],
      footnotes: [
        ["footnote-a0-1", "1 The first, on two lines.\u00a0↩"],
        ["footnote-a0-b", "2 The second1.\u00a0↩"],
        ["", "[^1]: Twice."],
      ],
      last: "footnotes",
    });
  });

  test("are numbered and sorted by their first references, however the text arrives", async () => {
    await using harness = await MarkdownPage.open(browser);
    const named =
      "[^early]: Before the text.\n\nOne[^zebra], two[^apple], one[^zebra], three[^early], none `[^lost]`.\n\n" +
      "[^lost]: *Not* referred to.\n[^deep]: Referred to in a footnote.\n[^apple]: A fruit[^deep].\n[^zebra]: An animal.\n";
    await harness.page.evaluate(render, [named]);
    const shown = await harness.page.evaluate(() => ({
      references: [...document.querySelectorAll(".footnote-reference")].map((link) => [
        link.textContent,
        link.ariaLabel,
      ]),
      footnotes: [...document.querySelectorAll<HTMLElement>(".footnotes > *")].map((each) => each.innerText.trim()),
    }));
    assert.deepEqual(shown, {
      references: ["1", "2", "1", "3", "4"].map((number) => [number, `Footnote ${number}`]),
      footnotes: [
        "1 An animal.\u00a0↩",
        "2 A fruit4.\u00a0↩",
        "3 Before the text.\u00a0↩",
        "4 Referred to in a footnote.\u00a0↩",
        "[^lost]: Not referred to.",
      ],
    });
    const deltas = (length: number): string[] => named.match(new RegExp(`[^]{1,${length}}`, "g")) ?? [];
    const streamed = [1, 7, 60].map((length) => ({ text: named, deltas: deltas(length) }));
    assert.equal(await harness.page.evaluate(compareStreamed, streamed), undefined);
  });

  test("lead from the text to the footnote and back, within the same answer", async () => {
    await using harness = await MarkdownPage.open(browser);
    const { page } = harness;
    await page.evaluate(render, [text, text]);
    const focused = (): Promise<string | undefined> =>
      page.evaluate(() => document.activeElement?.id || document.activeElement?.getAttribute("href") || undefined);
    await page.locator("main > div:nth-child(2) .footnote-reference").nth(1).click();
    assert.equal(await focused(), "footnote-a1-b");
    await page.locator("#footnote-a1-b .footnote-back").click();
    assert.equal(await focused(), "#footnote-a1-b");
    assert.deepEqual(harness.errors, []);
  });
});

describe("tables", () => {
  const wide =
    "| Pattern | When to use it | Cost | Remark |\n| - | - | -: | - |\n" +
    "| Strategy | The algorithm changes at run time | 12 | Callers need not know about it |\n| Visitor | fast and simple | 1,234 | |\n";

  test("scroll in a narrow side bar, where each column of text is wider than its words", async () => {
    await using harness = await MarkdownPage.open(browser, { width: 220 });
    const { page } = harness;
    await page.evaluate(render, [wide, "| a | b |\n| - | - |\n| [Link](https://example.com/a-long-address) | yes |"]);
    const shown = await page.evaluate(() =>
      [...document.querySelectorAll(".table")].map((table) => ({
        scrolls: table.scrollWidth > table.clientWidth,
        lines: [...table.querySelectorAll("td")].map((cell) => Math.round(cell.clientHeight / 20)),
        bar: getComputedStyle(table).scrollbarWidth,
      })),
    );
    assert.deepEqual(
      shown.map(({ scrolls, bar }) => [scrolls, bar]),
      [
        [true, "thin"],
        [false, "thin"],
      ],
    );
    const longest = shown.map(({ lines }) => Math.max(...lines));
    assert.ok((longest[0] ?? 9) <= 3 && longest[1] === 1, `lines: ${JSON.stringify(shown)}`);
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => (document.activeElement?.scrollLeft ?? 0) > 0);
  });
});

describe("code blocks", () => {
  test("show the name of their language, or what was written", async () => {
    await using harness = await MarkdownPage.open(browser);
    const languages = ["ts", "Mermaid", "mermaid", "dot", "brainfuck", "constructor", ""];
    await harness.page.evaluate(render, [languages.map((each) => `\`\`\`${each}\nx\n\`\`\`\n`).join("\n")]);
    const shown = await harness.page.locator(".code-language").allTextContents();
    assert.deepEqual(shown, ["TypeScript", "Mermaid", "Mermaid", "Graphviz", "brainfuck", "constructor", ""]);
  });
});

/** Runs in the page. Renders each text in an answer of its own. */
async function render(texts: string[]): Promise<void> {
  document.querySelector("main")?.replaceChildren();
  for (const [index, text] of texts.entries()) {
    const container = document.createElement("div");
    document.querySelector("main")?.append(container);
    const mounted = window.mount(container, { idPrefix: `a${index}` });
    mounted.push(text);
    mounted.end();
    await mounted.whenRendered();
  }
}
