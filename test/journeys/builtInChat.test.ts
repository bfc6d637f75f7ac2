import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { before, describe, test } from "node:test";
import * as z from "zod/mini";
import { waitForFileContent } from "../support/fileContent";
import { textAnswer, toolCalls } from "../support/scriptedAnswers";
import type { Workbench } from "../support/workbench";
import { setUpJourney } from "./journey";

const chatRequest = z.object({
  messages: z.array(z.looseObject({ role: z.string() })),
  tools: z.optional(z.array(z.unknown())),
});

const confirmation = "Use the free models in VS Code's chat?";

/** Sets up VS Code's chat and waits until the agent and a model of ours are selected. */
async function useInChat(workbench: Workbench): Promise<void> {
  await workbench.runCommand("freeModels.useInVsCodeChat");
  await workbench.clickDialogButton(confirmation, "Use in Chat");
  await waitUntilReady(workbench);
}

async function waitUntilReady({ builtInChat }: Workbench): Promise<void> {
  await builtInChat.selected("Automatic (free)").waitFor();
  await builtInChat.selected("Free").waitFor();
}

describe("Using the free models in VS Code's chat, on a fresh profile and without an account at GitHub", () => {
  const journey = setUpJourney({ packaged: true });

  test("takes at most 3 clicks to the first answer, and sends one request", async (context) => {
    const { workbench, openRouter } = journey;
    const { page, builtInChat } = workbench;
    const started = performance.now();
    let clicks = 0;

    await workbench.runCommand("freeModels.useInVsCodeChat");
    clicks++;
    await page.locator(".monaco-dialog-box", { hasText: confirmation }).waitFor();
    await workbench.screenshot("built-in-chat-confirmation");
    assert.deepEqual(openRouter.chatRequests, []);
    await workbench.clickDialogButton(confirmation, "Use in Chat");
    clicks++;
    await waitUntilReady(workbench);
    await workbench.screenshot("built-in-chat-open");
    assert.equal(await page.locator(".tabs-container .tab").count(), 0, "the list of models is closed again");
    openRouter.script({ answer: textAnswer("Hello from a **free** model.") });
    await builtInChat.ask("Are you there?");
    await builtInChat.answered("Hello from a free model.");
    const seconds = (performance.now() - started) / 1_000;
    await workbench.screenshot("built-in-chat-first-answer");

    // 20 s is the goal on an idle machine.
    context.diagnostic(`VS Code's chat: ${clicks} clicks and ${seconds.toFixed(1)} s to the first answer`);
    assert.ok(clicks <= 3);
    assert.equal(openRouter.chatRequests.length, 1);
    assert.deepEqual(openRouter.violations, []);
  });
});

