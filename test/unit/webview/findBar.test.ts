import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import type { ChatPageHarness } from "../../support/page/chatPage";
import { chatPages, type PageWish } from "../../support/page/chatPages";
import { answerHeader, turnViewOf } from "../../support/page/turns";

const openPage = chatPages();

const prose = "An answer that is long enough to fill a good part of the screen with words.\n\n".repeat(12);
const needle = "Call `basket.total()` **at the end**:\n\n```ts\nconst sum = basket.total();\n```\n";

/** Thirty turns; words to be found stand in the first, the twentieth and the last one. */
const thirtyTurns = Array.from({ length: 30 }, (_, at) => {
  const text = at === 0 || at === 19 || at === 29 ? prose + needle + prose : prose;
  return turnViewOf(`t${at}`, { question: { text: `Question ${at}`, attachments: [] } }, { text });
});

const open = async (options: PageWish = {}): Promise<ChatPageHarness> => {
  const chat = await openPage({ state: { turns: thirtyTurns }, ...options });
  await chat.page.waitForFunction(() => document.querySelectorAll("[data-turn]").length >= 30);
  await chat.page.waitForFunction(() => document.querySelectorAll(".markdown figure").length === 3);
  return chat;
};

/** Waits until the count is what it should be. */
const counts = (page: Page, words: string): Promise<unknown> =>
  page.waitForFunction((expected) => document.querySelector(".find-count")?.textContent === expected, words);

/** What the present match says, and whether one can see it. */
const present = (page: Page): Promise<{ text: string; seen: boolean } | undefined> =>
  page.evaluate(() => {
    const [match] = CSS.highlights.get("find-current") ?? [];
    if (!match) return undefined;
    const range = document.createRange();
    range.setStart(match.startContainer, match.startOffset);
    range.setEnd(match.endContainer, match.endOffset);
    const place = range.getBoundingClientRect();
    const view = document.querySelector(".transcript")?.getBoundingClientRect();
    return { text: range.toString(), seen: !!view && place.top >= view.top && place.bottom <= view.bottom };
  });

suite("find in the chat", () => {
  test("goes from match to match by Enter, through coloured code and what was never on the screen", async () => {
    await using chat = await open();
    const { page } = chat;
    await page.keyboard.press("Control+f");
    await page.keyboard.type("BASKET.total");
    await counts(page, "1 of 6");
    for (const place of ["2 of 6", "3 of 6", "4 of 6", "5 of 6", "6 of 6", "1 of 6"]) {
      assert.deepEqual(await present(page), { text: "basket.total", seen: true }, place);
      await page.keyboard.press("Enter");
      await counts(page, place);
    }
    await page.keyboard.press("Shift+Enter");
    await counts(page, "6 of 6");
    assert.deepEqual(chat.problems, []);
  });

  test("Escape closes it, gives the focus back, and leaves the answer that is being written alone", async () => {
    const streaming = turnViewOf("t30", {}, { status: "streaming", text: "Half an answer, " });
    await using chat = await open({ state: { turns: [...thirtyTurns, streaming] } });
    const { page } = chat;
    await page.focus(".composer-text");
    await page.keyboard.press("Control+f");
    await page.keyboard.type("half an");
    await counts(page, "1 of 1");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".find").count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement?.className), "composer-text");
    await page.waitForFunction(() => CSS.highlights.size === 0);
    assert.equal(chat.said.filter(({ type }) => type === "stop").length, 0);
    const stopped = chat.hears("stop");
    await page.keyboard.press("Escape");
    await stopped;
  });

  test("finds what comes while it is open, and says when there is nothing", async () => {
    const streaming = turnViewOf("t1", {}, { status: "streaming", text: "First words. " });
    await using chat = await openPage({ state: { turns: [streaming] } });
    await chat.tell({ type: "find" });
    await chat.page.keyboard.type("later (or never)");
    await counts(chat.page, "No results");
    await chat.tell({ type: "delta", answer: "t1-a", text: "This comes *later* (or never)." });
    await counts(chat.page, "0 of 1");
    assert.equal(await chat.page.locator(".jump").count(), 0);
    await chat.page.keyboard.press("Enter");
    await counts(chat.page, "1 of 1");
    await chat.tell({ type: "answer", answer: answerHeader({ id: "t1-a" }) });
    assert.deepEqual(await present(chat.page), { text: "later (or never)", seen: true });
    assert.equal(await chat.page.locator(".jump").count(), 0);
  });

  test("a thousand places are found without asking the browser where each is; what is folded is not among them", async () => {
    const text = `${"needle and thread. ".repeat(20)}\n\n<details><summary>needle</summary>a needle<p>needle</p></details>`;
    const turns = Array.from({ length: 50 }, (_, at) => turnViewOf(`t${at}`, {}, { text }));
    await using chat = await openPage({ state: { turns } });
    await chat.page.waitForFunction(() => document.querySelectorAll(".markdown details").length === 50);
    const asked = await chat.page.evaluateHandle(() => {
      const seen = { times: 0 };
      for (const name of ["getBoundingClientRect", "checkVisibility"] as const) {
        const ask: unknown = Reflect.get(Element.prototype, name);
        Object.assign(Element.prototype, {
          [name](this: Element, ...words: unknown[]): unknown {
            seen.times += 1;
            return typeof ask === "function" ? Reflect.apply(ask, this, words) : undefined;
          },
        });
      }
      return seen;
    });
    await chat.page.keyboard.press("Control+f");
    await chat.page.keyboard.insertText("needle");
    await chat.page.waitForFunction(() => document.querySelector(".find-count")?.textContent.endsWith("of 1050"));
    const { times } = await asked.jsonValue();
    assert.ok(times < 50, `asked ${times} times`);
  });

  test("begins with the words that are selected", async () => {
    await using chat = await open();
    // Not by mouse: the place of a word still moves while answers further up are laid out.
    await chat.page.locator(".question-text", { hasText: "Question 29" }).evaluate((question) => {
      const words = document.createTreeWalker(question, NodeFilter.SHOW_TEXT).nextNode();
      if (words) getSelection()?.setBaseAndExtent(words, 0, words, "Question".length);
    });
    await chat.page.keyboard.press("Control+f");
    await counts(chat.page, "30 of 30");
    assert.equal(await chat.page.inputValue(".find-words"), "Question");
  });

  for (const theme of ["dark", "light", "high-contrast", "high-contrast-light"] as const) {
    test(`is operable for everyone and fits the narrowest side bar (${theme})`, async () => {
      await using chat = await open({ theme, width: 180 });
      await chat.page.keyboard.press("Control+f");
      await chat.page.keyboard.type("basket");
      await counts(chat.page, "1 of 6");
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
