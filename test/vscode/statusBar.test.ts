import assert from "node:assert/strict";
import { finishedAnswer, startChat } from "./chats";
import { setUpSuite, validKey } from "./suiteSetup";
import { waitFor } from "./waitFor";

describe("The status bar", () => {
  const context = setUpSuite({ hasKey: false });

  /** Saves a key that no other test uses, so that the extension has no quota for it yet. */
  const saveNewKey = (suffix: string): Promise<unknown> =>
    context.testApi.apiKey.save(`${validKey.slice(0, -suffix.length)}${suffix}`);

  async function waitForText(pattern: RegExp): Promise<void> {
    const { statusBar } = context.testApi;
    await waitFor(() => pattern.test(statusBar.text), statusBar.onDidChange);
  }

  /** Asks a question and resolves to the status of the answer. */
  async function ask(text: string): Promise<string> {
    const conversation = await startChat(context.testApi);
    await context.testApi.chat.ask({ text, attachments: [], submit: true });
    return (await finishedAnswer(conversation)).status;
  }

  test("shows the number of free requests if few are left today, and when the limit resets", async () => {
    await saveNewKey("a1");
    context.openRouter.account.set({ limits: { perMinute: 20, perDay: 50 }, usedToday: 46 });
    assert.equal(await ask("One of the last?"), "complete");
    await waitForText(/ · 3 left$/);
    assert.match(context.testApi.statusBar.tooltip, /^\*\*Free Models Router\*\*\n\n\| /);
    context.openRouter.account.set({ usedToday: 50 });
    assert.equal(await ask("One too many?"), "failed");
    await waitForText(/^\$\(history\) Limit resets at \d/);
  });

  test("offers to sign in when the key is forgotten, and does not show the quota of the old account afterwards", async () => {
    await saveNewKey("a2");
    context.openRouter.account.set({ limits: { perMinute: 20, perDay: 50 }, usedToday: 46 });
    assert.equal(await ask("One of the last?"), "complete");
    await waitForText(/ · 3 left$/);
    await context.testApi.apiKey.forget();
    await waitForText(/^\$\(account\) Free Models: Sign In$/);
    context.openRouter.account.set({ limits: undefined, usedToday: 0 });
    await saveNewKey("a3");
    await waitForText(/^\$\((sparkle|warning)\) [^·]*$/);
  });
});
