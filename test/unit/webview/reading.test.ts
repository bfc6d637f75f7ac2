// What helps with reading long answers and wide code.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { chatPages } from "../../support/page/chatPages";
import { turnViewOf } from "../../support/page/turns";

const open = chatPages();

describe("the question above a long answer", () => {
  const question = { text: `Why is the sky blue? ${"And the sea? ".repeat(20)}\nSecond line.`, attachments: [] };
  const turns = [
    turnViewOf("t1", { question }, { text: "word ".repeat(3_000) }),
    turnViewOf("t2", { question: { text: "Short?", attachments: [] } }),
  ];
  const reminders = (page: Page): Promise<string[]> =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>(".question-reminder > button")]
        .filter((button) => getComputedStyle(button).visibility === "visible")
        .map((button) => button.innerText.slice(0, 20)),
    );
  /** Scrolls once the page has settled: until then it keeps the end in view. */
  const scrollTo = async (page: Page, top: number): Promise<void> => {
    await page.waitForFunction((top) => {
      const scroller = document.querySelector(".transcript");
      if (scroller) scroller.scrollTop = top;
      return document.querySelector(".jump");
    }, top);
    // The page learns of the scrolling with the next frame.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  };

  test("is shown in one line while it is out of view, and leads back", async () => {
    await using chat = await open({ state: { turns } });
    const { page } = chat;
    await scrollTo(page, 0);
    assert.deepEqual(await reminders(page), []);
    await scrollTo(page, 2_000);
    assert.deepEqual(await reminders(page), ["Why is the sky blue?"]);
    const button = page.locator(".question-reminder > button:visible");
    assert.ok(((await button.boundingBox())?.height ?? 99) < 30);
    await button.click();
    await page.waitForFunction(() => (document.querySelector(".transcript")?.scrollTop ?? 99) < 20);
    assert.deepEqual(chat.errors, []);
  });

  test("takes no space, and hides nothing that is scrolled to", async () => {
    await using chat = await open({ state: { turns } });
    const { page } = chat;
    const heights = await page.evaluate(() =>
      [...document.querySelectorAll(".question-reminder")].map((element) => element.getBoundingClientRect().height),
    );
    assert.deepEqual(heights, [0, 0]);
    const padding = await page.evaluate(() =>
      parseFloat(getComputedStyle(document.querySelector(".transcript") ?? document.body).scrollPaddingTop),
    );
    assert.ok(padding >= 26);
  });
});

describe("wide code", () => {
  const text = `\`\`\`ts\nconst wide = "${"word ".repeat(60)}";\n\`\`\`\n\n\`\`\`mermaid\ngraph TD; A-->B\n\`\`\`\n`;
  const isWide = (page: Page): Promise<boolean> =>
    page.evaluate(() => {
      const pre = document.querySelector(".code > pre");
      return pre !== null && pre.scrollWidth > pre.clientWidth;
    });

  test("is wrapped and unwrapped in all blocks, which the page remembers", async () => {
    await using chat = await open({ state: { turns: [turnViewOf("t1", {}, { text })] } });
    const { page } = chat;
    const toggles = page.getByRole("button", { name: "Wrap Long Lines" });
    assert.equal(await isWide(page), true);
    await toggles.first().click();
    assert.equal(await isWide(page), false);
    assert.deepEqual(await toggles.evaluateAll((buttons) => buttons.map(({ ariaPressed }) => ariaPressed)), [
      "true",
      "true",
    ]);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
    await chat.load();
    await page.waitForSelector(".code");
    assert.equal(await isWide(page), false);
    await toggles.first().click();
    assert.equal(await isWide(page), true);
    assert.deepEqual(chat.errors, []);
  });

  test("opens a diagram where VS Code draws them, and is code elsewhere", async () => {
    const turns = [turnViewOf("t1", {}, { text })];
    const environment = { canAsk: true, modelChoice: "Automatic" };
    await using without = await open({ state: { turns, environment } });
    await without.page.waitForSelector("[data-language=mermaid] button");
    assert.equal(await without.page.getByRole("button", { name: "Open Diagram" }).count(), 0);

    await using chat = await open({ state: { turns, environment: { ...environment, canOpenDiagrams: true } } });
    const posted = chat.nextMessage("code");
    await chat.page.getByRole("button", { name: "Open Diagram" }).click();
    const code = { text: "graph TD; A-->B", language: "mermaid", info: "mermaid" };
    const { block, ...message } = await posted;
    assert.deepEqual(message, { type: "code", do: "diagram", answer: "t1-a", ...code });
    assert.notEqual(block, "");
  });
});
