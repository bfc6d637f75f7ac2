import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import type { Browser } from "playwright-core";
import { launchChromium } from "../../support/chromium";
import { MarkdownPage } from "../../support/page/markdownPage";
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
});

const streamed = fc
  .tuple(markdownText, fc.infiniteStream(fc.nat({ max: 25 })))
  .map(([text, lengths]) => ({ text, pieces: cut(text, lengths) }));

/** Runs in the page, with frames of its own making; gives the first text that does not come out the same. */
async function compareStreamed(texts: { text: string; pieces: string[] }[]): Promise<unknown> {
  let frames: FrameRequestCallback[] = [];
  window.requestAnimationFrame = (callback) => frames.push(callback);
  const frame = (): void => {
    for (const callback of frames.splice(0)) callback(performance.now());
  };
  const render = async (pieces: string[]): Promise<string> => {
    frames = [];
    const container = document.createElement("div");
    document.querySelector("main")?.replaceChildren(container);
    const mounted = window.mount(container);
    for (const piece of pieces) {
      mounted.push(piece);
      frame();
    }
    mounted.end();
    const shown = mounted.whenShown().then(() => true);
    do frame();
    while (!(await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, 0, false))])));
    return container.innerHTML;
  };
  for (const { text, pieces } of texts) {
    const [once, streaming] = [await render([text]), await render(pieces)];
    if (once !== streaming) return { text, pieces, once, streaming };
  }
  return undefined;
}
