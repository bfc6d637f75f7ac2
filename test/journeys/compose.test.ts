import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import * as z from "zod/mini";
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

  /** What the last question had above it. */
  const systemMessage = (): string => {
    const asked = z.object({ messages: z.array(z.object({ content: z.unknown() })) });
    return JSON.stringify(asked.parse(openRouter.chats.at(-1)?.body).messages[0]?.content);
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
