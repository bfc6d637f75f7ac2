import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Locator } from "playwright-core";
import { proposalScheme } from "../../src/manifest";
import { waitForFileContent } from "../support/fileContent";
import type { Theme, Workbench } from "../support/workbench";
import { releaseUntil, setUpJourney } from "./journey";

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

/** Selects lines of basket.ts, by default the method `remove`, and submits an instruction to *Edit Selection…*. */
async function editSelection(
  workbench: Workbench,
  instruction: string,
  [first, last]: readonly [number, number] = [18, 22],
): Promise<void> {
  await workbench.openFile("src/basket.ts");
  await workbench.selectLines(first, last);
  await workbench.runFromContextMenu("freeModels.editSelection");
  await workbench.quickInput.fill(instruction);
  await workbench.page.keyboard.press("Enter");
}

describe("The first edits with a key from the environment", () => {
  const journey = setUpJourney({
    viewport,
    configure: (options) => ({
      ...options,
      settings: { ...options.settings, "diffEditor.codeLens": true, "diffEditor.renderSideBySide": false },
    }),
  });
  const diff = (): Locator => journey.workbench.page.locator(".monaco-diff-editor:visible");
  const lens = (title: string | RegExp): Locator =>
    diff().locator(".modified .codelens-decoration a", { hasText: title });

  test("sends nothing before the user has confirmed the privacy notice", async () => {
    const { workbench, openRouter } = journey;
    await editSelection(workbench, "Remove every line with the title");
    const dialog = workbench.page.locator(".monaco-dialog-box", { hasText: "which may store them and train on them" });
    await dialog.waitFor();
    await workbench.screenshot("edit-privacy");
    assert.equal(openRouter.chatRequests.length, 0);
    openRouter.script({ answer: { text: rewritten } });
    await dialog.getByRole("button", { name: "Send", exact: true }).click();
    await diff().waitFor();
    assert.equal(openRouter.chatRequests.length, 1);
  });

  test("has Keep and Undo above each change where the user shows lenses in diffs", async () => {
    const { workbench, openRouter } = journey;
    openRouter.script({ answer: { text: rewritten } });
    await editSelection(workbench, "Remove every line with the title");
    await lens("Keep All").waitFor();
    await workbench.screenshot("edit-lenses");
    await lens(/^\W*Undo$/)
      .first()
      .click();
    await lens("Keep All").waitFor({ state: "detached" });
    await lens(/^\W*Undo$/).click();
    await diff().waitFor({ state: "hidden" });
    await workbench.page.locator(".monaco-editor.focused", { hasText: "class Basket" }).waitFor();
    assert.equal(await workbench.page.locator(".tab.dirty").count(), 0);
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
  /** The number of the current change in the status bar. */
  const position = (text: string): Locator => journey.workbench.page.locator(".statusbar-item", { hasText: text });
  /** The texts that the extension shows after lines, which are in pseudo elements. */
  const notes = (): Promise<string[]> =>
    journey.workbench.page.evaluate(() =>
      [...document.querySelectorAll(".monaco-editor .view-line span[class*=ced-]")]
        .sort((one, other) => one.getBoundingClientRect().y - other.getBoundingClientRect().y)
        .map((element) => getComputedStyle(element, "::after").content)
        .filter((content) => content.startsWith('"'))
        .map((content) => content.slice(1, -1)),
    );
  const waitForNotes = async (...expected: readonly (string | RegExp)[]): Promise<void> => {
    const matches = (texts: readonly string[]): boolean =>
      texts.length === expected.length && expected.every((each, index) => new RegExp(each).test(texts[index] ?? ""));
    const end = Date.now() + 60_000;
    for (let texts = await notes(); !matches(texts); texts = await notes()) {
      if (Date.now() > end) assert.fail(`shown after lines: ${texts.join(", ")}`);
      await delay(100);
    }
  };

  async function hoverNote(text: string): Promise<void> {
    const { page } = journey.workbench;
    const center = await page.evaluate((content) => {
      const elements = [...document.querySelectorAll(".monaco-editor .view-line span[class*=ced-]")];
      const element = elements.find((each) => getComputedStyle(each, "::after").content === content);
      const box = element?.getBoundingClientRect();
      return box && { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    }, `"${text}"`);
    assert.ok(center, `nothing says ${text}`);
    await page.mouse.move(center.x, center.y);
  }

  /** Moves the mouse to a note until its hover is shown: an editor that is being laid out ignores the mouse. */
  async function showHover(note: string): Promise<Locator> {
    const { page } = journey.workbench;
    const hover = page.locator(".monaco-hover:visible", { hasText: "Keep · Undo" });
    for (let attempt = 0; attempt < 10 && !(await hover.isVisible()); attempt++) {
      await page.mouse.move(0, 0);
      await hoverNote(note);
      await hover.waitFor({ timeout: 3_000 }).catch(() => undefined);
    }
    await hover.waitFor();
    return hover;
  }

  /** Proposes changes of a field, a loop and a variable in basket.ts. */
  async function proposeThreeChanges(): Promise<void> {
    const { workbench, openRouter } = journey;
    const file = await readFile(path.join(workbench.sandbox.workspace, "src", "basket.ts"), "utf8");
    const changed = file
      .replace("copies: number;", "copies: number; // at least 1")
      .replace("let i = 0; i < this.lines.length; i++", "let i = this.lines.length - 1; i >= 0; i--")
      .replace("let sum = 0;", "let sum = 0; // in cents");
    openRouter.script({ answer: { text: `\`\`\`ts\n${changed}\`\`\`` } });
    await editSelection(workbench, "Improve the basket", [1, 31]);
    await waitForNotes("1 of 3", "2 of 3", "3 of 3");
  }

  /** After closing the diff: nothing is asked, and the file contains the first of the three changes. */
  async function checkOnlyFirstChangeKept(): Promise<void> {
    const { workbench } = journey;
    const { page } = workbench;
    await diff().waitFor({ state: "hidden" });
    await page.locator('.tab.active.dirty[data-resource-name="basket.ts"]').waitFor();
    assert.equal(await page.locator(".monaco-dialog-box").count(), 0);
    assert.equal(await page.locator(".tab").count(), 1);
    await workbench.runBuiltInCommand("File: Save");
    await waitForFileContent(
      path.join(workbench.sandbox.workspace, "src", "basket.ts"),
      (text) => text.includes("// at least 1") && text.includes("let i = 0") && !text.includes("// in cents"),
    );
    assert.deepEqual(await notes(), []);
  }

  test("marks the selection, shows the answer as it arrives, and keeps changes with one undo step each", async () => {
    const { workbench, openRouter } = journey;
    const { page } = workbench;
    const file = path.join(workbench.sandbox.workspace, "src", "basket.ts");
    openRouter.script({ fault: "stall", after: 0, answer: { text: rewritten, reasoning: "" } });
    await editSelection(workbench, "Remove every line with the title, and say so in a comment");
    await waitForNotes(/^Esc to cancel · Editing with .+…$/);
    const bars = await page
      .locator(".monaco-editor .cdr")
      .evaluateAll((lines) => lines.filter((line) => getComputedStyle(line).borderLeft.startsWith("2px solid")).length);
    assert.ok(bars >= 5, `${bars} of 5 lines are marked`);
    await workbench.screenshot("edit-waiting");
    await page.keyboard.press("Escape");
    await waitForNotes();
    assert.equal(await openRouter.chatRequests.at(-1)?.ended, "closed-by-client");

    openRouter.script({ fault: "stall", after: 30, answer: { text: rewritten, reasoning: "" } });
    await editSelection(workbench, "Remove every line with the title, and say so in a comment");
    await diff().locator(".modified", { hasText: "Removes every line" }).waitFor();
    await workbench.showNotifications();
    await page.locator(".notifications-center", { hasText: "Editing basket.ts:18-22" }).waitFor();
    await workbench.screenshot("edit-writing");
    await releaseUntil(openRouter, page.getByRole("button", { name: "Keep Change" }));
    await waitForNotes("1 of 2", "2 of 2");
    await workbench.clearNotifications();
    assert.equal(await page.locator(".editor-group-container").count(), 1);
    await workbench.screenshot("edit-proposed-dark");

    await page.getByRole("button", { name: "Keep Change" }).click();
    await waitForNotes("1 of 1");
    await workbench.screenshot("edit-half");
    await page.getByRole("button", { name: "Keep All Changes" }).click();
    await diff().waitFor({ state: "hidden" });
    await page.locator(".monaco-editor.focused").first().waitFor();
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

  test("keeps one of three changes, undoes another and leaves the third, with the keyboard alone", async () => {
    const { workbench } = journey;
    const { page } = workbench;
    await proposeThreeChanges();
    // The diff has the focus.
    await position("Change 1 of 3").waitFor();
    await page.keyboard.press("ControlOrMeta+y");
    await waitForNotes("1 of 2", "2 of 2");
    await position("Change 1 of 2").waitFor();
    await page.keyboard.press("ControlOrMeta+Shift+y");
    await waitForNotes("1 of 1");
    await workbench.screenshot("edit-hunks-keyboard");
    await workbench.runBuiltInCommand("View: Close Editor");
    await position("Change").waitFor({ state: "hidden" });
    await checkOnlyFirstChangeKept();
  });

  test("keeps one of three changes, undoes another and leaves the third, with the mouse alone", async () => {
    const { workbench } = journey;
    const { page } = workbench;
    await proposeThreeChanges();
    const hover = await showHover("1 of 3");
    await workbench.screenshot("edit-hunks-hover");
    await hover.getByText("Keep", { exact: true }).click();
    await waitForNotes("1 of 2", "2 of 2");
    await diff().locator(".modified .view-line", { hasText: "copies: number" }).click();
    await page.getByRole("button", { name: "Undo Change" }).click();
    await waitForNotes("1 of 1");
    await workbench.screenshot("edit-hunks-mouse");
    await page.locator(".tab.active .tab-actions .action-label").click();
    await checkOnlyFirstChangeKept();
  });

  test("has its buttons in the title bar of the diff of an untitled document", async () => {
    const { workbench, openRouter } = journey;
    const { page } = workbench;
    await workbench.runBuiltInCommand("File: New Untitled Text File");
    await page.locator(".monaco-editor.focused").waitFor();
    await page.keyboard.type("first");
    await page.locator(".tab.active.dirty", { hasText: "Untitled-1" }).waitFor();
    openRouter.script({ answer: { text: "```\nsecond\n```" } });
    await workbench.runCommand("freeModels.editSelection");
    await workbench.quickInput.fill("Count on");
    await page.keyboard.press("Enter");
    await diff().locator(".modified", { hasText: "second" }).waitFor();
    await page.getByRole("button", { name: "Request Another Edit" }).waitFor();
    await page.getByRole("button", { name: "Keep All Changes" }).click();
    await diff().waitFor({ state: "hidden" });
    await page.locator(".monaco-editor.focused", { hasText: "second" }).waitFor();
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
      await waitForNotes("1 of 2", "2 of 2");
      await workbench.setTheme(theme);
      await waitForNotes("1 of 2", "2 of 2");
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
    await waitForNotes();
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
    await waitForNotes("1 of 1");
    assert.match(JSON.stringify(openRouter.chatRequests.at(-1)?.body), /not assignable to type/);
    await workbench.screenshot("problem-fix");
    await page.getByRole("button", { name: "Undo All Changes" }).click();
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
    await page.keyboard.type("Find data races.");
    await page.keyboard.press("ControlOrMeta+s");
    await page.locator(".tab.active:not(.dirty)").waitFor();
    await workbench.openFile("src/basket.ts");
    await workbench.selectLines(24, 30);
    await workbench.runFromContextMenu("freeModels.runPrompt");
    const row = workbench.quickPickRows.filter({ hasText: "Find Races" });
    await row.waitFor();
    await workbench.screenshot("prompt-list");
    await row.click();
    await workbench.answerTo("Find data races.").waitFor();
    assert.equal(await chat.locator(".turn").count(), 1);
    await workbench.screenshot("prompt-answer");
  });

  test("closes the diff of a proposed edit after a reload", async () => {
    const { workbench, openRouter } = journey;
    const { page } = workbench;
    await workbench.waitForStoredTab(proposalScheme, false);
    openRouter.script({ answer: { text: rewritten } });
    await editSelection(workbench, "Remove every line with the title");
    await waitForNotes("1 of 2", "2 of 2");
    await workbench.waitForStoredTab(proposalScheme, true);
    await workbench.reload();
    await page.locator('.tab[data-resource-name="basket.ts"]').waitFor();
    await page.locator(".tab", { hasText: "proposed edit" }).waitFor({ state: "detached" });
    await workbench.screenshot("edit-reloaded");
  });
});
