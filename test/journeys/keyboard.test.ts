import assert from "node:assert/strict";
import path from "node:path";
import { beforeEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Locator } from "playwright-core";
import { commandTitle, paletteTitle } from "../support/commandTitle";
import { waitForFileContent } from "../support/fileContent";
import type { Step } from "../support/openRouter";
import { accessibilityViolations } from "./accessibility";
import { setUpJourney, stallMidAnswer } from "./journey";

/** How many elements Tab may pass on its way. */
const maxTabs = 40;

const answerWithCode = `Free shipping from 40 on:

\`\`\`ts
if (total > 4000) return 0;
\`\`\``;

// No test uses the mouse, or focuses an element other than by a key.
describe("With the keyboard alone", () => {
  const journey = setUpJourney();

  beforeEach(async () => {
    await run(paletteTitle("freeModels.newChat"));
    await journey.workbench.chat.locator(".empty").waitFor();
    await composerFocused();
  });

  const press = (key: string): Promise<void> => journey.workbench.page.keyboard.press(key);
  const type = (text: string): Promise<void> => journey.workbench.page.keyboard.type(text);
  const composerFocus = (): Locator => journey.workbench.chat.locator(".composer textarea:focus");
  /** VS Code moves its own focus to the chat later than the page its own, and would close a list that is open by then. */
  async function composerFocused(): Promise<void> {
    await composerFocus().waitFor();
    await journey.workbench.page.waitForFunction(() => document.activeElement?.matches("iframe.webview"));
  }
  const chip = (label: string): Locator => journey.workbench.chat.locator(".composer .chip", { hasText: label });
  /** A button of the page that has the focus. */
  const focusedButton = (name: string): Locator =>
    journey.workbench.chat.locator("button:focus").and(journey.workbench.chat.getByRole("button", { name }));

  /** Runs a command from the command palette, by its complete title. */
  async function run(title: string): Promise<void> {
    const { page, quickPickRows } = journey.workbench;
    await press("F1");
    await page.locator(".quick-input-widget input.input:focus").waitFor();
    await type(title);
    await quickPickRows
      .and(page.locator(`.focused[aria-label="${title}"], .focused[aria-label^="${title}, "]`))
      .waitFor();
    await press("Enter");
  }

  /** Presses Tab, or another key, until this has the focus. */
  async function moveTo(target: Locator, key = "Tab"): Promise<void> {
    for (let pressed = 0; pressed < maxTabs; pressed++) {
      await press(key);
      await delay(50);
      if (await target.isVisible()) return;
    }
    assert.fail(`${key} never reaches ${String(target)}`);
  }

  async function ask(question: string): Promise<void> {
    await type(question);
    await press("Enter");
    await journey.workbench.answerTo(question).waitFor();
    await composerFocused();
  }

  /** Attaches a file of the workspace with `@`. */
  async function attach(name: string): Promise<void> {
    await type(`@${name.slice(0, 3)}`);
    await journey.workbench.chat.locator(".mention[aria-selected=true]", { hasText: name }).waitFor();
    await press("Enter");
    await chip(name).waitFor();
  }

  /** Presses a button of the focused row of the open quick pick. */
  async function pressRowButton(label: string): Promise<void> {
    const { page } = journey.workbench;
    const buttons = page.locator(".quick-input-list .monaco-list-row.focused .monaco-action-bar");
    const button = buttons.locator(`.action-label[aria-label^="${label}"]:focus`);
    // Tab reaches the buttons of a row as one element, in which the arrow keys move.
    await moveTo(buttons.locator(":focus"));
    if (!(await button.isVisible())) await moveTo(button, "ArrowRight");
    await press("Enter");
  }

  test("a file is attached with @, and its chip removed", async () => {
    const { workbench } = journey;
    const { chat } = workbench;
    await attach("price.ts");
    await type("@shi");
    await chat.locator(".mention[aria-selected=true]", { hasText: "shipping.ts" }).waitFor();
    await press("Tab");
    await chip("shipping.ts").waitFor();
    await composerFocused();
    await moveTo(focusedButton("Remove price.ts"), "Shift+Tab");
    assert.deepEqual(await accessibilityViolations(workbench), []);
    await press("Enter");
    await chip("price.ts").waitFor({ state: "detached" });
    await focusedButton("Remove shipping.ts").waitFor();
    await press("Enter");
    await chip("shipping.ts").waitFor({ state: "detached" });
    await composerFocused();
    await press("Shift+Home");
    await press("Delete");
  });

  test("the buttons of an answer and its menu are reached, and the composer again", async () => {
    const { workbench } = journey;
    const { page } = workbench;
    await ask("Who answers?");
    await moveTo(focusedButton("Copy Answer"), "Shift+Tab");
    await press("Enter");
    await page.waitForFunction(async () => (await navigator.clipboard.readText()).includes("Who answers?"));
    await focusedButton("Copy Answer").waitFor();

    await moveTo(focusedButton("More…"));
    for (const key of ["Enter", "Shift+F10"]) {
      await press(key);
      await page.locator(".monaco-menu").first().waitFor();
      await press("Escape");
      await page.locator(".monaco-menu").first().waitFor({ state: "detached" });
      await focusedButton("More…").waitFor();
    }
    await press("Enter");
    const item = page.locator(
      `.monaco-menu .action-item.focused .action-label[aria-label="${commandTitle("freeModels.askSeveralModels")}"]`,
    );
    await moveTo(item, "ArrowDown");
    await press("Escape");
    await focusedButton("More…").waitFor();

    await moveTo(focusedButton("Ask Again"), "Shift+Tab");
    await press("Enter");
    await composerFocused();
    await workbench.turn("Who answers?").getByText("2/2").waitFor();
    await moveTo(focusedButton("Previous"), "Shift+Tab");
    await press("Enter");
    await workbench.turn("Who answers?").getByText("1/2").waitFor();
    await focusedButton("Next").waitFor();
    assert.deepEqual(await accessibilityViolations(workbench), []);
    await moveTo(composerFocus());
  });

  test("an earlier question is edited and asked again, and its versions are switched", async () => {
    const { workbench } = journey;
    const { chat } = workbench;
    await ask("What is cheap?");
    await moveTo(focusedButton("Edit and Ask Again"), "Shift+Tab");
    await press("Enter");
    const editor = chat.locator(".question-editor textarea:focus");
    await editor.waitFor();
    assert.deepEqual(await accessibilityViolations(workbench), []);
    await press("Escape");
    await focusedButton("Edit and Ask Again").waitFor();

    await press("Enter");
    await editor.waitFor();
    await press("Shift+Home");
    await type("What is dear?");
    await press("Enter");
    await workbench.answerTo("What is dear?").waitFor();
    await composerFocused();
    await moveTo(
      chat
        .getByRole("toolbar", { name: "Question" })
        .getByRole("button", { name: "Previous" })
        .and(chat.locator(":focus")),
      "Shift+Tab",
    );
    await press("Enter");
    await workbench.turn("What is cheap?").waitFor();
    await focusedButton("Next").waitFor();
    await press("Enter");
    await workbench.turn("What is dear?").waitFor();
    await focusedButton("Previous").waitFor();
  });

  // Not after a test that leaves an empty chat: a new chat would look the same, and take the focus while the list is open.
  test("a file is attached with the button of the composer", async () => {
    const { page, quickPickRows } = journey.workbench;
    await moveTo(focusedButton("Attach Files or Images"));
    await press("Enter");
    await page.locator(".quick-input-title", { hasText: "Attach to Your Question" }).waitFor();
    await page.locator(".quick-input-widget input.input:focus").waitFor();
    await type("ship");
    await quickPickRows.and(page.locator(".focused", { hasText: "shipping.ts" })).waitFor();
    await press("Enter");
    await chip("shipping.ts").waitFor();
    await composerFocused();
    await moveTo(focusedButton("Remove shipping.ts"), "Shift+Tab");
    await press("Space");
    await composerFocused();
  });

  test("code of an answer is applied, and the change is kept", async () => {
    const { workbench, openRouter } = journey;
    const { page, quickPickRows, sandbox } = workbench;
    await attach("shipping.ts");
    openRouter.script({ answer: { text: answerWithCode } });
    await ask("When is shipping free?");
    await moveTo(focusedButton("Apply to File"), "Shift+Tab");
    await press("Enter");
    await quickPickRows.and(page.locator(".focused", { hasText: "Replace all of shipping.ts" })).waitFor();
    await press("Enter");
    await page.getByRole("button", { name: "Keep All Changes" }).waitFor();
    await page
      .locator(".monaco-diff-editor .modified .monaco-editor.focused, .monaco-diff-editor .modified.focused")
      .waitFor();
    await press("ControlOrMeta+Enter");
    await page.locator(".monaco-diff-editor:visible").waitFor({ state: "hidden" });
    await page.locator(".monaco-editor.focused", { hasText: "total > 4000" }).waitFor();
    await press("ControlOrMeta+s");
    await waitForFileContent(path.join(sandbox.workspace, "src", "shipping.ts"), (text) =>
      text.includes("total > 4000"),
    );
    await run(paletteTitle("freeModels.openChat"));
    await composerFocused();
  });

  test("a chat is pinned, deleted, restored and renamed in the list", async () => {
    const { workbench } = journey;
    const { page, quickPickRows } = workbench;
    const focusedRow = (text: string): Locator => quickPickRows.and(page.locator(".focused", { hasText: text }));
    await ask("How fast is a cheetah?");
    await run(paletteTitle("freeModels.showChats"));
    await page.locator(".quick-input-title", { hasText: /^Chats$/ }).waitFor();
    await page.locator(".quick-input-widget input.input:focus").waitFor();
    await type("cheetah");
    // What the search finds in the texts of the chat replaces the row.
    await focusedRow("How fast is a cheetah?")
      .filter({ hasText: /cheetah\?[^]*cheetah\?/ })
      .waitFor();
    await pressRowButton("Pin");
    await focusedRow("How fast is a cheetah?").locator("[aria-label^='Unpin']").waitFor();
    await pressRowButton("Delete");
    await focusedRow("Restore “How fast is a cheetah?”").waitFor();
    await press("Enter");
    await focusedRow("How fast is a cheetah?").locator("[aria-label^='Unpin']").waitFor();
    await pressRowButton("Rename");
    await page.locator(".quick-input-title", { hasText: "Rename Chat" }).waitFor();
    // The old title is selected.
    await type("Cheetahs");
    await press("Enter");
    await page.locator(".quick-input-title", { hasText: /^Chats$/ }).waitFor();
    await page.locator(".quick-input-widget input.input:focus").waitFor();
    await type("Cheetahs");
    await focusedRow("Cheetahs").waitFor();
    await press("Enter");
    await workbench.answerTo("How fast is a cheetah?").waitFor();
    await composerFocused();
  });

  test("a model is excluded, and how one is selected is chosen", async () => {
    const { workbench } = journey;
    const { page, chat, quickPickRows } = workbench;
    const focusedRow = (text: string): Locator => quickPickRows.and(page.locator(".focused", { hasText: text }));
    const openPicker = async (): Promise<void> => {
      await moveTo(chat.locator(".model-choice:focus"));
      await press("Enter");
      await page.locator(".quick-input-title", { hasText: "Select Model" }).waitFor();
      await quickPickRows.filter({ hasText: "free models" }).first().waitFor();
    };
    const choose = async (strategy: string): Promise<void> => {
      await type(strategy);
      await focusedRow(strategy).waitFor();
      await press("Enter");
      await chat.locator(".model-choice", { hasText: strategy }).waitFor();
      // The choice is shown before it is saved; until then the picker and its rows are still there.
      await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
      await composerFocused();
    };
    await openPicker();
    await type("Gemma");
    await focusedRow("Gemma").waitFor();
    await pressRowButton("Exclude This Model");
    await quickPickRows.locator("[aria-label^='Allow This Model']").first().waitFor();
    await moveTo(page.locator(".quick-input-widget input.input:focus"), "Shift+Tab");
    await press("End");
    await press("Shift+Home");
    await choose("Server's choice");
    await openPicker();
    await choose("Automatic (random)");
  });

  test("words are found in the chat, and the focus is back where it was", async () => {
    const { workbench, openRouter } = journey;
    const { chat } = workbench;
    // Short, since the search begins at the top of what is in view.
    openRouter.script({ answer: { text: "Waldo is at the beach." } });
    await ask("Where is Waldo?");
    await moveTo(focusedButton("Copy Answer"), "Shift+Tab");
    await press("ControlOrMeta+f");
    await chat.locator(".find-input:focus").waitFor();
    await type("waldo");
    const count = (text: string): Locator => chat.locator(".find-count", { hasText: new RegExp(`^${text} of`) });
    await count("1").waitFor();
    assert.deepEqual(await accessibilityViolations(workbench), []);
    await press("Enter");
    await count("2").waitFor();
    await press("Shift+Enter");
    await count("1").waitFor();
    await moveTo(focusedButton("Next Match (Enter)"));
    await press("Enter");
    await count("2").waitFor();
    await press("Escape");
    await chat.locator(".find").waitFor({ state: "detached" });
    await focusedButton("Copy Answer").waitFor();
  });

  test("a running answer is stopped with Escape, and one that broke off is continued", async () => {
    const { workbench, openRouter } = journey;
    const { chat } = workbench;
    const question = "Tell me everything.";
    const breaksOff: Step = { fault: "cut-midway", after: 40 };
    openRouter.script(stallMidAnswer, ...Array.from({ length: 4 }, () => breaksOff));
    await type(question);
    await press("Enter");
    await workbench.partialAnswerTo(question).waitFor();
    await press("Escape");
    await workbench.answerTo(question).waitFor();
    await composerFocused();
    await moveTo(focusedButton("Ask Again"), "Shift+Tab");
    await press("Enter");
    await composerFocused();
    await chat.locator(".error-box").waitFor();
    await moveTo(focusedButton("Continue"), "Shift+Tab");
    assert.deepEqual(await accessibilityViolations(workbench), []);
    await press("Enter");
    await chat.locator(".error-box").waitFor({ state: "detached" });
    await workbench.answerTo(question).waitFor();
    await composerFocused();
  });

  test("the reasoning is unfolded and folded, and an attachment of a question opened", async () => {
    const { workbench, openRouter } = journey;
    const { chat } = workbench;
    await attach("price.ts");
    openRouter.script({ answer: { text: "It is 5.", reasoning: "Two and three is five." } });
    await ask("costs what?");
    const fold = chat.locator(".reasoning .fold:focus");
    await moveTo(fold, "Shift+Tab");
    await press("Enter");
    await chat.locator(".reasoning-text", { hasText: "Two and three" }).waitFor();
    assert.deepEqual(await accessibilityViolations(workbench), []);
    await press("Space");
    await chat.locator(".reasoning-text").waitFor({ state: "detached" });
    await fold.waitFor();

    await moveTo(chat.locator(".question .chip-label:focus"), "Shift+Tab");
    await press("Enter");
    const preview = chat.locator(".question .chip-preview pre", { hasText: "Price" });
    await preview.waitFor();
    assert.deepEqual(await accessibilityViolations(workbench), []);
    await moveTo(chat.locator(".question .chip-preview pre:focus"));
    await press("Shift+Tab");
    await press("Enter");
    await preview.waitFor({ state: "detached" });
  });
});
