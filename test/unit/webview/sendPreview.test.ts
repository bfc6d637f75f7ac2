import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import type { SendPreviewView } from "../../../src/chat/page/protocol";
import { chatPages } from "../../support/page/chatPages";
import { turnViewOf } from "../../support/page/turns";

const open = chatPages();

const agents: SendPreviewView["instructions"] = [{ id: "i1", kind: "instructions", label: "AGENTS.md", length: 120 }];
const heavy: SendPreviewView = {
  instructions: agents,
  weight: { share: 0.62, words: "About 40,600 tokens with this chat and what is attached." },
  warning: {
    text: "Every free model that sees pictures is busy right now. The first is back at 14:05.",
    action: { label: "Remove shot.png", says: { type: "detach", id: "p1" } },
  },
};

suite("the outlook beside the composer", () => {
  test("nothing is there while there is nothing to tell", async () => {
    await using chat = await open();
    await chat.tell({ type: "send-preview", conversation: "c1", preview: { instructions: [] } });
    assert.equal(await chat.page.locator(".weight, .send-preview-warning > *, .composer .chip").count(), 0);
  });

  test("the project's instructions are a chip that goes at a click, and no reason to send", async () => {
    await using chat = await open();
    await chat.tell({ type: "send-preview", conversation: "c1", preview: { instructions: agents } });
    assert.equal(await chat.page.textContent(".composer .chip-text"), "AGENTS.md");
    assert.ok(await chat.page.isDisabled(".send"));
    const detached = chat.hears("detach");
    await chat.page.click("[aria-label='Remove AGENTS.md']");
    assert.equal((await detached).id, "i1");
  });

  test("the weight is a meter with words, and the warning has its button", async () => {
    await using chat = await open();
    await chat.tell({ type: "send-preview", conversation: "c1", preview: heavy });
    const meter = chat.page.getByRole("meter", { name: "Length" });
    assert.equal(await meter.getAttribute("aria-valuenow"), "62");
    assert.match((await meter.getAttribute("aria-valuetext")) ?? "", /About 40,600 tokens/);
    const detached = chat.hears("detach");
    await chat.page.locator(".send-preview-warning").getByRole("button", { name: "Remove shot.png" }).click();
    assert.equal((await detached).id, "p1");
  });

  test("what was seen for another chat is not shown for this one", async () => {
    await using chat = await open();
    await chat.tell({ type: "send-preview", conversation: "c1", preview: heavy });
    await chat.tell({ type: "state", state: { ...chat.state, conversation: "c2" } });
    assert.equal(await chat.page.locator(".weight").count(), 0);
    await chat.tell({ type: "send-preview", conversation: "c1", preview: heavy });
    assert.equal(await chat.page.locator(".weight").count(), 0);
  });

  test("a line tells where the conversation began when it was sent last", async () => {
    const turns = ["t1", "t2", "t3"].map((id) => turnViewOf(id, {}, id === "t2" ? { sentFrom: "t2" } : {}));
    await using chat = await open({ state: { turns } });
    assert.equal(await chat.page.locator(".history-start").count(), 0, "the newest answer had read everything");
    await chat.tell({ type: "turns", from: 2, turns: [turnViewOf("t3", {}, { sentFrom: "t2" })] });
    const line = chat.page.locator("#turn-t2 .history-start");
    assert.match((await line.textContent()) ?? "", /^The messages above were not sent/);
    assert.equal(await chat.page.locator(".history-start").count(), 1);
  });

  for (const theme of ["dark", "light", "high-contrast", "high-contrast-light"] as const)
    test(`fits 220 pixels and axe finds nothing: ${theme}`, async () => {
      const turns = [turnViewOf("t1"), turnViewOf("t2", {}, { sentFrom: "t2" })];
      const draft = {
        text: "What is this?",
        attachments: [
          { id: "p1", kind: "image" as const, label: "shot.png", url: "data:image/gif;base64,R0lGODlhAQABAAAAACw=" },
        ],
        queued: [],
        revision: 1,
      };
      await using chat = await open({ theme, width: 220, state: { turns, draft } });
      await chat.tell({ type: "send-preview", conversation: "c1", preview: heavy });
      assert.equal(
        await chat.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
        0,
      );
      const { violations } = await new AxeBuilder({ page: chat.page }).analyze();
      assert.deepEqual(
        violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
        [],
      );
      assert.deepEqual(chat.problems, []);
    });
});
