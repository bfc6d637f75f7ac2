import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, test } from "node:test";
import { accessibilityViolations } from "./accessibility";
import { setUpJourney } from "./journey";

describe("A question about the project", () => {
  const journey = setUpJourney({ packaged: true });
  beforeEach(() => journey.workbench.startChat());

  test("shows the code it is about before it is sent, and sends what is left of it", async () => {
    const { workbench, openRouter } = journey;
    const { chat, composer, page } = workbench;
    const question = "From how many copies on is there a discount?";
    const chips = chat.locator(".composer .chip");
    await workbench.runCommand("freeModels.askProject");
    await chat.locator(".composer textarea:focus").waitFor();
    await page.keyboard.type(question);
    await chips.filter({ hasText: "price.ts" }).waitFor();
    await chat.locator(".project-search", { hasText: /Found in the project: about \d+ tokens/ }).waitFor();
    assert.deepEqual(await accessibilityViolations(workbench), []);
    await workbench.screenshot("project-question");
    await chips.filter({ hasText: "price.ts" }).locator(".chip-label").click();
    await chat.locator(".chip-preview", { hasText: "Ten percent off" }).waitFor();
    const others = chips.filter({ hasNotText: "price.ts" });
    for (let count = await others.count(); count > 0; count--) {
      await others.first().locator(".chip-remove").click();
      await others.nth(count - 1).waitFor({ state: "detached" });
    }
    assert.equal(openRouter.chatRequests.length, 0);

    await composer.press("Enter");
    await workbench.answerTo(question).waitFor();
    const sent = JSON.stringify(openRouter.chatRequests.at(-1)?.body);
    assert.match(sent, /Selected code: price\.ts/);
    assert.doesNotMatch(sent, /@project/);
    assert.equal(openRouter.chatRequests.length, 1);
    await workbench.screenshot("project-answer");
  });

  test("knows files that were just saved, and none that are ignored or secret", async () => {
    const { workbench } = journey;
    const { chat, composer, sandbox } = workbench;
    const write = (name: string, text: string): Promise<void> => writeFile(path.join(sandbox.workspace, name), text);
    await composer.fill("@project zeppelin");
    await chat.locator(".project-search:empty").waitFor({ state: "attached" });
    await write(".freemodelsignore", "private.ts\n");
    await write("zeppelin.ts", "export const zeppelin = 1;\n");
    await write("private.ts", "export const zeppelin = 2;\n");
    await write("zeppelin.pem", "zeppelin\n");
    const chips = chat.locator(".composer .chip");
    for (let letter = "a"; !(await chips.first().isVisible()); letter += "a") {
      await composer.fill(`@project zeppelin ${letter}`);
      await chips
        .first()
        .waitFor({ timeout: 2_000 })
        .catch(() => undefined);
    }
    assert.deepEqual(await chips.locator(".chip-text").allTextContents(), ["zeppelin.ts:1"]);
  });
});