describe("The agent Free", () => {
  const journey = setUpJourney({
    packaged: true,
    viewport: { width: 1440, height: 860 },
    configure: ({ settings, ...options }) => ({ ...options, settings: { ...settings, "freeModels.agentRequests": 4 } }),
  });
  before(() => useInChat(journey.workbench));

  test("works on files in three rounds with four requests, the first of at most 10,000 tokens", async (context) => {
    const { workbench, openRouter } = journey;
    const { builtInChat } = workbench;
    const folder = workbench.sandbox.workspace;
    const price = path.join(folder, "src", "price.ts");
    const answers = [
      toolCalls(["grep_search", { query: "copies", isRegexp: false }], ["list_dir", { path: folder }]),
      toolCalls(
        ["read_file", { filePath: price, startLine: 1, endLine: 20 }],
        ["read_file", { filePath: path.join(folder, "src", "basket.ts"), startLine: 1, endLine: 40 }],
      ),
      toolCalls([
        "replace_string_in_file",
        { filePath: price, oldString: "const factor = copies > 3", newString: "const factor = copies >= 3" },
      ]),
      textAnswer("The discount now starts with the third copy."),
    ];
    openRouter.script(...answers.map((answer) => ({ answer })));
    await workbench.openFile("src/price.ts");
    await builtInChat.ask("The discount should start with the third copy.");
    await builtInChat.answered("The discount now starts with the third copy.");
    await workbench.screenshot("built-in-chat-agent");

    assert.match(await waitForFileContent(price, (text) => text.includes("copies >= 3")), /const factor = copies >= 3/);
    assert.equal(openRouter.chatRequests.length, answers.length);
    const requests = z.array(chatRequest).parse(openRouter.chatRequests.map(({ body }) => body));
    const { tools = [], messages = [] } = requests[0] ?? {};
    const characters = JSON.stringify(messages).length + JSON.stringify(tools).length;
    context.diagnostic(`First request of the agent Free: ${tools.length} tools, ${characters} characters`);
    assert.equal(tools.length, 10);
    // The tokenizers of the models count at least 4 characters of such text as a token: 7,000 tokens were 33,000 characters with o200k.
    assert.ok(characters <= 40_000);
    const results = requests.at(-1)?.messages.filter(({ role }) => role === "tool") ?? [];
    assert.equal(results.length, 5);
    assert.doesNotMatch(JSON.stringify(results), /ERROR/);
    assert.deepEqual(openRouter.violations, []);
  });

  test("is held when it would loop for ever, and the user decides", async () => {
    const { workbench, openRouter } = journey;
    const { page, builtInChat, status } = workbench;
    const paused = status.filter({ hasText: "Agent paused" });
    openRouter.addPersistentStep({ step: { answer: toolCalls(["list_dir", { path: workbench.sandbox.workspace }]) } });
    await builtInChat.ask("Loop for ever.");
    await paused.waitFor();
    await workbench.screenshot("built-in-chat-held");
    assert.equal(openRouter.chatRequests.length, 4);
    await status.click();
    await workbench.quickPickRows.filter({ hasText: "Continue" }).click();
    await paused.waitFor({ state: "detached" });
    await paused.waitFor();
    assert.equal(openRouter.chatRequests.length, 8);
    await workbench.showNotifications();
    const question = page.locator(".notification-list-item", { hasText: "has sent 8 requests" });
    await question.getByRole("button", { name: "Stop" }).click();
    await builtInChat.answered("Stopped after 8 requests, as you chose.");
    assert.equal(openRouter.chatRequests.length, 8);
    await workbench.clearNotifications();
  });

  test("never sees a secret that is replaced, and writes the real one into files", async () => {
    const { workbench, openRouter } = journey;
    const { builtInChat, sandbox } = workbench;
    const secret = "AKIAQ3EGRZ7LMNOPWX5T";
    const file = (name: string): string => path.join(sandbox.workspace, name);
    await writeFile(file(".env"), `AWS_KEY=${secret}\n`);
    const answers = [
      toolCalls(["read_file", { filePath: file(".env"), startLine: 1, endLine: 2 }]),
      toolCalls(["create_file", { filePath: file("key.ts"), content: 'export const key = "<SECRET_1>";\n' }]),
      textAnswer("It is <SECRET_1>."),
    ];
    openRouter.script(...answers.map((answer) => ({ answer })));
    await builtInChat.ask("Copy the key of the environment file to key.ts");
    await workbench.clickDialogButton("is an environment file", "Replace");
    await builtInChat.answered(`It is ${secret}.`);
    assert.equal(await waitForFileContent(file("key.ts"), (text) => text !== ""), `export const key = "${secret}";\n`);
    assert.equal(openRouter.chatRequests.length, answers.length);
    const sent = JSON.stringify(openRouter.chatRequests.map(({ body }) => body));
    assert.doesNotMatch(sent, new RegExp(secret));
    assert.match(sent, /<SECRET_1>/);
  });

  test("changes code in inline chat with one request, which can be undone", async () => {
    const { workbench, openRouter } = journey;
    const { page, sandbox } = workbench;
    // A file that the agent has not changed: for the others, VS Code goes on in the chat.
    const filePath = path.join(sandbox.workspace, "src", "basket.ts");
    const edit = { filePath, oldString: "copies = 1)", newString: "copies = 2)" };
    openRouter.script({ answer: toolCalls(["replace_string_in_file", edit]) });
    await workbench.openFile("src/basket.ts");
    await workbench.selectLines(12, 16);
    await page.keyboard.press("Control+i");
    await page.locator(".inline-chat-widget, .inline-chat-content-widget, .inline-chat-input").first().waitFor();
    await page.keyboard.type("Two copies by default");
    await page.keyboard.press("Enter");
    const line = page.locator(".view-line", { hasText: "add(title" });
    await line.filter({ hasText: "copies = 2" }).first().waitFor();
    await workbench.screenshot("built-in-chat-inline");
    assert.equal(openRouter.chatRequests.length, 1);
    await workbench.runBuiltInCommand("Undo");
    await line.filter({ hasText: "copies = 1" }).first().waitFor();
  });

  test("is still there after the window was reloaded, and answers", async () => {
    const { workbench, openRouter } = journey;
    await workbench.reload();
    await workbench.runCommand("freeModels.useInVsCodeChat");
    await waitUntilReady(workbench);
    openRouter.script({ answer: textAnswer("Still here.") });
    await workbench.builtInChat.ask("Are you there?");
    await workbench.builtInChat.answered("Still here.");
  });
});

