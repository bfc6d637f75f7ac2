import assert from "node:assert/strict";
import { suite, test } from "node:test";
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

/** Types into the field and answers the search that its end asks for. */
async function search(chat: ChatPageHarness, text: string, rows: Mention[] = found): Promise<void> {
  await chat.page.locator(field).pressSequentially(text);
  const asked = await lastSearch(chat, text.slice(text.indexOf("@") + 1));
  await chat.tell({ type: "mentions", search: asked.search, found: rows });
}

/** Each letter asks anew, and the page may tell of one after the next was typed. */
async function lastSearch(chat: ChatPageHarness, query: string) {
  for (;;) {
    const asked = chat.said.findLast((said) => said.type === "find-mentions");
    if (asked?.query === query) return asked;
    await chat.hears("find-mentions");
  }
}

const active = (chat: ChatPageHarness): Promise<string | null> =>
  chat.page.evaluate(() => {
    const id = document.querySelector(".composer-text")?.getAttribute("aria-activedescendant");
    const row = id === null || id === undefined ? null : document.getElementById(id);
    return row?.getAttribute("aria-selected") === "true"
      ? (row.querySelector(".mention-label")?.textContent ?? "")
      : null;
  });

suite("the list behind @", () => {
  test("arrows move and Enter takes: a chip instead of what was typed, the name kept within a sentence", async () => {
    await using chat = await open();
    await search(chat, "Why is @ba");
    assert.equal(chat.said.findLast((said) => said.type === "find-mentions")?.query, "ba");
    assert.equal(
      await chat.page.getAttribute(field, "aria-controls"),
      await chat.page.getAttribute(".mentions ul", "id"),
    );
    assert.equal(await active(chat), "Selection");
    await chat.page.press(field, "ArrowDown");
    assert.equal(await active(chat), "basket.ts");
    const attached = chat.hears("attach-mention");
    await chat.page.press(field, "Enter");
    assert.equal((await attached).id, "uri:1");
    assert.equal(await chat.page.inputValue(field), "Why is basket.ts ");
    await chat.page.locator(field).pressSequentially("slow?");
    assert.equal(await chat.page.inputValue(field), "Why is basket.ts slow?");
    assert.equal(await chat.page.locator(".mentions").count(), 0);
    assert.equal(await chat.page.getAttribute(field, "aria-controls"), null);
    assert.ok(!chat.said.some(({ type }) => type === "submit"));
  });

  test("Tab takes too, up from the first row comes the last, and the mouse takes without stealing the cursor", async () => {
    await using chat = await open();
    await search(chat, "@");
    await chat.page.press(field, "ArrowUp");
    assert.equal(await active(chat), "addLine");
    const symbol = chat.hears("attach-mention");
    await chat.page.press(field, "Tab");
    assert.equal((await symbol).id, "symbol:3");
    assert.equal(await chat.page.inputValue(field), "");
    await search(chat, "@");
    const folder = chat.hears("attach-mention");
    await chat.page.click(".mention >> text=src/");
    assert.equal((await folder).id, "uri:2");
    assert.equal(await chat.page.evaluate(() => document.activeElement?.className), "composer-text");
  });

  test("Escape closes the list and nothing else, and it stays closed for this @", async () => {
    await using chat = await open({ state: { turns: [turnViewOf("t1", {}, { status: "streaming" })] } });
    await search(chat, "@ba");
    await chat.page.press(field, "Escape");
    assert.equal(await chat.page.locator(".mentions").count(), 0);
    await chat.page.locator(field).pressSequentially("s");
    assert.equal(await chat.page.locator(".mentions").count(), 0);
    assert.ok(!chat.said.some(({ type }) => type === "stop"), "the answer goes on");
    const submitted = chat.hears("submit");
    await chat.page.press(field, "Enter");
    assert.equal((await submitted).text, "@bas");
  });

  test("Shift+Tab closes the list first, and then leaves the field", async () => {
    await using chat = await open();
    await search(chat, "@ba");
    await chat.page.press(field, "Shift+Tab");
    assert.equal(await chat.page.locator(".mentions").count(), 0);
    assert.equal(await chat.page.evaluate(() => document.activeElement?.className), "composer-text");
    await chat.page.press(field, "Shift+Tab");
    assert.notEqual(await chat.page.evaluate(() => document.activeElement?.className), "composer-text");
  });

  test("is there again when the focus comes back, and only then", async () => {
    await using chat = await open();
    await search(chat, "see @ba");
    await chat.page.focus("[aria-label='Attach Files or Pictures']");
    assert.equal(await chat.page.locator(".mentions").count(), 0);
    await chat.page.focus(field);
    await chat.page.waitForSelector(".mentions");
    await chat.page.press(field, "Escape");
    await chat.page.focus("[aria-label='Attach Files or Pictures']");
    await chat.page.focus(field);
    assert.equal(await chat.page.locator(".mentions").count(), 0);
  });

  test("where nothing is found Enter sends, as it does without an @", async () => {
    await using chat = await open();
    await search(chat, "What is @Override", []);
    assert.equal(await chat.page.textContent(".mentions-none"), "Nothing found to attach");
    const submitted = chat.hears("submit");
    await chat.page.press(field, "Enter");
    assert.equal((await submitted).text, "What is @Override");
  });

  test("Enter before the host has answered takes the best of what comes, never a row of an older search", async () => {
    await using chat = await open();
    await search(chat, "@");
    await chat.page.locator(field).press("p");
    await chat.page.press(field, "Enter");
    await chat.page.evaluate(() => document.dispatchEvent(new Event("selectionchange")));
    const { search: newest } = await lastSearch(chat, "p");
    assert.ok(!chat.said.some(({ type }) => type === "attach-mention" || type === "submit"));
    const attached = chat.hears("attach-mention");
    const price: Mention = { id: "uri:9", kind: "file", label: "price.ts", description: "src" };
    await chat.tell({ type: "mentions", search: newest - 1, found });
    await chat.tell({ type: "mentions", search: newest, found: [price] });
    assert.equal((await attached).id, "uri:9");
  });

  test("an input method's Enter takes nothing", async () => {
    await using chat = await open();
    await search(chat, "@ni");
    await chat.page.evaluate((selector) => {
      const enter = { key: "Enter", bubbles: true, cancelable: true };
      document.querySelector(selector)?.dispatchEvent(new KeyboardEvent("keydown", { ...enter, isComposing: true }));
    }, field);
    assert.equal(await chat.page.locator(".mentions").count(), 1);
    assert.ok(!chat.said.some(({ type }) => type === "attach-mention"));
  });

  test("the cursor that leaves closes it, and a mouse click into a word with an @ opens nothing", async () => {
    await using chat = await open();
    await search(chat, "see @ba");
    await chat.page.press(field, "Home");
    await chat.page.waitForSelector(".mentions", { state: "detached" });
    await chat.page.press(field, "End");
    assert.equal(await chat.page.locator(".mentions").count(), 0);
  });

  for (const theme of ["dark", "light", "high-contrast", "high-contrast-light"] as const)
    test(`fits 220 pixels and axe finds nothing: ${theme}`, async () => {
      await using chat = await open({ theme, width: 220 });
      const long = "a/very/long/path/that/does/not/fit/into/the/side/bar";
      await search(chat, "@ba", [
        ...found,
        { id: "uri:4", kind: "file", label: "basketOfEverything.ts", description: long },
        ...Array.from({ length: 30 }, (_, at): Mention => ({
          id: `more:${at}`,
          kind: "file",
          label: `more${at}.ts`,
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

      assert.deepEqual(chat.problems, []);
    });
});
