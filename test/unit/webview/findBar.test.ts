import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import type { ChatPageHarness } from "../../support/page/chatPage";
import { chatPages, type PageOptions } from "../../support/page/chatPages";
import { answerHeader, turnViewOf } from "../../support/page/turns";

const openPage = chatPages();

const prose = "An answer that is long enough to fill a good part of the screen with words.\n\n".repeat(12);
const matchingText = "Call `basket.total()` **at the end**:\n\n```ts\nconst sum = basket.total();\n```\n";

/** Thirty turns; the first, the twentieth and the last contain two matches each. */
const thirtyTurns = Array.from({ length: 30 }, (_, index) => {
  const text = index === 0 || index === 19 || index === 29 ? prose + matchingText + prose : prose;
  return turnViewOf(`t${index}`, { question: { text: `Question ${index}`, attachments: [] } }, { text });
});

const open = async (options: PageOptions = {}): Promise<ChatPageHarness> => {
  const chat = await openPage({ state: { turns: thirtyTurns }, ...options });
  await chat.page.waitForFunction(() => document.querySelectorAll("[data-turn]").length >= 30);
  await chat.page.waitForFunction(() => document.querySelectorAll(".markdown figure").length === 3);
  return chat;
};

/** Waits until the bar shows this count. */
const waitForCount = (page: Page, text: string): Promise<unknown> =>
  page.waitForFunction((expected) => document.querySelector(".find-count")?.textContent === expected, text);

/** The text of the current match, and whether it is in view. */
const currentMatch = (page: Page): Promise<{ text: string; inView: boolean } | undefined> =>
  page.evaluate(() => {
    const [match] = CSS.highlights.get("find-current") ?? [];
    if (!match) return undefined;
    const range = document.createRange();
    range.setStart(match.startContainer, match.startOffset);
    range.setEnd(match.endContainer, match.endOffset);
    const box = range.getBoundingClientRect();
    const view = document.querySelector(".transcript")?.getBoundingClientRect();
    return { text: range.toString(), inView: !!view && box.top >= view.top && box.bottom <= view.bottom };
  });

describe("find bar", () => {
  test("steps through the matches on Enter, also in highlighted code and in turns that were never in view", async () => {
    await using chat = await open();
    const { page } = chat;
    await page.keyboard.press("Control+f");
    await page.keyboard.type("BASKET.total");
    await waitForCount(page, "1 of 6");
    for (const count of ["2 of 6", "3 of 6", "4 of 6", "5 of 6", "6 of 6", "1 of 6"]) {
      assert.deepEqual(await currentMatch(page), { text: "basket.total", inView: true }, count);
      await page.keyboard.press("Enter");
      await waitForCount(page, count);
    }
    await page.keyboard.press("Shift+Enter");
    await waitForCount(page, "6 of 6");
    assert.deepEqual(chat.errors, []);
  });

  test("closes on Escape and restores the focus, without stopping the running answer", async () => {
    const streaming = turnViewOf("t30", {}, { status: "streaming", text: "Half an answer, " });
    await using chat = await open({ state: { turns: [...thirtyTurns, streaming] } });
    const { page } = chat;
    await page.focus(".composer-text");
    await page.keyboard.press("Control+f");
    await page.keyboard.type("half an");
    await waitForCount(page, "1 of 1");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".find").count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement?.className), "composer-text");
    await page.waitForFunction(() => CSS.highlights.size === 0);
    assert.equal(chat.messages.filter(({ type }) => type === "stop").length, 0);
    const stopped = chat.nextMessage("stop");
    await page.keyboard.press("Escape");
    await stopped;
  });

  test("finds text that arrives while it is open, and reports when there are no results", async () => {
    const streaming = turnViewOf("t1", {}, { status: "streaming", text: "First words. " });
    await using chat = await openPage({ state: { turns: [streaming] } });
    await chat.send({ type: "find" });
    await chat.page.keyboard.type("later (or never)");
    await waitForCount(chat.page, "No results");
    await chat.send({ type: "delta", answer: "t1-a", text: "This comes *later* (or never)." });
    await waitForCount(chat.page, "0 of 1");
    assert.equal(await chat.page.locator(".jump").count(), 0);
    await chat.page.keyboard.press("Enter");
    await waitForCount(chat.page, "1 of 1");
    await chat.send({ type: "answer", answer: answerHeader({ id: "t1-a" }) });
    assert.deepEqual(await currentMatch(chat.page), { text: "later (or never)", inView: true });
    assert.equal(await chat.page.locator(".jump").count(), 0);
  });

  test("finds a thousand matches without measuring each, and skips text in closed details", async () => {
    const text = `${"needle and thread. ".repeat(20)}\n\n<details><summary>needle</summary>a needle<p>needle</p></details>`;
    const turns = Array.from({ length: 50 }, (_, index) => turnViewOf(`t${index}`, {}, { text }));
    await using chat = await openPage({ state: { turns } });
    await chat.page.waitForFunction(() => document.querySelectorAll(".markdown details").length === 50);
    const counter = await chat.page.evaluateHandle(() => {
      const calls = { count: 0 };
      for (const name of ["getBoundingClientRect", "checkVisibility"] as const) {
        const original: unknown = Reflect.get(Element.prototype, name);
        Object.assign(Element.prototype, {
          [name](this: Element, ...args: unknown[]): unknown {
            calls.count += 1;
            return typeof original === "function" ? Reflect.apply(original, this, args) : undefined;
          },
        });
      }
      return calls;
    });
    await chat.page.keyboard.press("Control+f");
    await chat.page.keyboard.insertText("needle");
    await chat.page.waitForFunction(() => document.querySelector(".find-count")?.textContent.endsWith("of 1050"));
    const { count } = await counter.jsonValue();
    assert.ok(count < 50, `measured ${count} times`);
  });

  test("starts with the selected text", async () => {
    await using chat = await open();
    // Selects with a script, because text still moves while the turns above it are laid out.
    await chat.page.locator(".question-text", { hasText: "Question 29" }).evaluate((question) => {
      const textNode = document.createTreeWalker(question, NodeFilter.SHOW_TEXT).nextNode();
      if (textNode) getSelection()?.setBaseAndExtent(textNode, 0, textNode, "Question".length);
    });
    await chat.page.keyboard.press("Control+f");
    await waitForCount(chat.page, "30 of 30");
    assert.equal(await chat.page.inputValue(".find-input"), "Question");
  });

  for (const theme of ["dark", "light", "high-contrast", "high-contrast-light"] as const) {
    test(`is accessible and fits the narrowest side bar (${theme})`, async () => {
      await using chat = await open({ theme, width: 180 });
      await chat.page.keyboard.press("Control+f");
      await chat.page.keyboard.type("basket");
      await waitForCount(chat.page, "1 of 6");
      const { violations } = await new AxeBuilder({ page: chat.page }).include(".find").analyze();
      assert.deepEqual(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        [],
      );
      const width = await chat.page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 180, `${width} px wide`);
      if (process.env["SHOTS"]) await chat.page.screenshot({ path: `${process.env["SHOTS"]}/find-${theme}.png` });
    });
  }
});
