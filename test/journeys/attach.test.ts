import assert from "node:assert/strict";
import { before, beforeEach, describe, test } from "node:test";
import type { Locator } from "playwright-core";
import { accessibilityViolations } from "./accessibility";
import { setUpJourney } from "./journey";

describe("A chat beside the Explorer", () => {
  const journey = setUpJourney();

  before(() => journey.workbench.runCommand("freeModels.moveBesideChat"));

  beforeEach(async () => {
    await journey.workbench.startChat();
    await journey.workbench.runBuiltInCommand("View: Show Explorer");
  });

  const chip = (label: string): Locator => journey.workbench.chat.locator(".composer .chip", { hasText: label });

  test("takes files and folders that are dropped with Shift", async () => {
    const { workbench, openRouter } = journey;
    await workbench.dropFromExplorer("README.md");
    await chip("README.md").waitFor();
    await workbench.dropFromExplorer("src");
    await chip("src").waitFor();
    await workbench.screenshot("dropped-dark");
    await workbench.ask("What is sold here?");
    await workbench.answerTo("What is sold here?").waitFor();
    const sent = JSON.stringify(openRouter.chatRequests.at(-1)?.body);
    assert.match(sent, /A small shop that sells books by post/);
    assert.match(sent, /basket\.ts/);
  });

  test("takes an image from the menu of the Explorer", async () => {
    const { workbench } = journey;
    await workbench.explorerRow("pictures").click();
    await workbench.runFromExplorerMenu("sales.png", "freeModels.askImage");
    await chip("sales.png").locator("img").waitFor();
    await workbench.chat.locator(".composer textarea:focus").waitFor();
    await workbench.ask("Which month was best?");
    const answer = workbench.answerTo("Which month was best?");
    await answer.waitFor();
    assert.match(await answer.innerText(), /image\/png, 640 × 400 pixels/);
  });

  test("takes a file that is chosen among those of the workspace, and one from a path", async () => {
    const { workbench } = journey;
    const { page, chat, quickPickRows } = workbench;
    await chat.getByRole("button", { name: "Attach Files or Images" }).click();
    await workbench.quickInput.fill("ship");
    await quickPickRows.filter({ hasText: "shipping.ts" }).click();
    await chip("shipping.ts").waitFor();

    await chat.getByRole("button", { name: "Attach Files or Images" }).click();
    await quickPickRows.filter({ hasText: "Browse…" }).click();
    await page.locator(".quick-input-title", { hasText: "Attach Files or Images" }).waitFor();
    // It opens in the workspace. Until its entries are listed, VS Code may replace what is typed.
    await quickPickRows.filter({ hasText: "reports" }).waitFor();
    await workbench.screenshot("attach-picker");
    await workbench.quickInput.fill(`${workbench.sandbox.workspace}/reports/monthly.py`);
    await quickPickRows.filter({ hasText: "monthly.py" }).waitFor();
    await page.keyboard.press("Enter");
    await chip("monthly.py").waitFor();
  });

  test("moves to the panel, and works there at 200 % zoom", async () => {
    const { workbench } = journey;
    const { page, chat, composer } = workbench;
    await workbench.runBuiltInCommand("View: Move View");
    await workbench.quickPickRows.filter({ hasText: "Free Models" }).first().click();
    await workbench.quickPickRows.filter({ hasText: "New Panel Entry" }).click();
    await page.locator(".part.panel .composite.title", { hasText: /Free Models/i }).waitFor();
    await composer.waitFor();
    // At 200 %, a window of 1280 × 800 pixels has half as many CSS pixels.
    const size = page.viewportSize() ?? { width: 0, height: 0 };
    await page.setViewportSize({ width: size.width / 2, height: size.height / 2 });
    await workbench.ask("Do I fit?");
    await workbench.answerTo("Do I fit?").waitFor();
    await workbench.screenshot("panel-zoomed-dark");
    assert.deepEqual(await accessibilityViolations(workbench), []);
    assert.equal(await chat.locator("html").evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth), 0);
    await page.setViewportSize(size);
  });
});
