import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import type { Mention } from "../../../src/context/attachment";
import type { ChatPageHarness } from "../../support/page/chatPage";
import { chatPages } from "../../support/page/chatPages";
import { turnViewOf } from "../../support/page/turns";

const open = chatPages();

const field = ".composer-text";
const found: Mention[] = [
  { id: "here", kind: "selection", label: "Selection", description: "basket.ts:18-22" },
  { id: "uri:1", kind: "file", label: "basket.ts", description: "src" },
  { id: "uri:2", kind: "folder", label: "src/", description: "" },
  { id: "symbol:3", kind: "symbol", label: "addLine", description: "src/basket.ts:12" },
];

/** Types a text and answers the search for its query. */
async function search(chat: ChatPageHarness, text: string, rows: Mention[] = found): Promise<void> {
  await chat.page.locator(field).pressSequentially(text);
  const request = await lastSearch(chat, text.slice(text.indexOf("@") + 1));
  await chat.send({ type: "mentions", search: request.search, found: rows });
}

/** Waits for the search with this query. Each letter starts a search, and the messages can arrive late. */
async function lastSearch(chat: ChatPageHarness, query: string) {
  for (;;) {
    const request = chat.messages.findLast((message) => message.type === "find-mentions");
    if (request?.query === query) return request;
    await chat.nextMessage("find-mentions");
  }
}

/** The label of the active row. */
const activeLabel = (chat: ChatPageHarness): Promise<string | null> =>
  chat.page.evaluate(() => {
    const id = document.querySelector(".composer-text")?.getAttribute("aria-activedescendant");
    const row = id === null || id === undefined ? null : document.getElementById(id);
    return row?.getAttribute("aria-selected") === "true"
      ? (row.querySelector(".mention-label")?.textContent ?? "")
      : null;
  });

