import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { chatPages } from "../../support/page/chatPages";
import { turnViewOf } from "../../support/page/turns";

const open = chatPages();

const text = "Here:\n\n```ts\nconst total = 1;\n```\n\n```sh\nnpm test\n```\n";
const state = { turns: [turnViewOf("t1", {}, { text })] };

describe("The buttons of a code block", () => {
  test("show Apply with its label, and only its icon where the block is narrow", async () => {
    for (const [width, isLabelled] of [
      [400, true],
      [220, false],
    ] as const) {
      await using chat = await open({ state, width });
      const apply = chat.page.getByRole("button", { name: "Apply to File" });
      await apply.waitFor();
      assert.equal(await apply.getByText("Apply", { exact: true }).isVisible(), isLabelled, `${width} px`);
      const caption = chat.page.locator("figcaption").first();
      const overflow = await caption.evaluate((element) => element.scrollWidth - element.clientWidth);
      assert.equal(overflow, 0, `${width} px`);
      const { violations } = await new AxeBuilder({ page: chat.page }).include("figure").analyze();
      assert.deepEqual(violations, []);
    }
  });

  test("apply the code of the block", async () => {
    await using chat = await open({ state });
    const message = chat.nextMessage("code");
    await chat.page.getByRole("button", { name: "Apply to File" }).click();
    assert.deepEqual(await message, {
      type: "code",
      do: "apply",
      turn: "t1",
      text: "const total = 1;",
      language: "ts",
    });
  });

  test("insert shell code into the terminal instead", async () => {
    await using chat = await open({ state });
    await chat.page.getByRole("button", { name: "Insert into Terminal" }).waitFor();
    assert.equal(await chat.page.getByRole("button", { name: "Apply to File" }).count(), 1);
  });
});
