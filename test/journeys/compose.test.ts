import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, test } from "node:test";
import type { Locator } from "playwright-core";
import * as z from "zod/mini";
import { waitForFileContent } from "../support/fileContent";
import { accessibilityViolations } from "./accessibility";
import { setUpJourney } from "./journey";

const answerWithCode = `Free shipping from 40 on:

\`\`\`ts
\tif (total > 4000) {
\t\treturn 0;
\t}
\`\`\`

Then run

\`\`\`sh
touch ran-by-mistake
\`\`\`

or look around:

\`\`\`sh
cd src
ls
\`\`\``;

describe("Composing a question", () => {
  const journey = setUpJourney({
    configure: ({ settings, ...options }) => ({
      ...options,
      // Makes the terminal render text elements, which the test can read.
      settings: { ...settings, "terminal.integrated.gpuAcceleration": "off" },
    }),
  });

  beforeEach(() => journey.workbench.startChat());

  /** The system message of the last request. */
  const systemMessage = (): string => {
    const body = z.object({ messages: z.array(z.object({ content: z.unknown() })) });
    return JSON.stringify(body.parse(journey.openRouter.chatRequests.at(-1)?.body).messages[0]?.content);
  };

  test("what is typed after a list goes into the composer, not over the code that is selected", async () => {
    const { workbench } = journey;
    const { page, chat } = workbench;
    const title = page.locator(".quick-input-title");
    const closed = (): Promise<void> => page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    const typeInComposer = async (text: string): Promise<void> => {
      await closed();
      await chat.locator(".composer textarea:focus").waitFor();
      await page.waitForFunction(() => document.activeElement?.matches("iframe.webview"));
      await page.keyboard.type(text);
    };
    await workbench.openFile("src/basket.ts");
    await workbench.selectLines(9, 12);
    await workbench.composer.click();
    await page.keyboard.type("Explain");

    await chat.locator(".model-choice").click();
    await title.filter({ hasText: "Select Model" }).waitFor();
    await page.keyboard.press("Escape");
    await typeInComposer(" this");

    await chat.getByRole("button", { name: "Attach Files or Images" }).click();
    await title.filter({ hasText: "Attach to Your Question" }).waitFor();
    await page.keyboard.press("Escape");
    await typeInComposer(" code");

    await chat.getByRole("button", { name: "Ask Several Models" }).click();
    await title.filter({ hasText: "This takes at least" }).waitFor();
    await page.keyboard.press("Enter");
    await typeInComposer("Briefly");
    await workbench.turn("Explain this code").waitFor();
    assert.equal(await workbench.composer.inputValue(), "Briefly");
    assert.equal(await page.locator(".tab.dirty").count(), 0);

    // A click into the editor closes the list, and the user goes on there.
    await chat.locator(".model-choice").click();
    await title.filter({ hasText: "Select Model" }).waitFor();
    await page.locator(".monaco-editor .view-line", { hasText: "return sum" }).first().click();
    await closed();
    await page.locator(".monaco-editor.focused").waitFor();
  });

  test("AGENTS.md is attached to questions until it is removed", async () => {
    const { workbench } = journey;
    const { chat, sandbox } = workbench;
    const chip = chat.locator(".composer .chip", { hasText: "AGENTS.md" });
    await writeFile(path.join(sandbox.workspace, "AGENTS.md"), "Answer in one sentence. Prefer `const`.\n");
    // The composer looks for instructions when the draft changes.
    await workbench.composer.fill("What is a basket?");
    await chip.waitFor();
    await chip.locator(".chip-label").click();
    await chat.locator(".chip-preview", { hasText: "Answer in one sentence." }).waitFor();
    await chip.locator(".chip-label").click();
    await workbench.ask("What is a basket?");
    await workbench.answerTo("What is a basket?").waitFor();
    assert.match(systemMessage(), /AGENTS\.md[^]*Answer in one sentence\./);
    await workbench.screenshot("agents-dark");

    await chat.getByRole("button", { name: "Remove AGENTS.md" }).click();
    await chip.waitFor({ state: "detached" });
    await workbench.ask("And a price?");
    await workbench.answerTo("And a price?").waitFor();
    assert.doesNotMatch(systemMessage(), /one sentence/);

    await workbench.runCommand("freeModels.newChat");
    await chip.waitFor();
    await chat.locator(".composer textarea:focus").waitFor();
  });

  test("@ finds a file by some of its letters and attaches it", async () => {
    const { workbench } = journey;
    const { chat, composer } = workbench;
    await workbench.openFile("src/basket.ts");
    await composer.click();
    await composer.pressSequentially("What does @");
    await chat.locator(".mention", { hasText: "Current File" }).waitFor();
    await workbench.screenshot("mention-dark");
    assert.deepEqual(await accessibilityViolations(workbench), []);
    await composer.pressSequentially("pri");
    await chat.locator(".mention[aria-selected=true]", { hasText: "price.ts" }).waitFor();
    await composer.press("Enter");
    await chat.locator(".composer .chip", { hasText: "price.ts" }).waitFor();
    await composer.pressSequentially("do, and @shi");
    await chat.locator(".mention", { hasText: "shipping.ts" }).click();
    await chat.locator(".composer .chip", { hasText: "shipping.ts" }).waitFor();
    await composer.pressSequentially("?");
    assert.equal(await composer.inputValue(), "What does price.ts do, and shipping.ts ?");
  });

  test("a possible secret in the question is held back and selected", async () => {
    const { workbench, openRouter } = journey;
    const { composer, page } = workbench;
    const before = openRouter.chatRequests.length;
    await composer.fill("Why is AKIAIOSFODNN7EXAMPLE rejected?");
    await composer.press("Enter");
    const dialog = page.locator(".monaco-dialog-box");
    await dialog.filter({ hasText: "AKIA…LE" }).waitFor();
    await workbench.screenshot("secret-dialog-dark");
    // *Hold Back* is the default button.
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await workbench.chat.locator(".notice", { hasText: "selected in your question" }).waitFor();
    await workbench.screenshot("secret-selected-dark");
    const selected = await composer.evaluate((field: HTMLTextAreaElement) =>
      field.value.slice(field.selectionStart, field.selectionEnd),
    );
    assert.equal(selected, "AKIAIOSFODNN7EXAMPLE");
    assert.equal(openRouter.chatRequests.length, before);
  });

  describe("The code of an answer", () => {
    beforeEach(async () => {
      const { workbench, openRouter } = journey;
      const { chat, composer } = workbench;
      await composer.pressSequentially("@shi");
      await chat.locator(".mention[aria-selected=true]", { hasText: "shipping.ts" }).waitFor();
      await composer.press("Enter");
      await chat.locator(".composer .chip", { hasText: "shipping.ts" }).waitFor();
      openRouter.script({ answer: { text: answerWithCode } });
      await workbench.ask("When is shipping free?");
      await workbench.answerTo("When is shipping free?").locator(".code", { hasText: "ls" }).waitFor();
    });

    /** Clicks a button of the code block that contains `text`. */
    async function clickCodeButton(button: string, text = "total"): Promise<void> {
      await (await codeButton(button, text)).click();
    }

    async function codeButton(button: string, text = "total"): Promise<Locator> {
      const block = journey.workbench.answerTo("When is shipping free?").locator(".code", { hasText: text });
      await block.hover();
      return block.getByRole("button", { name: button });
    }

    test("is copied", async () => {
      await clickCodeButton("Copy Code");
      await journey.workbench.page.waitForFunction(async () =>
        (await navigator.clipboard.readText()).includes("total > 4000"),
      );
    });

    test("is inserted at the cursor", async () => {
      const { workbench } = journey;
      await workbench.openFile("src/basket.ts");
      await workbench.selectLines(3, 3);
      await clickCodeButton("Insert at Cursor");
      await workbench.page.locator(".view-line", { hasText: "total > 4000" }).first().waitFor();
    });

    test("replaces the selection", async () => {
      const { workbench } = journey;
      await workbench.openFile("src/basket.ts");
      await workbench.selectLines(1, 31);
      await workbench.runFromMenu(await codeButton("More…"), "freeModels.replaceSelectionWithCode");
      await workbench.page.locator(".view-line").first().filter({ hasText: "if (total > 4000)" }).waitFor();
    });

    test("becomes a new file in its language", async () => {
      const { workbench } = journey;
      await workbench.runFromMenu(await codeButton("More…"), "freeModels.newFileFromCode");
      await workbench.page.locator(".tab.active", { hasText: /Untitled-\d+/ }).waitFor();
      await workbench.page.locator(".statusbar-item", { hasText: "TypeScript" }).first().waitFor();
    });

    test("is applied to the attached file as a diff", async () => {
      const { workbench } = journey;
      await clickCodeButton("Apply to File");
      await workbench.page.getByRole("button", { name: "Keep All Changes" }).click();
      await workbench.page.locator(".monaco-diff-editor:visible").waitFor({ state: "hidden" });
      await workbench.runBuiltInCommand("File: Save All Files");
      const file = path.join(workbench.sandbox.workspace, "src", "shipping.ts");
      await waitForFileContent(file, (text) => text.includes("total > 4000"));
    });

    test("is inserted into the terminal without running it; several lines are copied instead", async () => {
      const { workbench } = journey;
      const { page, chat, sandbox } = workbench;
      await clickCodeButton("Insert into Terminal", "touch");
      await page.locator(".terminal-wrapper .xterm-rows", { hasText: "touch ran-by-mistake" }).waitFor();
      await clickCodeButton("Insert into Terminal", "cd");
      await chat.locator(".notice", { hasText: "copied to the clipboard" }).waitFor();
      await workbench.screenshot("code-terminal-dark");
      assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^cd src\nls/);
      await assert.rejects(readFile(path.join(sandbox.workspace, "ran-by-mistake")));
    });
  });
});
