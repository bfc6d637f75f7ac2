import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { setUpJourney, stallMidAnswer } from "./journey";
import { assertKept, paceMs } from "./keptText";

/** How often each test runs. More for a manual stress test: `CRASHES=20`. */
const runs = Number(process.env["CRASHES"] ?? 1);

describe("A crash of the extension host during an answer", () => {
  const journey = setUpJourney();

  beforeEach(() => journey.workbench.startChat());

  /** Asks the question, kills the extension host while the answer arrives, and reopens the chat. Resolves to the text before the crash. */
  async function crashDuringAnswer(question: string): Promise<string> {
    const { workbench, openRouter } = journey;
    // Deltas arrive until the crash, and the answer never completes before it.
    openRouter.setPace({ betweenMs: paceMs });
    openRouter.script(stallMidAnswer);
    await workbench.ask(question);
    const text = await workbench.partialAnswerTo(question).innerText();
    await workbench.killExtensionHost();
    openRouter.setPace({ betweenMs: 0 });
    await workbench.reload();
    await workbench.runCommand("freeModels.openChat");
    await workbench.turn(question).getByRole("button", { name: "Continue" }).waitFor();
    return text;
  }

  /** The text of an answer; empty if a crash lost all of it. */
  const textOf = async (question: string): Promise<string> => {
    const texts = await journey.workbench.turn(question).locator(".answer .markdown").allInnerTexts();
    return texts.join("\n");
  };

  for (let run = 1; run <= runs; run++) {
    test(`loses 500 ms of the answer at most, which Continue completes (${run})`, async () => {
      const { workbench } = journey;
      const question = "Does this survive?";
      const before = await crashDuringAnswer(question);
      const restored = await textOf(question);
      assertKept(restored, before);
      assert.equal(await workbench.composer.inputValue(), "");
      await workbench
        .turn(question)
        .locator(".interrupted")
        .getByRole("button", { name: "Ask Another Model" })
        .waitFor();

      await workbench.turn(question).getByRole("button", { name: "Continue" }).click();
      await workbench.answerTo(question).locator(".answer-footer").waitFor();
      await workbench.turn(question).locator(".interrupted").waitFor({ state: "detached" });
      assertKept(await textOf(question), restored, 0);
      assert.equal(await workbench.turn(question).locator(".answer").count(), 1);
    });

    test(`keeps an interrupted answer when another question follows, also after another crash (${run})`, async () => {
      const { workbench } = journey;
      const first = await crashDuringAnswer("What is first?");
      await crashDuringAnswer("What is second?");
      assertKept(await textOf("What is first?"), first);
      assert.deepEqual(await workbench.chat.locator(".question-text").allTextContents(), [
        "What is first?",
        "What is second?",
      ]);
    });
  }
});
