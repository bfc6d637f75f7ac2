import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chatPages } from "../../support/page/chatPages";
import { turnViewOf } from "../../support/page/turns";

const open = chatPages();

describe("notices", () => {
  test("a new notice replaces an earlier one about the same thing", async () => {
    await using chat = await open();
    const notice = (text: string, about?: "saving") =>
      ({ type: "notice", notice: { severity: "info", text, ...(about && { about }) } }) as const;
    await chat.send(notice("cannot be saved", "saving"), notice("other"), notice("saved again", "saving"));
    await chat.page.waitForSelector(".notice");
    assert.deepEqual(await chat.page.locator(".notice p").allTextContents(), ["other", "saved again"]);
  });

  test("end with their cause: the question that was sent, or the chat that is left", async () => {
    await using chat = await open();
    const texts = (): Promise<string[]> => chat.page.locator(".notice p").allTextContents();
    const notice = (text: string, about?: "saving") =>
      ({ type: "notice", notice: { severity: "error", text, ...(about && { about }) } }) as const;
    await chat.send(notice("The text is too large."), notice("cannot be saved", "saving"));
    assert.deepEqual(await texts(), ["The text is too large.", "cannot be saved"]);
    await chat.page.fill(".composer-text", "Why?");
    await chat.page.press(".composer-text", "Enter");
    assert.deepEqual(await texts(), ["cannot be saved"]);
    await chat.send({ type: "state", state: { ...chat.state, conversation: "c2" } });
    assert.deepEqual(await texts(), []);
  });

  test("that answer an action end with the next one in the composer, unless they have just come", async () => {
    await using chat = await open();
    const { page } = chat;
    const texts = (): Promise<string[]> => page.locator(".notice p").allTextContents();
    const notice = (text: string, about?: "file") =>
      ({ type: "notice", notice: { severity: "error", text, ...(about && { about }) } }) as const;
    const paste = (): Promise<void> =>
      page.evaluate(() => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", "a ".repeat(5_000));
        const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
        document.querySelector(".composer-text")?.dispatchEvent(event);
      });
    const actions = {
      type: () => page.locator(".composer-text").pressSequentially("W"),
      attach: () => page.click("[aria-label='Attach Files or Images']"),
      choose: () => page.click(".model-choice"),
      paste,
    };
    await chat.send(notice("Part of the file was damaged.", "file"));
    for (const [name, act] of Object.entries(actions)) {
      await chat.send(notice("No editor is open."));
      await act();
      assert.deepEqual(await texts(), ["Part of the file was damaged.", "No editor is open."], `${name}, at once`);
      await page.evaluate(passTime, 1_050);
      await act();
      await page.getByText("No editor is open.").waitFor({ state: "detached" });
      assert.deepEqual(await texts(), ["Part of the file was damaged."], name);
    }
  });

  test("end with an example question that is asked, and with a question that is edited", async () => {
    await using chat = await open();
    await chat.send({ type: "notice", notice: { severity: "info", text: "Nothing was sent." } });
    await chat.page.waitForSelector(".notice");
    await chat.page.click(".example");
    await chat.page.waitForSelector(".notice", { state: "detached" });
    await chat.send(
      { type: "turns", from: 0, turns: [turnViewOf("t1")] },
      { type: "notice", notice: { severity: "info", text: "Nothing was sent." } },
    );
    await chat.page.click("[aria-label='Edit and Ask Again']");
    await chat.page.press(".question-editor textarea", "Enter");
    await chat.page.waitForSelector(".notice", { state: "detached" });
  });

  test("say that questions are in the composer again, until they are sent or removed", async () => {
    const draft = { text: "One?\n\nTwo?", attachments: [], queued: [], revision: 2 };
    const returned = { about: "queue", severity: "info", text: "2 queued questions were returned." } as const;
    await using chat = await open();
    const send = () => chat.send({ type: "draft", draft }, { type: "notice", notice: returned });
    await send();
    await chat.page.waitForSelector("[role=alert] .notice");
    await chat.page.fill(".composer-text", "Two?");
    assert.equal(await chat.page.locator(".notice").count(), 1);
    const posted = chat.nextMessage("draft");
    await chat.page.fill(".composer-text", "");
    await chat.page.waitForSelector(".notice", { state: "detached" });
    await posted;
    draft.revision = 9;
    await send();
    await chat.page.waitForSelector(".notice");
    await chat.page.press(".composer-text", "Enter");
    await chat.page.waitForSelector(".notice", { state: "detached" });
  });

  test("leave room for the composer in a low window", async () => {
    const text = Array.from({ length: 8 }, (_, n) => `Question ${n}?`).join("\n\n");
    await using chat = await open({ state: { turns: [turnViewOf("t1")] }, width: 320 });
    const returned = "2 queued questions were returned to the composer, separated by blank lines.";
    await chat.send(
      { type: "draft", draft: { text, attachments: [], queued: [], revision: 2 } },
      { type: "notice", notice: { about: "queue", severity: "info", text: returned } },
    );
    await chat.page.waitForSelector(".notice");
    for (const height of [200, 240, 241, 300, 360, 400, 440, 480]) {
      await chat.page.setViewportSize({ width: 320, height });
      const overlaps = await chat.page.evaluate(() => {
        const box = (selector: string) => document.querySelector(selector)?.getBoundingClientRect();
        const [notices, composer, bar] = [".notices", ".composer", ".composer-bar"].map(box);
        return {
          bar: (bar?.bottom ?? 0) > (composer?.bottom ?? 0),
          page: (composer?.bottom ?? 0) > innerHeight,
          notices: (notices?.bottom ?? 0) > (composer?.top ?? 0),
        };
      });
      assert.deepEqual(overlaps, { bar: false, page: false, notices: false }, `${height} pixels`);
    }
  });

  test("end when the question is sent again", async () => {
    const error = { sentence: "Used up.", label: "Check Again", action: { do: "check-again" } } as const;
    await using chat = await open({ state: { turns: [turnViewOf("t1", {}, { status: "failed", text: "", error })] } });
    await chat.send({ type: "notice", notice: { severity: "info", text: "Still used up." } });
    await chat.page.waitForSelector(".notice");
    await chat.page.getByRole("button", { name: "Check Again" }).click();
    await chat.page.waitForSelector(".notice", { state: "detached" });
  });

  test("a card waits for the browser with the user, with words on its buttons", async () => {
    const environment = { canAsk: false, modelChoice: "Automatic", isSigningIn: true };
    await using chat = await open({ state: { environment } });
    const card = chat.page.locator(".sign-in-card");
    assert.equal(await card.locator("p").textContent(), "Waiting for your browser.");
    await chat.page.fill(".composer-text", "Why?");
    await card.getByText("Waiting for your browser. Your question is next.").waitFor();
    const pasted = chat.nextMessage("paste-sign-in-code");
    await card.getByRole("button", { name: "Paste a Code" }).click();
    await pasted;
    const opened = chat.nextMessage("sign-in");
    await card.getByRole("button", { name: "Open Again" }).click();
    await opened;
    await chat.send({ type: "environment", environment: { canAsk: true, modelChoice: "Automatic" } });
    assert.equal(await card.count(), 0);
  });
});

/** Sets the clock of the page forward. Runs in the page. */
function passTime(ms: number): void {
  const now = performance.now.bind(performance);
  performance.now = () => now() + ms;
}
