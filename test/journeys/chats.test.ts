import assert from "node:assert/strict";
import path from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { waitForFileContent } from "../support/fileContent";
import { realisticPace, startOpenRouter, type OpenRouter } from "../support/openRouter";
import { darkModern, Workbench } from "../support/workbench";

const key = `sk-or-v1-${"c0ffee00".repeat(8)}`;

/** Somebody with more than one thing on their mind. */
describe("Several chats", () => {
  let openRouter: OpenRouter;
  let workbench: Workbench;

  before(async () => {
    openRouter = await startOpenRouter({ keys: [key], pace: realisticPace });
    workbench = await Workbench.open({
      settings: { "freeModels.baseUrl": openRouter.baseUrl, "workbench.colorTheme": darkModern },
      env: { OPENROUTER_API_KEY: key },
    });
  });
  after(async () => {
    await workbench[Symbol.asyncDispose]();
    await openRouter.close();
  });
  afterEach(async (context) => {
    if ("passed" in context && !context.passed) await workbench.screenshot(`failed-${context.name}`);
  });

  const rows = () => workbench.page.locator(".quick-input-list .monaco-list-row");

  it("an answer goes on while one begins another chat, and a question asked meanwhile waits its turn", async () => {
    const { chat, composer } = workbench;
    openRouter.setPace({ betweenMs: [60, 60] });
    await workbench.command("Free Models: Open Chat");
    await composer.fill("Why is the sky blue?");
    await composer.press("Enter");
    await chat.locator(".answer[aria-busy=true] .markdown", { hasText: "You asked" }).waitFor();
    await composer.fill("And the sea?");
    await composer.press("Enter");
    await chat.locator(".queued", { hasText: "And the sea?" }).waitFor();
    await workbench.screenshot("queued-dark");
    await workbench.command("Free Models: New Chat");
    await chat.locator(".example").first().waitFor();
    openRouter.setPace(realisticPace);
    await composer.fill("How tall is a giraffe?");
    await composer.press("Enter");
    await chat.locator(".answer[aria-busy=false]").waitFor();
  });

  it("the list finds a chat by a word of its questions and shows it went on", async () => {
    const { chat, page } = workbench;
    await workbench.command("Free Models: Show Chats");
    await rows().filter({ hasText: "How tall is a giraffe?" }).waitFor();
    await workbench.screenshot("chats-dark");
    await page.keyboard.type("the sea");
    await rows().filter({ hasText: "And the sea?" }).click();
    await chat.locator(".turn", { hasText: "And the sea?" }).locator(".answer[aria-busy=false]").waitFor();
    assert.equal(await chat.locator(".turn").count(), 2);
  });

  it("Ctrl+F in the chat finds words there, although a file is open beside it", async () => {
    const { chat, composer, page } = workbench;
    await workbench.openFile("src/basket.ts");
    await composer.click();
    await page.keyboard.press("Control+f");
    await chat.locator(".find-input").waitFor();
    await page.keyboard.type("you asked");
    await chat.locator(".find-count", { hasText: "of" }).waitFor();
    assert.equal(await page.locator(".find-widget.visible").count(), 0);
    await workbench.screenshot("find-in-chat-dark");
    await page.keyboard.press("Escape");
    await chat.locator(".find").waitFor({ state: "detached" });
    await workbench.command("View: Close All Editors");
  });

  it("a chat opens in an editor tab beside the side bar's", async () => {
    const { page } = workbench;
    await workbench.command("Free Models: Open Chat in Editor");
    await page.locator(".tab", { hasText: "Why is the sky blue?" }).waitFor();
    const tab = page.frameLocator("iframe.webview >> nth=1").frameLocator("#active-frame");
    await tab.locator(".turn", { hasText: "And the sea?" }).waitFor();
    await workbench.screenshot("chat-in-editor-dark");
    await workbench.command("View: Close All Editors");
    await page.locator(".tab").waitFor({ state: "detached" });
  });

  it("a deleted chat comes back with Undo", async () => {
    await workbench.command("Free Models: Show Chats");
    const row = rows().filter({ hasText: "How tall is a giraffe?" });
    await row.hover();
    await row.locator("[aria-label^='Delete']").click();
    const undo = rows().filter({ hasText: "Restore" });
    await undo.waitFor();
    assert.equal(await rows().count(), 2);
    await undo.click();
    await undo.waitFor({ state: "detached" });
    await row.click();
    await workbench.chat.locator(".question", { hasText: "How tall is a giraffe?" }).waitFor();
  });

  it("a chat gets a name of its own and a place at the top", async () => {
    const { page } = workbench;
    await workbench.command("Free Models: Show Chats");
    const row = rows().filter({ hasText: "How tall is a giraffe?" });
    await row.hover();
    await row.locator("[aria-label^='Rename']").click();
    await titled("Rename Chat");
    await box().fill("Giraffes");
    await page.keyboard.press("Enter");
    await box().waitFor({ state: "hidden" });
    await workbench.command("Free Models: Show Chats");
    const renamed = rows().filter({ hasText: "Giraffes" });
    await renamed.hover();
    await renamed.locator("[aria-label^='Pin']").click();
    await renamed.locator("[aria-label^='Unpin']").waitFor();
    assert.match(await rows().first().innerText(), /Giraffes/);
    await workbench.screenshot("chats-pinned-dark");
    await page.keyboard.press("Escape");
  });

  it("a chat is exported; all are deleted, and brought back", async () => {
    const { page, chat, sandbox } = workbench;
    const file = path.join(sandbox.folder, "giraffes.json");
    await workbench.command("Free Models: Export Chat");
    await page.waitForFunction(() =>
      document.querySelector<HTMLInputElement>(".quick-input-widget input.input")?.value.endsWith("chat.md"),
    );
    await box().fill(file);
    // Until the folder is listed Enter goes there instead of saving.
    await rows().filter({ hasText: "extensions" }).waitFor();
    await page.keyboard.press("Enter");
    await waitForFileContent(file);

    await workbench.command("Free Models: Delete All Chats");
    await page.locator(".monaco-dialog-box").getByRole("button", { name: "Delete All" }).click();
    await chat.locator(".example").first().waitFor();
    await workbench.command("Notifications: Show Notifications");
    const told = page.locator(".notifications-center", { hasText: "Deleted 2 chats." });
    await told.getByRole("button", { name: "Undo" }).click();
    await workbench.command("Free Models: Show Chats");
    for (const hasText of ["Why is the sky blue?", "Giraffes"])
      await rows().filter({ hasText, hasNotText: "Restore" }).first().waitFor();
    await page.keyboard.press("Escape");
  });

  const box = () => workbench.page.locator(".quick-input-widget input.input");

  const titled = (title: string) => workbench.page.locator(".quick-input-title", { hasText: title }).waitFor();
});
