import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../../support/chromium";
import { MarkdownPage } from "../../support/page/markdownPage";

describe("formulas in an answer", () => {
  let browser: Browser;
  before(async () => (browser = await launchChromium()));
  after(() => browser.close());

  test("are typeset in text, tables, lists and blocks, and shown as written if they have an error", async () => {
    await using harness = await MarkdownPage.open(browser);
    const text =
      "The $x^2$ and *$a$* and $\\nosuch{x}$.\n\n$$\n\\frac12\n$$\n\n| a |\n|-|\n| \\(b_1\\) |\n\n- \\[c\\]\n\n$$\nopen";
    await harness.page.evaluate(render, text);
    assert.deepEqual(await formulas(harness.page), [
      ["$x^2$", "x2", "inline"],
      ["$a$", "a", "inline"],
      ["$\\nosuch{x}$", "$\\nosuch{x}$", undefined],
      ["$$\n\\frac12\n$$", "12", "block"],
      ["\\(b_1\\)", "b1", "inline"],
      ["\\[c\\]", "c", "block"],
      ["$$\nopen", "$$\nopen", undefined],
    ]);
    assert.deepEqual([harness.errors, harness.requests], [[], []]);
  });

  test("scroll where they are wider than the answer, also in a text", async () => {
    await using harness = await MarkdownPage.open(browser, { width: 220 });
    const sum = Array.from({ length: 30 }, (_, index) => `a_{${index}}`).join(" + ");
    await harness.page.evaluate(render, `Since $${sum} = 0$ holds.\n\n$$${sum}$$`);
    const scrolled = await harness.page.locator(".math").evaluateAll((elements) =>
      elements.map((element) => {
        element.scrollLeft = 10_000;
        return { isScrolled: element.scrollLeft > 0, fits: element.clientWidth <= 220 };
      }),
    );
    assert.deepEqual(scrolled, Array(2).fill({ isScrolled: true, fits: true }));
  });

  test("are typeset as soon as they are closed, and stay when their paragraph grows", async () => {
    await using harness = await MarkdownPage.open(browser);
    const shown = await harness.page.evaluate(async () => {
      const container = document.querySelector("main") ?? document.body;
      const mounted = window.mount(container);
      const found: string[] = [];
      let formula: Element | null = null;
      for (const delta of ["Let $x", "^2", "$ be", " a <b>number</b>", " of $y$ things.\n"]) {
        mounted.push(delta);
        await mounted.whenRendered();
        found.push(container.textContent);
        formula ??= container.querySelector("math");
      }
      mounted.end();
      return found;
    });
    assert.deepEqual(shown, [
      "Let $x",
      "Let $x^2",
      "Let x2 be",
      "Let x2 be a number",
      "Let x2 be a number of y things.",
    ]);
    assert.deepEqual(harness.errors, []);
  });

  test("load their library with the first formula only", async () => {
    await using harness = await MarkdownPage.open(browser);
    const scripts = (): Promise<number> => harness.page.evaluate(() => performance.getEntriesByType("resource").length);
    await harness.page.evaluate(render, "It costs $5 and $6.");
    const before = await scripts();
    await harness.page.evaluate(render, "But $x$.");
    assert.ok((await scripts()) > before);
  });

  test("are copied as they were written", async () => {
    await using harness = await MarkdownPage.open(browser);
    await harness.page.evaluate(render, "First $x^2$ one.\n\nSecond \\(y\\) one.");
    assert.equal(await copied(harness.page, "main"), "First $x^2$ one.\n\nSecond \\(y\\) one.");
    assert.equal(await copied(harness.page, "math"), "$x^2$");
    await harness.page.evaluate(render, "Without a formula.");
    assert.equal(await copied(harness.page, "main"), undefined);
  });
});

/** Runs in the page. */
async function render(text: string): Promise<void> {
  const container = document.createElement("div");
  document.querySelector("main")?.replaceChildren(container);
  const mounted = window.mount(container);
  mounted.push(text);
  mounted.end();
  await mounted.whenRendered();
}

/** The source of each formula, its shown text, and how it is displayed if it is typeset. */
const formulas = (page: Page): Promise<(string | undefined)[][]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".math")].map((element) => {
      const math = element.querySelector("math");
      const display = math ? (math.getAttribute("display") ?? "inline") : undefined;
      return [element.dataset["tex"], element.textContent, display];
    }),
  );

/** The text that is copied when the content of an element is selected. Undefined if the browser copies as usual. */
const copied = (page: Page, selector: string): Promise<string | undefined> =>
  page.evaluate((selector) => {
    const element = document.querySelector(selector);
    if (element) document.getSelection()?.selectAllChildren(element);
    const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), cancelable: true });
    window.copyFormulas(event);
    return event.defaultPrevented ? event.clipboardData?.getData("text/plain").trim() : undefined;
  }, selector);
