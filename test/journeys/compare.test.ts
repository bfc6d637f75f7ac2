import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { accessibilityViolations } from "./accessibility";
import { setUpJourney, stallMidAnswer } from "./journey";
import { assertKept, paceMs } from "./keptText";

describe("Several models that answer the same question", () => {
  const journey = setUpJourney({ packaged: true, viewport: { width: 1600, height: 900 } });
  beforeEach(() => journey.workbench.startChat());

  /** Opens the dialog with the question in the composer. Resolves to its title, which says the price. */
  async function openDialog(question: string): Promise<string> {
    const { chat, composer, page } = journey.workbench;
    await composer.fill(question);
    await chat.getByRole("button", { name: "Ask Several Models…" }).click();
    const title = page.locator(".quick-input-title", { hasText: "requests left today" });
    await title.waitFor();
    return title.innerText();
  }

  test("answer side by side after the price is told, and the one that is kept goes on", async () => {
    const { workbench, openRouter } = journey;
    const { page, chat } = workbench;
    const question = "Which of you is best?";
    await workbench.resizeSideBar(1_100);
    assert.match(
      await openDialog(question),
      /^Ask Several Models · This takes at least 3 of your \d+ free requests left today\.$/,
    );
    await workbench.screenshot("compare-dialog");
    assert.equal(openRouter.chatRequests.length, 0);
    await page.keyboard.press("Enter");
    const columns = workbench.turn(question).locator(".column-row .column");
    await columns.nth(2).locator(".keep").waitFor();
    await columns.nth(1).locator(".keep").waitFor();
    await columns.nth(0).locator(".keep").waitFor();
    await workbench.screenshot("compare-columns");
    assert.deepEqual(await accessibilityViolations(workbench), []);
    assert.equal(openRouter.chatRequests.length, 3);
    const names = await columns.locator(".column-header").allInnerTexts();
    assert.equal(new Set(names).size, 3);

    await columns.nth(1).locator(".keep").click();
    await columns.first().waitFor({ state: "detached" });
    await chat.locator(".composer textarea:focus").waitFor();
    await workbench
      .answerTo(question)
      .locator(".answer-detail.model", { hasText: names[1] ?? "" })
      .waitFor();
    await workbench.turn(question).getByText("2/3").waitFor();
    await workbench.ask("And why?");
    await workbench.answerTo("And why?").waitFor();
    await workbench.screenshot("compare-kept");
  });

  test("are chosen, read in tabs, stopped and kept with the keyboard alone", async () => {
    const { workbench, openRouter } = journey;
    const { page, chat } = workbench;
    const question = "Which two are fast?";
    await workbench.resizeSideBar(320);
    openRouter.script(stallMidAnswer, "ok");
    await openDialog(question);
    // The first row is chosen; unchecking it leaves two.
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await page.locator(".quick-input-title", { hasText: "This takes at least 2 of your" }).waitFor();
    await page.keyboard.press("Enter");
    const tabs = workbench.turn(question).getByRole("tab");
    await tabs.nth(1).waitFor();
    assert.equal(await tabs.count(), 2);
    await workbench.screenshot("compare-tabs");
    assert.deepEqual(await accessibilityViolations(workbench), []);
    await tabs.first().focus();
    for (const name of ["Stop This Answer", "Keep This One"]) {
      // One of the two stalls; its tab has the button to stop it.
      while (!(await chat.getByRole("button", { name }).isVisible())) {
        const other = (await tabs.first().getAttribute("aria-selected")) === "true" ? tabs.last() : tabs.first();
        await page.keyboard.press("ArrowRight");
        await other.and(chat.locator("[aria-selected=true]")).waitFor();
      }
      await chat.getByRole("button", { name }).press("Enter");
      if (name === "Stop This Answer") await tabs.first().focus();
    }
    await tabs.first().waitFor({ state: "detached" });
    await chat.locator(".composer textarea:focus").waitFor();
    assert.equal(openRouter.chatRequests.length, 2);
  });

  test("are interrupted variants after a crash, and nothing of them is lost", async () => {
    const { workbench, openRouter } = journey;
    const { page } = workbench;
    const question = "Do all three survive?";
    await workbench.resizeSideBar(1_100);
    openRouter.setPace({ betweenMs: paceMs });
    openRouter.script(stallMidAnswer, stallMidAnswer, stallMidAnswer);
    await openDialog(question);
    await page.keyboard.press("Enter");
    const texts = workbench.turn(question).locator(".column .markdown");
    for (const column of [0, 1, 2]) await texts.nth(column).filter({ hasText: /\S/ }).waitFor();
    const before = await texts.allInnerTexts();
    await workbench.killExtensionHost();
    openRouter.setPace({ betweenMs: 0 });
    await workbench.reload();
    await workbench.runCommand("freeModels.openChat");
    // VS Code saves the width some time after it changes.
    await workbench.resizeSideBar(1_100);
    const interrupted = workbench.turn(question).locator(".column .interrupted");
    await interrupted.nth(2).waitFor();
    const after = await texts.allInnerTexts();
    assert.equal(after.length, 3);
    for (const [column, text] of after.entries()) assertKept(text, before[column] ?? "");
    await workbench.screenshot("compare-interrupted");
    await interrupted.first().getByRole("button", { name: "Continue" }).click();
    await workbench.turn(question).locator(".column .keep").first().waitFor();
    await interrupted.nth(2).waitFor({ state: "detached" });
  });

  test("answer an earlier question again from the menu of its answer", async () => {
    const { workbench } = journey;
    const { page } = workbench;
    const question = "Was that right?";
    await workbench.resizeSideBar(1_100);
    await workbench.ask(question);
    await workbench.answerTo(question).waitFor();
    const price = page.locator(".quick-input-title", { hasText: "This takes at least 3 of your" });
    // On a busy machine, the chat takes the focus back so late after its menu that this closes the picker.
    for (let attempt = 0; attempt < 3 && !(await price.isVisible()); attempt++) {
      await workbench.runFromAnswerMenu(question, "freeModels.askSeveralModels");
      await price.waitFor({ timeout: 10_000 }).catch(() => undefined);
    }
    await price.waitFor();
    await page.keyboard.press("Enter");
    const keep = workbench.turn(question).locator(".column .keep");
    await keep.nth(2).waitFor();
    await keep.nth(2).click();
    await workbench.turn(question).getByText("4/4").waitFor();
  });
});
