import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, test } from "node:test";
import { shortModelName } from "../../src/status/shortModelName";
import type { Theme, Workbench } from "../support/workbench";
import { waitForFileContent } from "../support/fileContent";
import { accessibilityViolations } from "./accessibility";
import { releaseUntil, setUpJourney, stallMidAnswer, validKey } from "./journey";

const allMarkdown = `Use a **guard clause** and [read more](https://openrouter.ai/docs):

1. the *names*
2. the edge cases

| case | expected |
| --- | ---: |
| empty | \`0\` |

\`\`\`ts
export const one = 1; // a comment
\`\`\`

> A quote.`;

describe("The packaged extension", () => {
  const journey = setUpJourney({ packaged: true, hasKey: false });

  test("asks for a key and then answers a question about a selection and an image", async () => {
    const { workbench, openRouter } = journey;
    const { page, chat, composer, status, sandbox } = workbench;
    await workbench.runCommand("freeModels.openChat");
    const enterKey = chat.getByRole("button", { name: "Enter a Key Instead" });
    await enterKey.waitFor();
    assert.match(await status.innerText(), /Sign In/);
    await workbench.screenshot("no-key-dark");
    await enterKey.click();
    await workbench.quickInput.fill(validKey);
    await page.keyboard.press("Enter");
    await page.getByText("Your API key works").first().waitFor();
    await chat.getByRole("button", { name: "Explain the open file" }).waitFor();
    await workbench.clearNotifications();
    await workbench.screenshot("empty-dark");

    await workbench.openFile("src/basket.ts");
    await workbench.selectLines(18, 22);
    await workbench.runFromContextMenu("freeModels.askSelection");
    await chat.locator(".composer .chip", { hasText: "basket.ts:18-22" }).waitFor();
    await chat.locator(".composer textarea:focus").waitFor();

    await workbench.copyImage(await readFile(path.join(sandbox.workspace, "pictures", "sales.png")));
    await composer.press("ControlOrMeta+v");
    await chat.locator(".composer .chip img").waitFor();
    assert.equal(await chat.locator(".composer .chip").count(), 2);

    const question = "Does this skip a line when two neighbors match?";
    openRouter.script(stallMidAnswer);
    await composer.pressSequentially(question);
    await composer.press("Enter");
    await workbench.partialAnswerTo(question).waitFor();
    await workbench.screenshot("streaming-dark");
    const answer = workbench.answerTo(question);
    await releaseUntil(openRouter, answer);
    assert.match(await answer.innerText(), /image\/png, 640 × 400 pixels/);
    assert.match(await answer.innerText(), /remove\(title: string\)/);
    assert.equal(openRouter.chatRequests.length, 1);
    assert.deepEqual(openRouter.violations, []);
    const model = openRouter.chatRequests[0]?.model ?? "";
    assert.equal(await answer.locator(".answer-footer .model").getAttribute("title"), model);
    const name = await answer.locator(".answer-footer .model").innerText();
    await status.filter({ hasText: shortModelName(model, name) }).waitFor();
    await workbench.screenshot("answer-dark");

    await status.hover();
    const tooltip = page.locator(".monaco-hover:visible", { hasText: "Last model" });
    await tooltip.waitFor();
    const text = (await tooltip.innerText()).replace(/\s+/g, " ");
    for (const row of ["Last model", "Time to first token", "Tokens", "Attempts", "Model selection"])
      assert.match(text, new RegExp(row));
    await workbench.screenshot("tooltip-dark");
    await page.mouse.move(640, 300);
  });
});

