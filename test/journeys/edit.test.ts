import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { before, describe, test } from "node:test";
import type { Locator } from "playwright-core";
import { waitForFileContent } from "../support/fileContent";
import type { Theme, Workbench } from "../support/workbench";
import { setUpJourney } from "./journey";

const rewritten = `Certainly! Here is the method:

\`\`\`ts
  /** Removes every line with this title. */
  remove(title: string): void {
    for (let i = this.lines.length - 1; i >= 0; i--) {
      if (this.lines[i].title === title) this.lines.splice(i, 1);
    }
  }
\`\`\`

Going backwards, no line is skipped.`;

const viewport = { width: 1440, height: 860 };

/** Selects the method `remove` in basket.ts and submits an instruction to *Edit Selection…*. */
async function editSelection(workbench: Workbench, instruction: string): Promise<void> {
  await workbench.openFile("src/basket.ts");
  await workbench.selectLines(18, 22);
  await workbench.runFromContextMenu("freeModels.editSelection");
  await workbench.quickInput.fill(instruction);
  await workbench.page.keyboard.press("Enter");
}

describe("The first edit with a key from the environment", () => {
  const journey = setUpJourney({ viewport });

  test("sends nothing before the user has confirmed the privacy notice", async () => {
    const { workbench, openRouter } = journey;
    await editSelection(workbench, "Remove every line with the title");
    const dialog = workbench.page.locator(".monaco-dialog-box", { hasText: "which may store them and train on them" });
    await dialog.waitFor();
    await workbench.screenshot("edit-privacy");
    assert.equal(openRouter.chatRequests.length, 0);
    openRouter.script({ answer: { text: rewritten } });
    await dialog.getByRole("button", { name: "Send", exact: true }).click();
    await workbench.page.locator(".monaco-diff-editor:visible").waitFor();
    assert.equal(openRouter.chatRequests.length, 1);
  });
});

