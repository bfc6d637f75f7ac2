import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { friendly, startOpenRouter, type OpenRouter } from "../support/openRouter";
import { Workbench } from "../support/workbench";
import { violations } from "./accessibility";

const key = `sk-or-v1-${"c0ffee00".repeat(8)}`;

/** Somebody who asks about a project, and takes the answers home. */
describe("Composing a question", () => {
  let openRouter: OpenRouter;
  let workbench: Workbench;

  before(async () => {
    openRouter = await startOpenRouter({ keys: [key], pace: friendly });
    workbench = await Workbench.open({
      settings: { "freeModels.baseUrl": openRouter.baseUrl, "workbench.colorTheme": "Dark Modern" },
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

  it("@ finds a file by some of its letters; Enter makes it a chip, and the sentence goes on", async () => {
    const { chat, composer } = workbench;
    await workbench.openFile("src/basket.ts");
    await workbench.command("Free Models: Open Chat");
    await composer.pressSequentially("What does @");
    await chat.locator(".source", { hasText: "Current File" }).waitFor();
    await workbench.screenshot("mention-dark");
    assert.deepEqual(await violations(workbench), []);
    await composer.pressSequentially("pri");
    await chat.locator(".source[aria-selected=true]", { hasText: "price.ts" }).waitFor();
    await composer.press("Enter");
    await chat.locator(".composer .chip", { hasText: "price.ts" }).waitFor();
    await composer.pressSequentially("do, and @shi");
    await chat.locator(".source", { hasText: "shipping.ts" }).click();
    await chat.locator(".composer .chip", { hasText: "shipping.ts" }).waitFor();
    await composer.pressSequentially("?");
    assert.equal(await composer.inputValue(), "What does price.ts do, and shipping.ts ?");
  });
});
