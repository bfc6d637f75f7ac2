import assert from "node:assert/strict";
import path from "node:path";
import { beforeEach, describe, test } from "node:test";
import type { Locator } from "playwright-core";
import { waitForFileContent } from "../support/fileContent";
import { releaseUntil, setUpJourney, stallMidAnswer } from "./journey";

describe("Several chats", () => {
  const journey = setUpJourney();

  beforeEach(() => journey.workbench.startChat());

  /** Asks the question in a new chat and waits for the answer. */
  async function askInNewChat(question: string): Promise<void> {
    await journey.workbench.startChat();
    await journey.workbench.ask(question);
    await journey.workbench.answerTo(question).waitFor();
  }

  /** Opens the list of chats and finds the chat with this title. */
  async function findInList(title: string): Promise<Locator> {
    await journey.workbench.runCommand("freeModels.showChats");
    const row = journey.workbench.quickPickRows.filter({ hasText: title });
    await row.waitFor();
    return row;
  }

  async function clickButton(row: Locator, label: string): Promise<void> {
    await row.hover();
    await row.locator(`[aria-label^="${label}"]`).click();
  }

  test("an answer and a queued question continue while another chat is shown", async () => {
    const { workbench, openRouter } = journey;
    openRouter.script(stallMidAnswer);
    await workbench.ask("Why is the sky blue?");
    await workbench.partialAnswerTo("Why is the sky blue?").waitFor();
    await workbench.ask("And the sea?");
    await workbench.chat.locator(".queued", { hasText: "And the sea?" }).waitFor();
    await workbench.screenshot("queued-dark");
    await workbench.startChat();
    await workbench.ask("How tall is a giraffe?");
    await workbench.answerTo("How tall is a giraffe?").waitFor();
    const row = await findInList("Why is the sky blue?");
    await workbench.screenshot("chats-dark");
    await row.click();
    await releaseUntil(openRouter, workbench.answerTo("Why is the sky blue?"));
    await workbench.answerTo("And the sea?").waitFor();
    assert.equal(await workbench.chat.locator(".turn").count(), 2);
  });

  test("the list finds a chat by the words of any of its questions", async () => {
    const { workbench } = journey;
    await workbench.ask("What is a monad?");
    await workbench.answerTo("What is a monad?").waitFor();
    await workbench.ask("Is a burrito one?");
    await workbench.answerTo("Is a burrito one?").waitFor();
    await askInNewChat("What is a functor?");
    await findInList("What is a functor?");
    await workbench.quickInput.fill("quinoa");
    await workbench.quickPickRows.filter({ hasText: "No matching results" }).waitFor();
    assert.equal(await workbench.quickPickRows.count(), 1);
    await workbench.quickInput.fill("burrito");
    await workbench.quickPickRows.filter({ hasText: "Is a burrito one?" }).click();
    await workbench.answerTo("Is a burrito one?").waitFor();
    assert.equal(await workbench.chat.locator(".turn").count(), 2);
  });

  test("Ctrl+F in the chat searches the chat, not the open file", async () => {
    const { workbench } = journey;
    const { chat, composer, page } = workbench;
    await askInNewChat("What does Ctrl+F do?");
    await workbench.openFile("src/basket.ts");
    await composer.click();
    await page.keyboard.press("Control+f");
    await chat.locator(".find-input:focus").waitFor();
    await page.keyboard.type("you asked");
    await chat.locator(".find-count", { hasText: "of" }).waitFor();
    assert.equal(await page.locator(".find-widget.visible").count(), 0);
    await workbench.screenshot("find-in-chat-dark");
    await page.keyboard.press("Escape");
    await chat.locator(".find").waitFor({ state: "detached" });
  });

  test("a chat opens in an editor tab", async () => {
    const { workbench } = journey;
    await askInNewChat("Can this be a tab?");
    await workbench.runCommand("freeModels.openChatInEditor");
    await workbench.page.locator(".tab", { hasText: "Can this be a tab?" }).waitFor();
    const tab = workbench.page.frameLocator("iframe.webview >> nth=1").frameLocator("#active-frame");
    await tab.locator(".turn", { hasText: "Can this be a tab?" }).waitFor();
    await workbench.screenshot("chat-in-editor-dark");
  });

  test("a deleted chat can be restored from the list", async () => {
    const { workbench } = journey;
    await askInNewChat("How old is a tortoise?");
    const row = await findInList("How old is a tortoise?");
    await clickButton(row, "Delete");
    const restore = workbench.quickPickRows.filter({ hasText: "Restore “How old is a tortoise?”" });
    await restore.waitFor();
    await restore.click();
    await restore.waitFor({ state: "detached" });
    await row.click();
    await workbench.answerTo("How old is a tortoise?").waitFor();
  });

  test("a chat is forked from the menu of an answer", async () => {
    const { workbench } = journey;
    await askInNewChat("Where do we fork?");
    await workbench.ask("And what comes then?");
    await workbench.answerTo("And what comes then?").waitFor();
    await workbench.runFromAnswerMenu("Where do we fork?", "freeModels.forkChat");
    await workbench.turn("And what comes then?").waitFor({ state: "detached" });
    assert.equal(await workbench.chat.locator(".turn").count(), 1);
  });

  test("a chat can be renamed and pinned to the top of the list", async () => {
    const { workbench } = journey;
    const { page } = workbench;
    await askInNewChat("How fast is a cheetah?");
    await askInNewChat("How slow is a sloth?");
    await clickButton(await findInList("How fast is a cheetah?"), "Rename");
    await page.locator(".quick-input-title", { hasText: "Rename Chat" }).waitFor();
    await workbench.quickInput.fill(" ");
    await page.keyboard.press("Enter");
    await page.locator(".quick-input-message", { hasText: "Enter a name for the chat." }).waitFor();
    await workbench.quickInput.fill("Cheetahs");
    await page.keyboard.press("Enter");
    await page.locator(".quick-input-title", { hasText: "Rename Chat" }).waitFor({ state: "hidden" });
    const focusedRow = workbench.quickPickRows.and(page.locator(".focused"));
    await focusedRow.filter({ hasText: "Cheetahs" }).waitFor();
    await page.keyboard.press("ArrowUp");
    await focusedRow.filter({ hasText: "How slow is a sloth?" }).waitFor();
    await page.keyboard.press("Escape");
    const row = await findInList("Cheetahs");
    await clickButton(row, "Pin");
    await row.locator("[aria-label^='Unpin']").waitFor();
    assert.match(await workbench.quickPickRows.first().innerText(), /Cheetahs/);
    await workbench.screenshot("chats-pinned-dark");
  });

  test("a chat can be exported to a file, and imported after it was deleted", async () => {
    const { workbench } = journey;
    const { page, sandbox } = workbench;
    const question = "Where do zebras live?";
    await askInNewChat(question);
    const file = path.join(sandbox.folder, "zebras.json");
    await workbench.runCommand("freeModels.exportChat");
    await page.waitForFunction(() =>
      document.querySelector<HTMLInputElement>(".quick-input-widget input.input")?.value.endsWith("chat.md"),
    );
    await workbench.quickInput.fill(file);
    // Until the folder is listed, Enter opens it instead of saving.
    await workbench.quickPickRows.filter({ hasText: "extensions" }).waitFor();
    await page.keyboard.press("Enter");
    await waitForFileContent(file, (text) => text.includes(question));

    await clickButton(await findInList(question), "Delete");
    await workbench.quickPickRows.filter({ hasText: `Restore “${question}”` }).waitFor();
    await page.keyboard.press("Escape");
    await workbench.chat.locator(".empty").waitFor();
    await workbench.runCommand("freeModels.importChats");
    await page.locator(".quick-input-title", { hasText: "Import Chats" }).waitFor();
    // Until the first folder is listed, VS Code may replace what is typed.
    await workbench.quickPickRows.filter({ hasText: ".." }).waitFor();
    await workbench.quickInput.fill(file);
    await workbench.quickPickRows.filter({ hasText: "zebras.json" }).waitFor();
    await page.keyboard.press("Enter");
    await workbench.answerTo(question).waitFor();
  });

  test("all chats can be deleted and restored at once", async () => {
    const { workbench } = journey;
    const { page } = workbench;
    const questions = ["What do pandas eat?", "What do koalas eat?"];
    for (const question of questions) await askInNewChat(question);
    await workbench.runCommand("freeModels.deleteAllChats");
    await page.locator(".monaco-dialog-box").getByRole("button", { name: "Delete All" }).click();
    await workbench.chat.locator(".empty").waitFor();
    await workbench.showNotifications();
    await page
      .locator(".notifications-center", { hasText: /Deleted \d+ chats\./ })
      .getByRole("button", { name: "Undo" })
      .click();
    await workbench.runCommand("freeModels.showChats");
    for (const question of questions)
      await workbench.quickPickRows.filter({ hasText: question, hasNotText: "Restore" }).waitFor();
  });
});
