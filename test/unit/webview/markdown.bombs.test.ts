import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium, unlimitedFrameRate } from "../../support/chromium";
import { markdownBombs } from "../../support/page/markdownBombs";
import { MarkdownPage } from "../../support/page/markdownPage";
import { compareStreamed } from "./markdown/compareStreamed";
import { splitText } from "./markdown/markdownText";

/** The budget of a task is 50 ms (test/bench/README.md). The slack is for slow and busy machines. In milliseconds. */
const maxFrame = 2_000;
/** A browser needs about 20 µs for the style, layout and paint of a new element. The most are the tokens of an unfinished class. */
const maxElementsPerFrame = 3_500;

describe("an answer that repeats what is expensive", () => {
  let browser: Browser;
  let harness: MarkdownPage;
  before(async () => {
    browser = await launchChromium(unlimitedFrameRate);
    harness = await MarkdownPage.open(browser);
  });
  after(() => browser.close());

  for (const [name, text] of Object.entries(markdownBombs))
    test(`does not freeze the page, and what follows is readable: ${name}`, { timeout: 120_000 }, async () => {
      const { shown, longestFrame, mostElements } = await harness.page.evaluate(renderAtOnce, `${text}\n\nThe end.`);
      assert.match(shown, /The end\.\s*$/);
      assert.ok(longestFrame < maxFrame, `a frame of ${longestFrame.toFixed(0)} ms`);
      assert.ok(mostElements < maxElementsPerFrame, `a frame with ${mostElements} new elements`);
      assert.deepEqual(harness.errors, []);
    });

  const limited = [
    "a wide table of rows",
    "code spans",
    "list items",
    "quoted paragraphs",
    "a long list item",
    "one word",
  ];
  for (const name of [
    ...limited,
    "line breaks on lines",
    "nested details",
    "unclosed inline elements",
    "quotes on lines",
    "an HTML table",
  ])
    test(`is limited in the same way however it is split into deltas: ${name}`, { timeout: 120_000 }, async () => {
      const text = `${markdownBombs[name]?.slice(0, 30_000)}\n\nThe end.`;
      await using ownHarness = await MarkdownPage.open(browser);
      const texts = [777, 5_000].map((length) => ({ text, deltas: splitText(text, repeat(length)) }));
      const difference = await ownHarness.page.evaluate(compareStreamed, texts);
      assert.equal(difference && JSON.stringify(difference).slice(0, 500), undefined);
    });
});

function* repeat(length: number): Generator<number> {
  for (;;) yield length;
}

/** Runs in the page. Returns the shown text, and the longest time and the most new elements of a frame of the renderer. */
async function renderAtOnce(text: string): Promise<{ shown: string; longestFrame: number; mostElements: number }> {
  const container = document.createElement("div");
  document.querySelector("main")?.replaceChildren(container);
  let longestFrame = 0;
  let mostElements = 0;
  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) =>
    request((time) => {
      const start = performance.now();
      const before = container.querySelectorAll("*").length;
      callback(time);
      mostElements = Math.max(mostElements, container.querySelectorAll("*").length - before);
      longestFrame = Math.max(longestFrame, performance.now() - start);
    });
  try {
    const mounted = window.mount(container);
    mounted.push(text);
    mounted.end();
    await mounted.whenRendered();
  } finally {
    window.requestAnimationFrame = request;
  }
  return {
    shown: container.querySelector(".chunks:nth-last-child(1 of .chunks)")?.textContent.slice(-200) ?? "",
    longestFrame,
    mostElements,
  };
}
