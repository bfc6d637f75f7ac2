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

  test("says that the project has nothing for a question, until it changes", async () => {
    await using chat = await open();
    const status = chat.page.locator(".project-search");
    await chat.page.fill(field, "@project zebra");
    await chat.send({ type: "project-search", isRunning: true });
    assert.equal((await status.innerText()).trim(), "Searching the project…");
    await chat.send({ type: "project-search", isRunning: false, nothingFor: "@project zebra" });
    assert.equal(await status.innerText(), "Found nothing in the project for this question.");
    await chat.page.fill(field, "@project zebras");
    assert.equal(await status.innerText(), "");
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
    await chat.page.locator(".composer-text:focus").waitFor();
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

  test("keeps what the host does not know yet, and posts it with what it was typed on", async () => {
    await using chat = await open();
    await chat.send({ type: "draft", draft: { text: "So", attachments: [], queued: [], revision: 10 } });
    await chat.page.locator(field).press("End");
    await chat.page.locator(field).pressSequentially(", why?");
    const posted = chat.nextMessage("draft");
    // An answer has failed, and a queued question was returned.
    await chat.send({ type: "draft", draft: { text: "First?\n\nSo", attachments: [], queued: [], revision: 11 } });
    const { text, revision, base } = await posted;
    assert.deepEqual([text, revision > 11, base], ["So, why?", true, "So"]);
    assert.equal(await chat.page.inputValue(field), "So, why?");
    const merged = { text: "First?\n\nSo, why?", attachments: [], queued: [], revision: revision + 1 };
    await chat.send({ type: "draft", draft: merged });
    assert.equal(await chat.page.inputValue(field), "First?\n\nSo, why?");
  });

  test("keeps a text that was pasted at once while the host changed its own", async () => {
    await using chat = await open();
    await chat.page.fill(field, "Pasted");
    const posted = chat.nextMessage("draft");
    await chat.send({ type: "draft", draft: { text: "First?", attachments: [], queued: [], revision: 1 } });
    assert.equal((await posted).text, "Pasted");
    assert.equal(await chat.page.inputValue(field), "Pasted");
  });

  test("takes over what the host has added to a posted text while the page was hidden", async () => {
    await using chat = await open();
    const posted = chat.nextMessage("draft");
    await chat.page.fill(field, "hello");
    const { revision } = await posted;
    await chat.page.evaluate(() => new Promise(requestAnimationFrame));
    const text = "Queued?\n\nhello";
    chat.state = { ...chat.state, draft: { text, attachments: [], queued: [], revision: revision + 1 } };
    await chat.load();
    assert.equal(await chat.page.inputValue(field), text);
  });

  test("takes over what the host has added while the user typed and removed a letter", async () => {
    await using chat = await open();
    await chat.send({ type: "draft", draft: { text: "abc", attachments: [], queued: [], revision: 1 } });
    await chat.page.locator(field).press("End");
    await chat.page.locator(field).pressSequentially("d");
    await chat.page.locator(field).press("Backspace");
    await chat.send({ type: "draft", draft: { text: "First?\n\nabc", attachments: [], queued: [], revision: 2 } });
    assert.equal(await chat.page.inputValue(field), "First?\n\nabc");
  });

  test("posts a text again that a killed host has not saved", async () => {
    await using chat = await open();
    const known = chat.nextMessage("draft");
    await chat.page.fill(field, "half a thought");
    await known;
    await chat.page.evaluate(() => new Promise(requestAnimationFrame));
    const posted = chat.nextMessage("draft");
    await chat.load();
    const { text, base } = await posted;
    assert.deepEqual([text, base], ["half a thought", ""]);
  });

  test("applies a newer draft from the host, and keeps the drafts of conversations apart", async () => {
    await using chat = await open();
    const known = chat.nextMessage("draft");
    await chat.page.fill(field, "mine");
    await known;
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
