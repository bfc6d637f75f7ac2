import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { chatPages } from "../../support/page/chatPages";
import { answerHeader, turnViewOf } from "../../support/page/turns";

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
    const { block, ...posted } = await message;
    assert.deepEqual(posted, {
      ...{ type: "code", do: "apply", answer: "t1-a" },
      ...{ text: "const total = 1;", language: "ts", info: "ts" },
    });
    assert.match(block, /^\w+$/);
  });

  test("stand behind a mark once the code is applied, also when the chat is opened again", async () => {
    await using chat = await open({ state });
    const marks = chat.page.locator(".code-used:visible");
    const message = chat.nextMessage("code");
    await chat.page.getByRole("button", { name: "Apply to File" }).click();
    const { block } = await message;
    assert.equal(await marks.count(), 0, "a diff was opened, nothing was kept");
    await chat.send({ type: "answer", answer: answerHeader({ id: "t1-a", appliedCode: [block] }) });
    assert.deepEqual(await marks.allTextContents(), ["Applied"]);
    await chat.send({ type: "answer", answer: answerHeader({ id: "t1-a", insertedCode: [block] }) });
    assert.deepEqual(await marks.allTextContents(), ["Inserted"]);
    await chat.send({ type: "turns", from: 0, turns: [turnViewOf("t1", {}, { text, appliedCode: [block] })] });
    await chat.page.locator("figure").nth(1).waitFor();
    assert.deepEqual(await marks.allTextContents(), ["Applied"]);
    const { violations } = await new AxeBuilder({ page: chat.page }).include("figure").analyze();
    assert.deepEqual(violations, []);
  });

  test("open VS Code's context menu where the button is, for the code of the block", async () => {
    await using chat = await open({ state });
    await chat.page.locator("figure [aria-label='More…']").first().waitFor();
    const menu = await chat.page.evaluate(async () => {
      const button = document.querySelector<HTMLElement>("figure [aria-label='More…']");
      const opened = new Promise<MouseEvent>((resolve) =>
        window.addEventListener("contextmenu", resolve, { once: true }),
      );
      button?.click();
      const { clientX, clientY } = await opened;
      const { left, bottom } = button?.getBoundingClientRect() ?? {};
      const isAtButton = clientX === Math.trunc(left ?? 0) && clientY === Math.trunc(bottom ?? 0);
      return { isAtButton, context: button?.dataset["vscodeContext"] };
    });
    assert.ok(menu.isAtButton);
    const { block, ...context } = JSON.parse(menu.context ?? "{}") as Record<string, unknown>;
    assert.match(String(block), /^\w+$/);
    assert.deepEqual(context, {
      ...{ webviewSection: "freeModelsCode", conversation: "c1", answer: "t1-a" },
      ...{ text: "const total = 1;", language: "ts", info: "ts", preventDefaultContextMenuItems: true },
    });
  });

  test("insert shell code into the terminal instead", async () => {
    await using chat = await open({ state });
    await chat.page.getByRole("button", { name: "Insert into Terminal" }).waitFor();
    assert.equal(await chat.page.getByRole("button", { name: "Apply to File" }).count(), 1);
  });

  test("insert and copy a diff, but do not apply it", async () => {
    const diff = "```diff\n-let a;\n+let b;\n```\n\n```patch\n-let a;\n+let b;\n```\n";
    await using chat = await open({ state: { turns: [turnViewOf("t1", {}, { text: diff })] } });
    await chat.page.locator("figure").nth(1).waitFor();
    assert.equal(await chat.page.getByRole("button", { name: "Insert at Cursor" }).count(), 2);
    assert.equal(await chat.page.getByRole("button", { name: "Apply to File" }).count(), 0);
  });

  test("are left out in an answer of very many blocks, but for the first", async () => {
    await using chat = await open({
      state: { turns: [turnViewOf("t1", {}, { text: "```js\nlet a;\n```\n".repeat(310) })] },
    });
    await chat.page.locator("figure").nth(309).waitFor({ state: "attached" });
    assert.equal(await chat.page.locator(".code-actions").count(), 300);
    assert.equal(await chat.page.locator("figure").last().textContent(), "JavaScriptlet a;");
  });
});
