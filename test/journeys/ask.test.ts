import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { shortModelName } from "../../src/status/shortModelName";
import { realisticPace, startOpenRouter, type OpenRouter } from "../support/openRouter";
import { packageExtension } from "../support/packageExtension";
import { darkModern, Workbench, type Theme } from "../support/workbench";
import { violations } from "./accessibility";

const key = `sk-or-v1-${"c0ffee00".repeat(8)}`;

/** One user's first minutes with the packaged extension, in the order in which they happen. */
describe("From install to the first answer", () => {
  let folder: string;
  let openRouter: OpenRouter;
  let workbench: Workbench;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "free-models-journey-"));
    const { vsix } = await packageExtension(folder);
    openRouter = await startOpenRouter({ keys: [key], pace: realisticPace });
    workbench = await Workbench.open({
      vsix,
      settings: { "freeModels.baseUrl": openRouter.baseUrl, "workbench.colorTheme": darkModern },
    });
  });
  after(async () => {
    await workbench[Symbol.asyncDispose]();
    await openRouter.close();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(async (context) => {
    if ("passed" in context && !context.passed) await workbench.screenshot(`failed-${context.name}`);
  });

  it("the chat says how to get a key, and takes one", async () => {
    const { page, chat, status } = workbench;
    await workbench.command("Free Models: Open Chat");
    await chat.getByRole("button", { name: "Enter a Key Instead" }).waitFor();
    assert.match(await status.innerText(), /Sign In/);
    await workbench.screenshot("no-key-dark");
    await chat.getByRole("button", { name: "Enter a Key Instead" }).click();
    await page.locator(".quick-input-widget input.input").fill(key);
    await page.keyboard.press("Enter");
    await page.getByText("Your API key works").first().waitFor();
    await chat.getByRole("button", { name: "Explain the open file" }).waitFor();
    await workbench.dismissNotifications();
    await workbench.screenshot("empty-dark");
  });

  it("a selection becomes a chip beside the composer", async () => {
    const { chat } = workbench;
    await workbench.openFile("src/basket.ts");
    await workbench.selectLines(18, 22);
    await workbench.chooseFromContextMenu("Free Models", "Ask About Selection");
    await chat.locator(".composer .chip", { hasText: "basket.ts:18-22" }).waitFor();
    await chat.locator(".composer textarea:focus").waitFor();
  });

  it("a picture is pasted and becomes a chip with a thumbnail", async () => {
    const { chat, sandbox } = workbench;
    const png = await readFile(path.join(sandbox.workspace, "pictures", "sales.png"));
    await workbench.copyImage(png);
    await workbench.composer.press("ControlOrMeta+v");
    const thumbnail = chat.locator(".composer .chip img");
    await thumbnail.waitFor();
    assert.deepEqual(await chat.locator(".composer .chip").count(), 2);
  });

  it("Enter asks; the answer is written while one reads, and says who wrote it", async () => {
    const { chat, composer, status } = workbench;
    await composer.pressSequentially("Does this skip a line when two neighbours match?");
    await composer.press("Enter");
    const answer = chat.locator(".turn").last().locator(".answer");
    await chat.locator(".answer[aria-busy=true] .markdown", { hasText: "You asked" }).waitFor();
    await workbench.screenshot("streaming-dark");
    await chat.locator(".answer[aria-busy=false]").waitFor();
    assert.match(await answer.innerText(), /image\/png, 640 × 400 pixels/);
    assert.match(await answer.innerText(), /remove\(title: string\)/);

    const [request] = openRouter.chatRequests;
    const model = answer.locator(".answer-details .model");
    assert.equal(await model.getAttribute("title"), request?.model);
    assert.equal(openRouter.chatRequests.length, 1);
    assert.deepEqual(openRouter.violations, []);
    assert.equal((await status.innerText()).trim(), shortModelName(request?.model ?? ""));
    await workbench.screenshot("answer-dark");
  });

  it("the status bar's tooltip tells model, time, tokens and what is left", async () => {
    const { page, status } = workbench;
    await status.hover();
    const tooltip = page.locator(".monaco-hover:visible", { hasText: "Last model" });
    await tooltip.waitFor();
    const text = (await tooltip.innerText()).replace(/\s+/g, " ");
    for (const row of ["Last model", "Time to first token", "Tokens", "Attempts", "Model selection"])
      assert.match(text, new RegExp(row));
    await workbench.screenshot("tooltip-dark");
    await page.mouse.move(640, 300);
  });

  it("Escape stops an answer; what was written stays", async () => {
    const { chat, composer } = workbench;
    openRouter.setPace({ betweenMs: [250, 250] });
    await composer.pressSequentially("Tell me everything.");
    await composer.press("Enter");
    await chat.locator(".answer[aria-busy=true] .markdown", { hasText: "You asked" }).waitFor();
    await composer.press("Escape");
    openRouter.setPace(realisticPace);
    const answer = chat.locator(".turn").last().locator(".answer[aria-busy=false]");
    await answer.waitFor();
    assert.match(await answer.innerText(), /stopped/);
    assert.equal(await openRouter.chatRequests.at(-1)?.ended, "closed-by-client");
  });

  it("a busy model: another one answers, and the footer says what came before", async () => {
    const { chat, composer } = workbench;
    openRouter.script("429-upstream");
    await composer.fill("Is anybody there?");
    await composer.press("Enter");
    const answer = chat.locator(".turn").nth(2).locator(".answer[aria-busy=false]");
    await answer.locator(".answer-details", { hasText: "1 busy" }).waitFor();
    assert.match(await answer.innerText(), /Is anybody there\?/);
  });

  it("a reload of the window brings the conversation back", async () => {
    const { chat } = workbench;
    await workbench.reload();
    await workbench.command("Free Models: Open Chat");
    await chat.locator(".turn").nth(2).waitFor();
    await chat.locator(".turn", { hasText: /Does this skip a line.*640 × 400/s }).waitFor();
    await chat.locator(".turn", { hasText: "Tell me everything" }).waitFor();
  });

  it("looks well and has no accessibility violations in every theme and width", async () => {
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
        const list = await violations(workbench);
        if (list.length > 0) found[`${name} ${width}`] = list;
      }
    }
    assert.deepEqual(found, {});
  });

  it("New Chat begins with an empty page", async () => {
    const { chat } = workbench;
    await workbench.command("Free Models: New Chat");
    await chat.getByRole("button", { name: "Explain the open file" }).waitFor();
    assert.equal(await chat.locator(".turn").count(), 0);
  });

  it("a click on the status bar chooses who answers next", async () => {
    const { page, status, composer, chat } = workbench;
    await status.click();
    // One that was busy a moment ago would be passed over.
    const awake = page.locator(".quick-input-list .monaco-list-row", { hasNotText: "Cooling down" });
    const row = awake.filter({ hasText: /nemotron|gemma/i }).first();
    await row.waitFor();
    const name = /nemotron|gemma/i.exec(await row.innerText())?.[0].toLowerCase() ?? "";
    await workbench.screenshot("picker");
    await row.click();
    await chat.locator(".model-choice", { hasText: new RegExp(name, "i") }).waitFor();
    await composer.fill("Who are you?");
    await composer.press("Enter");
    await chat.locator(".answer[aria-busy=false]").waitFor();
    assert.ok(openRouter.chatRequests.at(-1)?.model?.includes(name));
  });

  it("the day's requests are used up: a sentence, one thing to do, and no second request", async () => {
    const { chat, composer, status } = workbench;
    const before = openRouter.chatRequests.length;
    openRouter.account.set({ limits: { perMinute: 20, perDay: 50 }, usedToday: 50 });
    await composer.fill("One more?");
    await composer.press("Enter");
    const box = chat.locator(".turn").nth(1).locator(".error-box");
    await box.waitFor();
    assert.match(await box.locator("p").innerText(), /free requests/);
    assert.equal(await box.getByRole("button").count(), 1);
    assert.equal(openRouter.chatRequests.length, before + 1);
    await status.filter({ hasText: "Limit resets at" }).waitFor();
    await workbench.screenshot("used-up");
  });
});
