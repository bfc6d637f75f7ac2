import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chatPages } from "../../support/page/chatPages";

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
