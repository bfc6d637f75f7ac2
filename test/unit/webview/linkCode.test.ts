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

    await chat.send({ type: "code-links", asked: names, found: names.filter((name) => name !== "ghost.ts") });
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
});
