// Alerts and footnotes, which are extensions of GitHub.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium } from "../../support/chromium";
import { MarkdownPage } from "../../support/page/markdownPage";

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
      footnotes: [...document.querySelectorAll(".footnotes > *")].map(({ id, textContent }) => [id, textContent]),
      last: document.querySelector("main > div")?.lastElementChild?.className,
    }));
    assert.deepEqual(shown, {
      text: "A claim1 andb, not[^2] or [^1].",
      links: ["#footnote-a0-1", "#footnote-a0-b", "#footnote-a0-1"],
      footnotes: [
        ["footnote-a0-1", "1 The first,\non two lines.\u00a0↩"],
        ["footnote-a0-b", "b The second1.\u00a0↩"],
        ["", "1 Twice.\u00a0↩"],
      ],
      last: "footnotes",
    });
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