describe("Editing with a free model", () => {
  const journey = setUpJourney({ viewport });

  // The empty chat shows the privacy notice, so that no edit asks for confirmation afterwards.
  before(async () => {
    await journey.workbench.startChat();
    await journey.workbench.ask("Are you there?");
    await journey.workbench.answerTo("Are you there?").waitFor();
  });

  const diff = (): Locator => journey.workbench.page.locator(".monaco-diff-editor:visible");
  const lens = (title: string | RegExp): Locator =>
    journey.workbench.page.locator(".codelens-decoration a", { hasText: title });

  test("shows the answer in a diff as it arrives, accepts its changes one by one, and undoes each in one step", async () => {
    const { workbench, openRouter } = journey;
    const { page } = workbench;
    const file = path.join(workbench.sandbox.workspace, "src", "basket.ts");
    openRouter.script({ fault: "stall", after: 30, answer: { text: rewritten, reasoning: "" } });
    await editSelection(workbench, "Remove every line with the title, and say so in a comment");
    await diff().locator(".modified", { hasText: "Removes every line" }).waitFor();
    await workbench.showNotifications();
    await page.locator(".notifications-center", { hasText: "Editing basket.ts:18-22" }).waitFor();
    await workbench.screenshot("edit-writing");
    openRouter.release();
    await lens("Accept all 2 changes").waitFor();
    await workbench.clearNotifications();
    await workbench.screenshot("edit-proposed-dark");

    await lens(/^\W*Accept$/)
      .first()
      .click();
    await lens("Accept all").waitFor({ state: "hidden" });
    await workbench.screenshot("edit-half");
    await page.getByRole("button", { name: "Accept Proposed Edit" }).first().click();
    await diff().waitFor({ state: "hidden" });
    await workbench.runBuiltInCommand("File: Save");
    await waitForFileContent(file, (text) => /Removes every line[^]*i = this\.lines\.length - 1/.test(text));
    await workbench.screenshot("edit-accepted");

    await page.locator(".monaco-editor.focused").first().waitFor();
    await page.keyboard.press("ControlOrMeta+z");
    await workbench.runBuiltInCommand("File: Save");
    await waitForFileContent(file, (text) => text.includes("Removes every line") && text.includes("let i = 0"));
    await page.locator(".monaco-editor.focused").first().waitFor();
    await page.keyboard.press("ControlOrMeta+z");
    await workbench.runBuiltInCommand("File: Save");
    await waitForFileContent(file, (text) => !text.includes("Removes every line"));
  });

  test("keeps the proposed edit open when the theme changes", async () => {
    const { workbench, openRouter } = journey;
    openRouter.script({ answer: { text: rewritten } });
    await editSelection(workbench, "Remove every line with the title");
    const themes: Readonly<Record<string, Theme>> = {
      light: "Light Modern",
      "high-contrast": "Dark High Contrast",
      "high-contrast-light": "Light High Contrast",
    };
    for (const [name, theme] of Object.entries(themes)) {
      await lens("Accept all 2 changes").waitFor();
      await workbench.setTheme(theme);
      await lens("Accept all 2 changes").waitFor();
      await workbench.screenshot(`edit-proposed-${name}`);
    }
  });

  test("explains why an answer without code changes nothing, and shows the answer", async () => {
    const { workbench, openRouter } = journey;
    const { page } = workbench;
    openRouter.script({ answer: { text: "I would rather not change anything here." } });
    await editSelection(workbench, "Do something");
    await workbench.showNotifications();
    const notification = page.locator(".notifications-center", { hasText: "answered without code" });
    await notification.waitFor();
    await workbench.screenshot("edit-refused");
    await notification.getByRole("button", { name: "Show Answer" }).click();
    await page.locator(".view-lines", { hasText: "I would rather not" }).first().waitFor();
  });

  test("shows a command link quoted from an answer as plain text, so that it cannot be run", async () => {
    const { workbench, openRouter } = journey;
    const comment = "// ... [rest of the code](command:workbench.action.closeAllEditors) unchanged ...";
    openRouter.script({ answer: { text: `\`\`\`ts\n${comment}\n\`\`\`` } });
    await editSelection(workbench, "Do something else");
    await workbench.showNotifications();
    const message = workbench.page.locator(".notification-list-item-message", { hasText: "omitted part of the code" });
    await message.waitFor();
    assert.match(await message.innerText(), /\[rest of the code\] \(command:/);
    assert.equal(await message.locator("a").count(), 0);
  });

  test("fixes a problem through its quick fix", async () => {
    const { workbench, openRouter } = journey;
    const { page } = workbench;
    await writeFile(
      path.join(workbench.sandbox.workspace, "src", "tax.ts"),
      'export function tax(net: number): number {\n  const rate: number = "19 %";\n  return net * rate;\n}\n',
    );
    await workbench.openFile("src/tax.ts");
    await page.locator(".squiggly-error").first().waitFor();
    await workbench.selectLines(2, 2);
    await workbench.runBuiltInCommand("Quick Fix...");
    const action = page.locator(".action-widget .monaco-list-row", { hasText: "Fix with a free model" });
    await action.waitFor();
    await workbench.screenshot("problem-actions");
    openRouter.script({
      answer: {
        text: "```ts\nexport function tax(net: number): number {\n  const rate = 0.19;\n  return net * rate;\n}\n```",
      },
    });
    // The list may open under the mouse; older versions of VS Code then ignore clicks until the mouse moves.
    await action.hover({ force: true });
    await action.click();
    await lens(/^\W*Accept$/)
      .first()
      .waitFor();
    assert.match(JSON.stringify(openRouter.chatRequests.at(-1)?.body), /not assignable to type/);
    await workbench.screenshot("problem-fix");
    await page.getByRole("button", { name: "Reject Proposed Edit" }).first().click();
    await diff().waitFor({ state: "hidden" });
  });

  test("lists a new prompt as soon as it is saved", async () => {
    const { workbench } = journey;
    const { page, chat } = workbench;
    await workbench.startChat();
    await workbench.runCommand("freeModels.editPrompts");
    await workbench.quickPickRows.filter({ hasText: "New Prompt" }).click();
    await page.locator(".quick-input-title", { hasText: "New Prompt" }).waitFor();
    await workbench.quickInput.fill("Find Races");
    await page.keyboard.press("Enter");
    await page.locator('.tab.active[data-resource-name="find-races.md"]').waitFor();
    await page.locator(".monaco-editor.focused", { hasText: "Prompt text" }).waitFor();
    await workbench.screenshot("prompt-file");
    await workbench.openFile("src/basket.ts");
    await workbench.selectLines(24, 30);
    await workbench.runFromContextMenu("freeModels.runPrompt");
    const row = workbench.quickPickRows.filter({ hasText: "Find Races" });
    await row.waitFor();
    await workbench.screenshot("prompt-list");
    await row.click();
    await workbench.answerTo("Prompt text").waitFor();
    assert.equal(await chat.locator(".turn").count(), 1);
    await workbench.screenshot("prompt-answer");
  });

  test("closes the diff of a proposed edit after a reload", async () => {
    const { workbench, openRouter } = journey;
    const { page } = workbench;
    openRouter.script({ answer: { text: rewritten } });
    await editSelection(workbench, "Remove every line with the title");
    await lens(/^\W*Accept$/)
      .first()
      .waitFor();
    await workbench.reload();
    await page.locator('.tab[data-resource-name="basket.ts"]').waitFor();
    await page.locator(".tab", { hasText: "proposed edit" }).waitFor({ state: "detached" });
    await workbench.screenshot("edit-reloaded");
  });
});
