import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startOllama, type Ollama } from "../support/services/ollama";
import { setUpJourney } from "./journey";

/** Where the extension looks for Ollama. */
const port = 11434;

describe("Without an account, with Ollama on this computer", () => {
  let ollama: Ollama;
  before(async () => (ollama = await startOllama({ port })));
  after(() => ollama[Symbol.asyncDispose]());
  const journey = setUpJourney({ packaged: true, hasKey: false });

  test("local models answer after one click, and nothing else is asked", async () => {
    const { workbench, openRouter } = journey;
    const { chat, composer, page, status } = workbench;
    await workbench.runCommand("freeModels.openChat");
    await chat.getByRole("button", { name: "Use Local Models" }).waitFor();
    await workbench.screenshot("local-empty");
    await chat.getByRole("button", { name: "Use Local Models" }).click();
    await page
      .getByText(/Models of Ollama on .+ can answer now\./)
      .first()
      .waitFor();
    await chat.getByRole("button", { name: "Explain the open file" }).waitFor();
    await workbench.clearNotifications();

    const question = "What is a monad?";
    await composer.fill(question);
    await composer.press("Enter");
    const answer = workbench.answerTo(question);
    await answer.waitFor();
    const { model } = ollama.chatRequests[0]?.body as { model: string };
    assert.equal(await answer.locator(".answer-footer .model").getAttribute("title"), `ollama::${model}`);
    assert.deepEqual(openRouter.chatRequests, []);
    assert.deepEqual(ollama.violations, []);
    await status.filter({ hasNotText: "Sign In" }).waitFor();
    await workbench.screenshot("local-answer");

    await status.click();
    // The list is long, and only what is in view is rendered.
    await workbench.quickInput.fill("ollama");
    await workbench.quickPickRows.filter({ hasText: model }).first().waitFor();
    await workbench.screenshot("local-picker");
    await page.keyboard.press("Escape");
  });

  test("a server that has stopped is named, and the question is kept", async () => {
    const { workbench } = journey;
    const { chat, composer } = workbench;
    await workbench.runCommand("freeModels.newChat");
    await ollama.stop();
    try {
      await composer.fill("Are you there?");
      await composer.press("Enter");
      await chat.getByText("Ollama is not running. Start it, then try again.").waitFor();
      await workbench.screenshot("local-stopped");
    } finally {
      await ollama.start();
    }
    await chat.getByRole("button", { name: "Retry" }).click();
    await workbench.answerTo("Are you there?").waitFor();
  });
});
