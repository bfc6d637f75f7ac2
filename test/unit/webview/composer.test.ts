import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chatPages } from "../../support/page/chatPages";
import { turnViewOf } from "../../support/page/turns";

const open = chatPages();

const field = ".composer-text";

describe("composer", () => {
  test("submits once on Enter, and adds a line on Shift+Enter", async () => {
    await using chat = await open();
    await chat.page.fill(field, "first line");
    await chat.page.press(field, "Shift+Enter");
    await chat.page.locator(field).pressSequentially("second line");
    const submitted = chat.nextMessage("submit");
    await chat.page.press(field, "Enter");
    await chat.page.press(field, "Enter");
    const { text, conversation } = await submitted;
    assert.deepEqual([text, conversation], ["first line\nsecond line", "c1"]);
    assert.equal(chat.messages.filter(({ type }) => type === "submit").length, 1);
    // The text stays until the host has saved the question.
    assert.equal(await chat.page.inputValue(field), "first line\nsecond line");
    await chat.send({ type: "draft", draft: { text: "", attachments: [], queued: [], revision: 99 } });
    assert.equal(await chat.page.inputValue(field), "");
    assert.equal(await chat.page.evaluate(() => document.activeElement?.className), "composer-text");
  });

  test("does not submit on an Enter that confirms an IME composition", async () => {
    await using chat = await open();
    await chat.page.fill(field, "にほん");
    await chat.page.evaluate((selector) => {
      const target = document.querySelector(selector);
      const enter = { key: "Enter", bubbles: true, cancelable: true };
      target?.dispatchEvent(new KeyboardEvent("keydown", { ...enter, isComposing: true }));
      target?.dispatchEvent(new KeyboardEvent("keydown", { ...enter, keyCode: 229 }));
    }, field);
    const submitted = chat.nextMessage("submit");
    await chat.page.press(field, "Enter");
    await submitted;
    assert.equal(chat.messages.filter(({ type }) => type === "submit").length, 1);
  });

  test("selects the possible secret that the host held back, and has the focus", async () => {
    await using chat = await open();
    await chat.page.fill(field, "Why is hunter2 wrong?");
    const submitted = chat.nextMessage("submit");
    await chat.page.press(field, "Enter");
    const { text, revision } = await submitted;
    await chat.send({ type: "draft", draft: { text, attachments: [], queued: [], revision } });
    await chat.send({ type: "select-text", start: 7, end: 14 });
    await chat.page.waitForFunction((selector) => {
      const composer = document.querySelector<HTMLTextAreaElement>(selector);
      if (!composer || document.activeElement !== composer) return false;
      return composer.value.slice(composer.selectionStart, composer.selectionEnd) === "hunter2";
    }, field);
    assert.ok(await chat.page.isEditable(field));
  });

  test("does not submit whitespace", async () => {
    await using chat = await open();
    await chat.page.fill(field, "  \n ");
    await chat.page.press(field, "Enter");
    assert.ok(await chat.page.isDisabled(".send"));
    assert.deepEqual(
      chat.messages.filter(({ type }) => type === "submit"),
      [],
    );
  });

  test("shows queued questions with buttons to edit and remove them, and stops the answer on Escape", async () => {
    await using chat = await open();
    await chat.send({ type: "turns", from: 0, turns: [turnViewOf("t1", {}, { status: "streaming" })] });
    await chat.page.fill(field, "Next?");
    const submitted = chat.nextMessage("submit");
    await chat.page.press(field, "Enter");
    assert.equal((await submitted).text, "Next?");
    const queued = [{ id: "q1", text: "Next?", attachments: 0 }];
    await chat.send({ type: "draft", draft: { text: "", attachments: [], queued, revision: 60 } });
    assert.equal(await chat.page.textContent(".queued-text"), "Next?");
    const unqueued = chat.nextMessage("unqueue");
    await chat.page.click("[aria-label='Edit Queued Question']");
    assert.equal((await unqueued).id, "q1");
    const removed = chat.nextMessage("remove-queued");
    await chat.page.click("[aria-label='Remove Next?']");
    assert.equal((await removed).id, "q1");
    const stopped = chat.nextMessage("stop");
    await chat.page.press(field, "Escape");
    await stopped;
  });

  test("does not stop an answer on the second click of a double click on Send", async () => {
    await using chat = await open();
    const { page } = chat;
    await page.clock.install();
    await page.fill(".composer-text", "Why?");
    await page.click("[aria-label='Send']");
    await chat.send({ type: "turns", from: 0, turns: [turnViewOf("t1", {}, { status: "waiting", text: "" })] });
    await page.click("[aria-label='Stop (Esc)']");
    assert.ok(!chat.messages.some(({ type }) => type === "stop"));
    await page.clock.fastForward(500);
    const stopped = chat.nextMessage("stop");
    await page.click("[aria-label='Stop (Esc)']");
    await stopped;
  });

  test("keeps the text when the page reloads before posting it to the host", async () => {
    await using chat = await open();
    await chat.page.fill(field, "half a thought");
    await chat.page.evaluate(() => new Promise(requestAnimationFrame));
    const posted = chat.nextMessage("draft");
    await chat.load();
    assert.equal(await chat.page.inputValue(field), "half a thought");
    assert.equal((await posted).text, "half a thought");
  });

  test("applies a newer draft from the host, and keeps the drafts of conversations apart", async () => {
    await using chat = await open();
    await chat.page.fill(field, "mine");
    await chat.send({
      type: "draft",
      draft: { text: "mine\n\nExplain this.", attachments: [], queued: [], revision: 50 },
    });
    assert.equal(await chat.page.inputValue(field), "mine\n\nExplain this.");
    await chat.page.fill(field, "typed last");
    const posted = chat.nextMessage("draft");
    await chat.send({ type: "state", state: { ...chat.state, conversation: "c2" } });
    assert.equal(await chat.page.inputValue(field), "");
    const { conversation, text } = await posted;
    assert.deepEqual([conversation, text], ["c1", "typed last"]);
  });

  test("inserts the last question on Up Arrow if it is empty", async () => {
    await using chat = await open({ state: { turns: [turnViewOf("t1")] } });
    await chat.page.press(field, "ArrowUp");
    assert.equal(await chat.page.inputValue(field), "Question t1?");
  });
});
