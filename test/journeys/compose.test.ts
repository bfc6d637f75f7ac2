import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import * as z from "zod/mini";
import { waitForFileContent } from "../support/fileContent";
import { realisticPace, startOpenRouter, type OpenRouter } from "../support/openRouter";
import { darkModern, Workbench } from "../support/workbench";
import { violations } from "./accessibility";

const key = `sk-or-v1-${"c0ffee00".repeat(8)}`;

const answer = `Ship for nothing from 40 on:

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

/** Somebody who asks about a project, and takes the answers home. */
describe("Composing a question", () => {
  let openRouter: OpenRouter;
  let workbench: Workbench;

  before(async () => {
    openRouter = await startOpenRouter({ keys: [key], pace: realisticPace });
    workbench = await Workbench.open({
      settings: {
        "freeModels.baseUrl": openRouter.baseUrl,
        "workbench.colorTheme": darkModern,
        // Drawn as text, so that it can be read.
        "terminal.integrated.gpuAcceleration": "off",
      },
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

  /** What the last question had above it. */
  const systemMessage = (): string => {
    const asked = z.object({ messages: z.array(z.object({ content: z.unknown() })) });
    return JSON.stringify(asked.parse(openRouter.chatRequests.at(-1)?.body).messages[0]?.content);
  };

  it("the project's AGENTS.md goes along as a chip, until it is taken away", async () => {
    const { chat, composer, sandbox } = workbench;
    await writeFile(path.join(sandbox.workspace, "AGENTS.md"), "Answer in one sentence. Prefer `const`.\n");
    await workbench.command("Free Models: Open Chat");
    const chip = chat.locator(".composer .chip", { hasText: "AGENTS.md" });
    await chip.waitFor();
    await chip.locator(".chip-label").click();
    await chat.locator(".chip-preview", { hasText: "Answer in one sentence." }).waitFor();
    await chip.locator(".chip-label").click();
    await composer.fill("What is a basket?");
    await composer.press("Enter");
    await chat.locator(".answer[aria-busy=false]").waitFor();
    assert.match(systemMessage(), /Instructions for work in this project \(AGENTS\.md\):\\nAnswer in one sentence\./);
    await workbench.screenshot("agents-dark");
    await chat.getByRole("button", { name: "Remove AGENTS.md" }).click();
    await chip.waitFor({ state: "detached" });
    await composer.fill("And a price?");
    await composer.press("Enter");
    await chat.locator(".turn").nth(1).locator(".answer[aria-busy=false]").waitFor();
    assert.doesNotMatch(systemMessage(), /one sentence/);
    await workbench.command("Free Models: New Chat");
    await chip.waitFor();
    await chat.locator(".composer textarea:focus").waitFor();
  });

  it("@ finds a file by some of its letters; Enter makes it a chip, and the sentence goes on", async () => {
    const { chat, composer } = workbench;
    await workbench.openFile("src/basket.ts");
    await workbench.page.locator(".monaco-editor.focused").waitFor();
    await composer.click();
    await composer.pressSequentially("What does @");
    await chat.locator(".mention", { hasText: "Current File" }).waitFor();
    await workbench.screenshot("mention-dark");
    assert.deepEqual(await violations(workbench), []);
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

  it("the answer's code is copied, inserted, put in the place of a selection and into a new file", async () => {
    const { page, chat, composer } = workbench;
    openRouter.script({ answer: { text: answer } });
    await composer.press("Enter");
    await chat.locator(".answer[aria-busy=false] .code", { hasText: "touch" }).waitFor();
    await use("Copy Code");
    await page.waitForFunction(async () => (await navigator.clipboard.readText()).includes("total > 4000"));
    await page.locator(".view-line", { hasText: "export interface Line" }).click();
    await workbench.selectLines(3, 3);
    await use("Insert at Cursor");
    await page.locator(".view-lines", { hasText: "total > 4000" }).first().waitFor();
    await page.locator(".monaco-editor.focused").waitFor();
    await page.keyboard.press("ControlOrMeta+z");
    await workbench.selectLines(1, 31);
    await use("More…");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "Replace Selection" }).click();
    await page.locator(".view-line").first().filter({ hasText: "if (total > 4000)" }).waitFor();
    await page.locator(".monaco-editor.focused").waitFor();
    await page.keyboard.press("ControlOrMeta+z");
    await use("More…");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "New File" }).click();
    await page.locator(".tab.active", { hasText: "Untitled-1" }).waitFor();
    await page.locator(".statusbar-item", { hasText: "TypeScript" }).first().waitFor();
    await workbench.command("View: Revert and Close Editor");
  });

  it("it is applied to the file that it came from, as a diff", async () => {
    const { page, sandbox } = workbench;
    await use("Apply to File");
    await page.getByRole("button", { name: "Accept Proposed Edit" }).first().click();
    await page.locator(".monaco-diff-editor:visible").waitFor({ state: "hidden" });
    await workbench.command("File: Save All");
    const shipping = path.join(sandbox.workspace, "src", "shipping.ts");
    await waitForFileContent(shipping, (text) => text.includes("total > 4000"));
  });

  it("a command is typed into the terminal and left to its author, several lines are copied", async () => {
    const { page, chat, sandbox } = workbench;
    await use("Insert into Terminal", "touch");
    await page.locator(".terminal-wrapper .xterm-rows", { hasText: "touch ran-by-mistake" }).waitFor();
    await use("Insert into Terminal", "cd");
    await chat.locator(".notice", { hasText: "were copied" }).waitFor();
    await workbench.screenshot("code-terminal-dark");
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^cd src\nls/);
    await assert.rejects(readFile(path.join(sandbox.workspace, "ran-by-mistake")));
  });

  /** Clicks a button of the code block with these words. */
  async function use(button: string, words = "total"): Promise<void> {
    const block = workbench.chat.locator(".turn").last().locator(".code", { hasText: words });
    await block.hover();
    await block.getByRole("button", { name: button }).click();
  }
});
