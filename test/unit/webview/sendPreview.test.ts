import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import type { SendPreviewView } from "../../../src/chat/page/protocol";
import { chatPages } from "../../support/page/chatPages";
import { turnViewOf } from "../../support/page/turns";

const open = chatPages();

const agents: SendPreviewView["instructions"] = [{ id: "i1", kind: "instructions", label: "AGENTS.md", length: 120 }];
const largePreview: SendPreviewView = {
  instructions: agents,
  tokenEstimate: { share: 0.62, text: "About 40,600 tokens with this chat and the attachments." },
  warning: {
    text: "All free models that read images are busy. The first one resets at 14:05.",
    action: { label: "Remove shot.png", message: { type: "detach", id: "p1" } },
  },
};

describe("send preview", () => {
  test("shows nothing if there is nothing to report", async () => {
    await using chat = await open();
    await chat.send({ type: "send-preview", conversation: "c1", preview: { instructions: [] } });
    assert.equal(await chat.page.locator(".token-estimate, .send-preview-warning > *, .composer .chip").count(), 0);
  });

  test("shows the instructions file as a removable attachment that cannot be sent alone", async () => {
    await using chat = await open();
    await chat.send({ type: "send-preview", conversation: "c1", preview: { instructions: agents } });
    assert.equal(await chat.page.textContent(".composer .chip-text"), "AGENTS.md");
    assert.ok(await chat.page.isDisabled(".send"));
    const detached = chat.nextMessage("detach");
    await chat.page.click("[aria-label='Remove AGENTS.md']");
    assert.equal((await detached).id, "i1");
  });

  test("shows the token estimate as a meter with a text, and a warning with a button", async () => {
    await using chat = await open();
    await chat.send({ type: "send-preview", conversation: "c1", preview: largePreview });
    const meter = chat.page.getByRole("meter", { name: "Token estimate" });
    assert.equal(await meter.getAttribute("aria-valuenow"), "62");
    assert.match((await meter.getAttribute("aria-valuetext")) ?? "", /About 40,600 tokens/);
    const detached = chat.nextMessage("detach");
    await chat.page.locator(".send-preview-warning").getByRole("button", { name: "Remove shot.png" }).click();
    assert.equal((await detached).id, "p1");
  });

  test("ignores the preview of another chat", async () => {
    await using chat = await open();
    await chat.send({ type: "send-preview", conversation: "c1", preview: largePreview });
    await chat.send({ type: "state", state: { ...chat.state, conversation: "c2" } });
    assert.equal(await chat.page.locator(".token-estimate").count(), 0);
    await chat.send({ type: "send-preview", conversation: "c1", preview: largePreview });
    assert.equal(await chat.page.locator(".token-estimate").count(), 0);
  });

  test("marks the first turn that the last request included", async () => {
    const turns = ["t1", "t2", "t3"].map((id) => turnViewOf(id, {}, id === "t2" ? { sentFrom: "t2" } : {}));
    await using chat = await open({ state: { turns } });
    assert.equal(await chat.page.locator(".history-start").count(), 0, "the newest request included all turns");
    await chat.send({ type: "turns", from: 2, turns: [turnViewOf("t3", {}, { sentFrom: "t2" })] });
    const line = chat.page.locator("#turn-t2 .history-start");
    assert.match((await line.textContent()) ?? "", /^The messages above were not sent/);
    assert.equal(await chat.page.locator(".history-start").count(), 1);
  });

  for (const theme of ["dark", "light", "high-contrast", "high-contrast-light"] as const)
    test(`is accessible and fits 220 pixels (${theme})`, async () => {
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
      await chat.send({ type: "send-preview", conversation: "c1", preview: largePreview });
      assert.equal(
        await chat.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
        0,
      );
      const { violations } = await new AxeBuilder({ page: chat.page }).analyze();
      assert.deepEqual(
        violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
        [],
      );
      assert.deepEqual(chat.errors, []);
    });
});