describe("Asking in the chat", () => {
  const journey = setUpJourney();

  beforeEach(async () => {
    await journey.workbench.startChat();
    // The settings were reset, but the extension may not have received the change yet.
    await journey.workbench.chat.locator(".model-choice", { hasText: "Automatic" }).waitFor();
  });

  test("Escape stops an answer and keeps its text", async () => {
    const { workbench, openRouter } = journey;
    const question = "Tell me everything.";
    openRouter.script(stallMidAnswer);
    await workbench.ask(question);
    await workbench.partialAnswerTo(question).waitFor();
    await workbench.composer.press("Escape");
    const answer = workbench.answerTo(question);
    await answer.waitFor();
    assert.match(await answer.innerText(), /You asked: “Tell me everything\.”/);
    assert.match(await answer.locator(".answer-footer").innerText(), /stopped/);
    assert.equal(await openRouter.chatRequests[0]?.ended, "closed-by-client");
  });

  test("another model answers if the first one is busy, and the footer says so", async () => {
    const { workbench, openRouter } = journey;
    const question = "Is anybody there?";
    openRouter.script("429-upstream");
    await workbench.ask(question);
    const answer = workbench.answerTo(question);
    await answer.locator(".answer-footer", { hasText: "1 busy" }).waitFor();
    assert.match(await answer.innerText(), /Is anybody there\?/);
  });

  test("a reload of the window restores the chat", async () => {
    const { workbench } = journey;
    const questions = ["Which file is largest?", "Which file is smallest?"];
    for (const question of questions) {
      await workbench.ask(question);
      await workbench.answerTo(question).waitFor();
    }
    await workbench.reload();
    await workbench.runCommand("freeModels.openChat");
    for (const question of questions) await workbench.answerTo(question).waitFor();
    assert.equal(await workbench.chat.locator(".turn").count(), 2);
  });

  test("has no accessibility violations in any theme and width", async () => {
    const { workbench, openRouter } = journey;
    await askForEveryState(workbench, openRouter);
    const found: Record<string, unknown> = {};
    const themes: Readonly<Record<string, Theme>> = {
      dark: "Dark Modern",
      light: "Light Modern",
      "high-contrast": "Dark High Contrast",
      "high-contrast-light": "Light High Contrast",
    };
    for (const [name, theme] of Object.entries(themes)) {
      await workbench.setTheme(theme);
      for (const width of [220, 600]) {
        await workbench.resizeSideBar(width);
        await workbench.screenshot(`chat-${name}-${width}`);
        const violations = await accessibilityViolations(workbench);
        if (violations.length > 0) found[`${name} ${width}`] = violations;
      }
    }
    assert.deepEqual(found, {});
  });

  /** Asks questions that are answered, stopped, and answered after a failure. */
  async function askForEveryState(workbench: Workbench, openRouter: typeof journey.openRouter): Promise<void> {
    openRouter.script({ answer: { text: allMarkdown } }, stallMidAnswer, "429-upstream");
    await workbench.ask("Can this be simpler?");
    await workbench.answerTo("Can this be simpler?").waitFor();
    await workbench.ask("And now?");
    await workbench.partialAnswerTo("And now?").waitFor();
    await workbench.composer.press("Escape");
    await workbench.answerTo("And now?").waitFor();
    await workbench.ask("Once more?");
    await workbench.answerTo("Once more?").waitFor();
  }

  test("a new chat is empty", async () => {
    const { workbench } = journey;
    await workbench.ask("What is this?");
    await workbench.answerTo("What is this?").waitFor();
    await workbench.runCommand("freeModels.newChat");
    await workbench.chat.getByRole("button", { name: "Explain the open file" }).waitFor();
    assert.equal(await workbench.chat.locator(".turn").count(), 0);
  });

  test("a strategy selected in the chat is what the next question is sent with", async () => {
    const { workbench, openRouter } = journey;
    const { chat, quickPickRows } = workbench;
    const choice = chat.locator(".model-choice");
    const select = async (strategy: string): Promise<void> => {
      await choice.click();
      await quickPickRows.filter({ hasText: strategy }).first().click();
      await choice.filter({ hasText: strategy }).waitFor();
    };
    await select("Server's choice");
    await workbench.ask("Who chooses?");
    await workbench.answerTo("Who chooses?").waitFor();
    assert.match(JSON.stringify(openRouter.chatRequests.at(-1)?.body), /"model":"openrouter\/free"/);
    await select("Automatic (adaptive)");
    await workbench.ask("And now?");
    await workbench.answerTo("And now?").waitFor();
    assert.match(JSON.stringify(openRouter.chatRequests.at(-1)?.body), /"model":"[^"]+:free"/);
    await select("Automatic (random)");
  });

  test("a model that is never to be used again can be allowed in the list of models", async () => {
    const { workbench, openRouter } = journey;
    const { chat, page, quickInput, quickPickRows, sandbox } = workbench;
    await workbench.ask("Are you any good?");
    const answer = workbench.answerTo("Are you any good?");
    await answer.waitFor();
    const [id, name] = [openRouter.chatRequests.at(-1)?.model ?? "", await answer.locator(".model").innerText()];
    const isExcluded = (text: string): boolean => text.includes(JSON.stringify(id));
    await workbench.runFromAnswerMenu("Are you any good?", "freeModels.excludeAnswerModel");
    await waitForFileContent(sandbox.settingsFile, isExcluded);

    await chat.locator(".model-choice").click();
    await quickInput.fill(name);
    const row = quickPickRows
      .filter({ hasText: name })
      .filter({ has: page.locator("[aria-label^='Allow This Model']") });
    await row.hover();
    await workbench.screenshot("picker-excluded");
    await row.locator("[aria-label^='Allow This Model']").click();
    await row.waitFor({ state: "detached" });
    await waitForFileContent(sandbox.settingsFile, (text) => !isExcluded(text));
    await quickPickRows.filter({ hasText: name }).first().waitFor();
  });

  test("the model selected in the status bar answers", async () => {
    const { workbench, openRouter } = journey;
    const { chat, status } = workbench;
    await status.click();
    await workbench.quickPickRows.nth(3).waitFor();
    await workbench.screenshot("picker");
    const name = await selectAvailableModel(workbench);
    await chat.locator(".model-choice", { hasText: new RegExp(name, "i") }).waitFor();
    await workbench.ask("Who are you?");
    await workbench.answerTo("Who are you?").waitFor();
    assert.ok(openRouter.chatRequests.at(-1)?.model?.includes(name));
  });
});

/** Selects a model in the open picker that is not in cooldown, since that would be skipped. Returns a part of its name and id. */
async function selectAvailableModel({ quickInput, quickPickRows }: Workbench): Promise<string> {
  for (const name of ["gemma", "laguna", "north", "inkling", "lfm"]) {
    await quickInput.fill(name);
    const rows = quickPickRows.filter({ hasText: new RegExp(name, "i") });
    await rows.first().waitFor();
    const available = rows.filter({ hasNotText: "Cooling down until" }).first();
    if (!(await available.isVisible())) continue;
    await available.click();
    return name;
  }
  throw new Error("All of these models are in cooldown.");
}
