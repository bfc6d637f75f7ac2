import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chatPages } from "../../support/page/chatPages";

const open = chatPages();

describe("attachment chips", () => {
  test("open a preview and can be removed", async () => {
    const attachments = [{ id: "x1", kind: "file" as const, label: "router.ts", length: 9, cut: "the last 2 lines" }];
    await using chat = await open({ state: { draft: { text: "", attachments, queued: [], revision: 1 } } });
    const expanded = chat.nextMessage("expand");
    await chat.page.click(".chip-label");
    assert.equal((await expanded).id, "x1");
    await chat.send({ type: "attachment-text", id: "x1", text: "let a = 1" });
    assert.match((await chat.page.textContent(".chip-preview")) ?? "", /Left out: the last 2 lineslet a = 1/);
    const detached = chat.nextMessage("detach");
    await chat.page.click(".chip-remove");
    assert.equal((await detached).id, "x1");
    assert.ok(await chat.page.isEnabled(".send"), "attachments can be sent without text");
  });

  test("can be removed all at once if there are many", async () => {
    const attachments = ["a", "b", "c", "d"].map((id) => ({ id, kind: "file" as const, label: `${id}.ts` }));
    await using chat = await open({ state: { draft: { text: "", attachments, queued: [], revision: 1 } } });
    const removed = chat.nextMessage("detach-all");
    await chat.page.click("text=Remove All");
    await removed;
    const few = { text: "", attachments: attachments.slice(0, 3), queued: [], revision: 1 };
    await chat.send({ type: "draft", draft: few });
    assert.equal(await chat.page.locator("text=Remove All").count(), 0);
  });

  test("keep the file extension and line numbers visible in a narrow side bar", async () => {
    const labels = [
      "src/webview/markdown/basket.ts:18-22",
      "aComponentWithAVeryLongName.test.tsx",
      "src\\deep\\down\\a.py",
    ];
    const attachments = labels.map((label, index) => ({ id: `x${index}`, kind: "selection" as const, label }));
    const draft = { text: "", attachments, queued: [], revision: 1 };
    for (const width of [180, 220, 300]) {
      await using chat = await open({ state: { draft }, width });
      const chips = await chat.page.$$eval(".composer .chip", (elements) =>
        elements.map((chip) => {
          const edge = chip.querySelector(".chip-label")?.getBoundingClientRect().right ?? 0;
          const suffix = chip.querySelector(".chip-suffix")?.getBoundingClientRect();
          const nameWidth = chip.querySelector(".chip-name")?.clientWidth ?? 0;
          const text = chip.querySelector(".chip-text")?.textContent;
          return { text, nameWidth, suffixFits: !!suffix && suffix.width > 0 && suffix.right <= edge };
        }),
      );
      assert.deepEqual(
        chips.map(({ text, suffixFits }) => ({ text, suffixFits })),
        labels.map((text) => ({ text, suffixFits: true })),
      );
      assert.ok(
        chips.every(({ nameWidth }) => nameWidth > 5),
        `${width} px: ${JSON.stringify(chips)}`,
      );
    }
  });

  test("show the surrounding code of a selection and let the user exclude it", async () => {
    const selection = { id: "x1", kind: "selection" as const, label: "a.ts:4-9", length: 90 };
    const draft = { text: "", attachments: [{ ...selection, surroundings: true }], queued: [], revision: 1 };
    await using chat = await open({ state: { draft } });
    await chat.page.click(".chip-label");
    await chat.send({ type: "attachment-text", id: "x1", text: "let a = 1", surroundings: "import b;" });
    const preview = (): Promise<string> => chat.page.innerText(".chip-preview");
    assert.match(await preview(), /^let a = 1\s+Surrounding code, sent as context:\s+import b;$/);
    const detached = chat.nextMessage("detach-surroundings");
    await chat.page.click("[aria-label='Exclude surrounding code']");
    assert.equal((await detached).id, "x1");
    await chat.send({ type: "draft", draft: { ...draft, attachments: [selection], revision: 2 } });
    assert.equal(await preview(), "let a = 1");
  });
});
