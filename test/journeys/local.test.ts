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
    await workbench.quickPickRows
      .filter({ hasText: model.replace(/:latest$/, "") })
      .first()
      .waitFor();
    await workbench.screenshot("local-picker");
    await page.keyboard.press("Escape");
  });

  test("the dialog about several secrets fits into a narrow window, and may ask a local model", async () => {
    const { workbench } = journey;
    const { page, chat, composer } = workbench;
    await workbench.startChat();
    const size = page.viewportSize() ?? { width: 0, height: 0 };
    await page.setViewportSize({ width: 720, height: size.height });
    const question = "Is AKIAIOSFODNN7EXAMPLE older than AKIAQ3EGRZ7LMNOPWX5T?";
    await composer.fill(question);
    await composer.press("Enter");
    const buttons = page
      .locator(".monaco-dialog-box", { hasText: "Send 2 possible secrets?" })
      .locator(".monaco-button");
    await buttons.filter({ hasText: "Ask a Local Model" }).waitFor();
    await workbench.screenshot("local-secrets-narrow");
    assert.equal(await buttons.count(), 6);
    for (const button of await buttons.all()) {
      const { x, width } = (await button.boundingBox()) ?? assert.fail();
      assert.ok(x >= 0 && x + width <= 720, `${await button.innerText()} is from ${x} to ${x + width}`);
    }
    await buttons.filter({ hasText: "Ask a Local Model" }).click();
    await page.setViewportSize(size);
    await chat.locator(".turn", { hasText: "AKIAIOSFODNN7EXAMPLE" }).waitFor();
    await workbench.answerTo(question).waitFor();
  });

  test("a server that has stopped is named, and the question is kept", async () => {
    const { workbench } = journey;
    const { chat } = workbench;
    await workbench.startChat();
    await ollama.stop();
    try {
      await workbench.ask("Are you there?");
      await chat.locator(".error-box", { hasText: "Ollama is not running. Start it, then try again." }).waitFor();
      await workbench.screenshot("local-stopped");
    } finally {
      await ollama.start();
    }
    await chat.getByRole("button", { name: "Retry" }).click();
    await workbench.answerTo("Are you there?").waitFor();
  });
});

describe("When today's free requests are used up", () => {
  const journey = setUpJourney();

  test("a question fails after one request, with an explanation and what to do", async () => {
    const { workbench, openRouter } = journey;
    await workbench.startChat();
    openRouter.account.set({ limits: { perMinute: 20, perDay: 50 }, usedToday: 50 });
    await workbench.ask("One more?");
    const box = workbench.turn("One more?").locator(".error-box");
    await box.waitFor();
    assert.match(await box.locator("p").first().innerText(), /free requests/);
    assert.deepEqual(await box.getByRole("button").allInnerTexts(), [
      "Use Local Models",
      "Add a Service…",
      "Check Again",
    ]);
    assert.equal(openRouter.chatRequests.length, 1);
    await workbench.status.filter({ hasText: "Limit resets at" }).waitFor();
    await workbench.screenshot("used-up");
  });

  test("local models go on after one click, and the next answer says why", async () => {
    const { workbench, openRouter } = journey;
    const { chat, page } = workbench;
    await using ollama = await startOllama({ port });
    await chat.getByRole("button", { name: "Use Local Models" }).click();
    await page
      .getByText(/Models of Ollama on .+ can answer now\./)
      .first()
      .waitFor();
    await workbench.clearNotifications();
    await workbench.answerTo("One more?").waitFor();
    const notice = "OpenRouter has no free requests left today, so another service is answering.";
    await workbench.turn("One more?").getByText(notice).waitFor();
    await workbench.screenshot("used-up-local");
    await workbench.ask("Still there?");
    await workbench.answerTo("Still there?").waitFor();
    assert.equal(await chat.getByText(notice).count(), 1);
    assert.deepEqual(openRouter.chatRequests, []);
    assert.equal(ollama.chatRequests.length, 2);
  });
});