describe("The chat view", () => {
  const journey = setUpJourney({ packaged: true });

  test("is offered a place beside VS Code's chat once, and moves there", async () => {
    const { workbench } = journey;
    const { page, chat, composer } = workbench;
    const offer = page.locator(".notification-list-item", { hasText: "beside VS Code's own chat" });
    await workbench.runCommand("freeModels.openChat");
    await composer.waitFor();
    await workbench.showNotifications();
    await offer.getByRole("button", { name: "Move Beside VS Code's Chat" }).click();
    const isBeside = async (): Promise<boolean> => {
      const [view, editors] = await Promise.all([composer.boundingBox(), page.locator(".part.editor").boundingBox()]);
      return (view?.x ?? 0) > (editors?.x ?? Infinity);
    };
    await page.locator(".part.auxiliarybar .composite.title", { hasText: /Free Models/i }).waitFor();
    await composer.waitFor();
    assert.equal(await isBeside(), true);
    await workbench.ask("Are you beside it?");
    await workbench.answerTo("Are you beside it?").waitFor();
    await workbench.screenshot("beside-built-in-chat");

    await workbench.reload();
    // VS Code may not have saved that the side bar is open, but knows where the view belongs.
    await workbench.runCommand("freeModels.openChat");
    await chat.locator(".turn").first().waitFor();
    assert.equal(await isBeside(), true);
    await workbench.showNotifications();
    assert.equal(await offer.count(), 0);
  });
});

describe("Why Don't I See the Models?", () => {
  const journey = setUpJourney({
    configure: (options) => ({
      ...options,
      asksForTrust: true,
      settings: { ...options.settings, "security.workspace.trust.startupPrompt": "never" },
    }),
  });

  test("finds Restricted Mode, and leads from the last finding to an answer", async () => {
    const { workbench, openRouter } = journey;
    const { page, quickPickRows, builtInChat } = workbench;
    await workbench.runCommand("freeModels.useInVsCodeChat");
    await quickPickRows.filter({ hasText: "Restricted Mode" }).waitFor();
    assert.equal(await quickPickRows.count(), 1);
    await workbench.runCommand("freeModels.whyNoModels");
    await quickPickRows.filter({ hasText: "not offered" }).waitFor();
    await workbench.screenshot("why-no-models");
    await quickPickRows.filter({ hasText: "Restricted Mode" }).click();
    await page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).click();
    await page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor({ state: "detached" });
    const trustEditor = page.locator(".monaco-modal-editor-block");
    await trustEditor.locator(".codicon-close").first().click();
    await trustEditor.waitFor({ state: "detached" });

    await workbench.runCommand("freeModels.whyNoModels");
    await quickPickRows.filter({ hasText: "not offered" }).click();
    await workbench.clickDialogButton(confirmation, "Use in Chat");
    await waitUntilReady(workbench);
    await workbench.runCommand("freeModels.whyNoModels");
    await quickPickRows.filter({ hasText: "Nothing is in the way" }).waitFor();
    await workbench.screenshot("why-no-models-solved");
    await page.keyboard.press("Escape");
    openRouter.script({ answer: textAnswer("Now you see me.") });
    await builtInChat.ask("Are you there?");
    await builtInChat.answered("Now you see me.");
  });
});
