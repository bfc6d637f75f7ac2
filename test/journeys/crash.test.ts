import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { realisticPace, startOpenRouter, type OpenRouter } from "../support/openRouter";
import { Workbench } from "../support/workbench";

const key = `sk-or-v1-${"c0ffee00".repeat(8)}`;
/** More by hand: `CRASHES=20`. */
const crashes = Number(process.env["CRASHES"] ?? 2);

/** The extension's process is killed while an answer is being written, and comes back. */
describe("A crash in mid-answer", () => {
  let openRouter: OpenRouter;
  let workbench: Workbench;

  before(async () => {
    openRouter = await startOpenRouter({ keys: [key], pace: { ...realisticPace, betweenMs: [40, 40] } });
    workbench = await Workbench.open({
      settings: { "freeModels.baseUrl": openRouter.baseUrl, "freeModels.requestsPerMinute": 1000 },
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

  for (let crash = 1; crash <= crashes; crash++)
    it(`loses nothing and doubles nothing (${crash})`, async () => {
      const { chat, composer } = workbench;
      const question = `Question ${crash}?`;
      const turn = chat.locator(".turn", { hasText: question });
      const answer = turn.locator(".answer");
      await workbench.command("Free Models: Open Chat");
      await composer.fill(question);
      await composer.press("Enter");
      const text = answer.locator(".markdown", { hasText: "You asked" });
      await text.waitFor();
      const seen = await text.innerText();
      await workbench.killExtensionHost();
      await workbench.reload();
      await workbench.command("Free Models: Open Chat");

      await turn.getByRole("button", { name: "Continue" }).waitFor();
      await turn.getByRole("button", { name: "Try Another Model" }).waitFor();
      assertGoesOn(await text.innerText(), seen);
      // Those far above are drawn a moment later.
      await chat.locator(".question-text", { hasText: "Question 1?" }).waitFor({ state: "attached" });
      assert.deepEqual(await chat.locator(".question-text").allTextContents(), questions(crash));
      assert.equal(await composer.inputValue(), "");
      assert.equal(await answer.count(), 1);
      // The interrupted answer stays where it is when the next question follows it, and ends well in every other case.
      if (crash % 2 === 0) return;
      const kept = await text.innerText();
      await turn.getByRole("button", { name: "Continue" }).click();
      await turn.locator(".answer[aria-busy=false] .answer-details").waitFor();
      await turn.locator(".interrupted").waitFor({ state: "detached" });
      assertGoesOn(await text.innerText(), kept);
    });

  /** The letters are compared: half a word of Markdown is drawn with its asterisks until the other half comes. */
  function assertGoesOn(now: string, before: string): void {
    const letters = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, "");
    assert.equal(letters(now).slice(0, letters(before).length), letters(before));
  }

  const questions = (count: number): string[] => Array.from({ length: count }, (_, at) => `Question ${at + 1}?`);
});
