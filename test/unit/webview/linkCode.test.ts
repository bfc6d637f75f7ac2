import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chatPages } from "../../support/page/chatPages";
import { answerHeader, turnViewOf } from "../../support/page/turns";

const open = chatPages();

const text = `Look at \`src/basket.ts:12\` and \`Basket.add\`, not at \`npm test\` or \`ghost.ts\`; see [the price](src/price.ts).

    src/basket.ts

The file \`src/basket.ts:12\` again, and [elsewhere](https://example.com/src/basket.ts).`;

describe("code links", () => {
  test("link the names that the host finds once the answer is complete, and open through the host", async () => {
    const streaming = turnViewOf("t1", {}, { status: "streaming", text });
    await using chat = await open({ state: { turns: [streaming] } });
    const { page } = chat;
    const links = page.locator(".markdown [role=link]");

    const requested = chat.nextMessage("find-code-links");
    await chat.send({ type: "answer", answer: answerHeader({ id: "t1-a" }) });
    const names = ["src/basket.ts:12", "Basket.add", "ghost.ts", "src/price.ts"];
    assert.deepEqual(await requested, { type: "find-code-links", names });
    assert.equal(await links.count(), 0);

    const found = names.filter((name) => name !== "ghost.ts");
    await chat.send({ type: "code-links", asked: names, found, missing: ["ghost.ts"] });
    assert.equal(await page.locator(".markdown .missing").count(), 0);
    assert.deepEqual(await links.allTextContents(), [
      "src/basket.ts:12",
      "Basket.add",
      "the price",
      "src/basket.ts:12",
    ]);
    assert.equal(await links.nth(1).getAttribute("title"), "Open Basket.add");

    const clicked = chat.nextMessage("open-code-link");
    await links.nth(2).click();
    assert.deepEqual(await clicked, { type: "open-code-link", name: "src/price.ts" });
    const pressed = chat.nextMessage("open-code-link");
    await links.nth(0).focus();
    await page.keyboard.press("Enter");
    assert.deepEqual(await pressed, { type: "open-code-link", name: "src/basket.ts:12" });
    assert.deepEqual(chat.errors, []);
  });

  test("mark what does not exist, in an answer about the project only", async () => {
    const attachments = [{ id: "a1", kind: "selection" as const, label: "basket.ts:1-9", reason: "contains basket" }];
    const turn = turnViewOf("t1", { question: { text: "@project basket", attachments } }, { text });
    await using chat = await open();
    const { page } = chat;
    const names = ["src/basket.ts:12", "Basket.add", "ghost.ts", "src/price.ts"];
    const requested = chat.nextMessage("find-code-links");
    await chat.send({ type: "turns", from: 0, turns: [turn] });
    await requested;
    await chat.send({
      type: "code-links",
      asked: names,
      found: ["src/basket.ts:12"],
      missing: ["src/basket.ts:12", "ghost.ts"],
    });
    const marked = page.locator(".markdown .missing");
    assert.deepEqual(await marked.allTextContents(), ["src/basket.ts:12", "ghost.ts", "src/basket.ts:12"]);
    assert.equal(await marked.nth(1).getAttribute("title"), "Not found in this project");
    assert.equal(await page.locator(".markdown .missing[role=link]").count(), 2);
    assert.match(await page.locator(".markdown").innerText(), /ghost\.ts\s+\(Not found in this project\)/);
  });
});