describe("mention list", () => {
  test("moves with the arrow keys and attaches on Enter, replacing the query by the name", async () => {
    await using chat = await open();
    await search(chat, "Why is @ba");
    assert.equal(chat.messages.findLast((message) => message.type === "find-mentions")?.query, "ba");
    assert.equal(
      await chat.page.getAttribute(field, "aria-controls"),
      await chat.page.getAttribute(".mentions ul", "id"),
    );
    assert.equal(await activeLabel(chat), "Selection");
    await chat.page.press(field, "ArrowDown");
    assert.equal(await activeLabel(chat), "basket.ts");
    const attached = chat.nextMessage("attach-mention");
    await chat.page.press(field, "Enter");
    assert.equal((await attached).id, "uri:1");
    assert.equal(await chat.page.inputValue(field), "Why is basket.ts ");
    await chat.page.locator(field).pressSequentially("slow?");
    assert.equal(await chat.page.inputValue(field), "Why is basket.ts slow?");
    assert.equal(await chat.page.locator(".mentions").count(), 0);
    assert.equal(await chat.page.getAttribute(field, "aria-controls"), null);
    assert.ok(!chat.messages.some(({ type }) => type === "submit"));
  });

  test("attaches on Tab and on click, wraps around, and leaves the focus in the composer", async () => {
    await using chat = await open();
    await search(chat, "@");
    await chat.page.press(field, "ArrowUp");
    assert.equal(await activeLabel(chat), "addLine");
    const symbol = chat.nextMessage("attach-mention");
    await chat.page.press(field, "Tab");
    assert.equal((await symbol).id, "symbol:3");
    assert.equal(await chat.page.inputValue(field), "");
    await search(chat, "@");
    const folder = chat.nextMessage("attach-mention");
    await chat.page.click(".mention >> text=src/");
    assert.equal((await folder).id, "uri:2");
    assert.equal(await chat.page.evaluate(() => document.activeElement?.className), "composer-text");
  });

  test("closes on Escape without stopping the answer, and stays closed for this @", async () => {
    await using chat = await open({ state: { turns: [turnViewOf("t1", {}, { status: "streaming" })] } });
    await search(chat, "@ba");
    await chat.page.press(field, "Escape");
    assert.equal(await chat.page.locator(".mentions").count(), 0);
    await chat.page.locator(field).pressSequentially("s");
    assert.equal(await chat.page.locator(".mentions").count(), 0);
    assert.ok(!chat.messages.some(({ type }) => type === "stop"), "the answer continues");
    const submitted = chat.nextMessage("submit");
    await chat.page.press(field, "Enter");
    assert.equal((await submitted).text, "@bas");
  });

  test("closes on Shift+Tab, which leaves the composer only when pressed again", async () => {
    await using chat = await open();
    await search(chat, "@ba");
    await chat.page.press(field, "Shift+Tab");
    assert.equal(await chat.page.locator(".mentions").count(), 0);
    assert.equal(await chat.page.evaluate(() => document.activeElement?.className), "composer-text");
    await chat.page.press(field, "Shift+Tab");
    assert.notEqual(await chat.page.evaluate(() => document.activeElement?.className), "composer-text");
  });

  test("reopens when the composer gets the focus again, unless it was dismissed", async () => {
    await using chat = await open();
    await search(chat, "see @ba");
    await chat.page.focus("[aria-label='Attach Files or Images']");
    assert.equal(await chat.page.locator(".mentions").count(), 0);
    await chat.page.focus(field);
    await chat.page.waitForSelector(".mentions");
    await chat.page.press(field, "Escape");
    await chat.page.focus("[aria-label='Attach Files or Images']");
    await chat.page.focus(field);
    assert.equal(await chat.page.locator(".mentions").count(), 0);
  });

  test("lets Enter submit the question if nothing was found", async () => {
    await using chat = await open();
    await search(chat, "What is @Override", []);
    assert.equal(await chat.page.textContent(".mentions-empty"), "No matching results");
    const submitted = chat.nextMessage("submit");
    await chat.page.press(field, "Enter");
    assert.equal((await submitted).text, "What is @Override");
  });

  test("attaches the first result of the newest search if Enter was pressed before it arrived", async () => {
    await using chat = await open();
    await search(chat, "@");
    await chat.page.locator(field).press("p");
    await chat.page.press(field, "Enter");
    await chat.page.evaluate(() => document.dispatchEvent(new Event("selectionchange")));
    const { search: newest } = await lastSearch(chat, "p");
    assert.ok(!chat.messages.some(({ type }) => type === "attach-mention" || type === "submit"));
    const attached = chat.nextMessage("attach-mention");
    const price: Mention = { id: "uri:9", kind: "file", label: "price.ts", description: "src" };
    await chat.send({ type: "mentions", search: newest - 1, found });
    await chat.send({ type: "mentions", search: newest, found: [price] });
    assert.equal((await attached).id, "uri:9");
  });

  test("does not attach on an Enter that confirms an IME composition", async () => {
    await using chat = await open();
    await search(chat, "@ni");
    await chat.page.evaluate((selector) => {
      const enter = { key: "Enter", bubbles: true, cancelable: true };
      document.querySelector(selector)?.dispatchEvent(new KeyboardEvent("keydown", { ...enter, isComposing: true }));
    }, field);
    assert.equal(await chat.page.locator(".mentions").count(), 1);
    assert.ok(!chat.messages.some(({ type }) => type === "attach-mention"));
  });

  test("closes when the cursor leaves the query, and does not open when it returns", async () => {
    await using chat = await open();
    await search(chat, "see @ba");
    await chat.page.press(field, "Home");
    await chat.page.waitForSelector(".mentions", { state: "detached" });
    await chat.page.press(field, "End");
    assert.equal(await chat.page.locator(".mentions").count(), 0);
  });

  for (const theme of ["dark", "light", "high-contrast", "high-contrast-light"] as const)
    test(`is accessible and fits 220 pixels (${theme})`, async () => {
      await using chat = await open({ theme, width: 220 });
      const long = "a/very/long/path/that/does/not/fit/into/the/side/bar";
      await search(chat, "@ba", [
        ...found,
        { id: "uri:4", kind: "file", label: "basketOfEverything.ts", description: long },
        ...Array.from({ length: 30 }, (_, index): Mention => ({
          id: `more:${index}`,
          kind: "file",
          label: `more${index}.ts`,
          description: "src",
        })),
      ]);
      await chat.page.press(field, "ArrowDown");
      const overflow = await chat.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(overflow, 0);
      const { violations } = await new AxeBuilder({ page: chat.page }).analyze();
      assert.deepEqual(
        violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
        [],
      );
      assert.match(await chat.page.innerText(".visually-hidden[role=status]"), /35 found/);
      assert.deepEqual(chat.errors, []);
    });
});
