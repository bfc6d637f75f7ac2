import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import type { DraftView } from "../../../src/chat/page/protocol";
import { chatPages } from "../../support/page/chatPages";
import { turnViewOf } from "../../support/page/turns";

const open = chatPages();

/** The accessible name of the focused element. */
const focused = (page: Page): Promise<string | null | undefined> =>
  page.evaluate(() => document.activeElement?.getAttribute("aria-label"));

const composer = "Your question";

/** A draft with these files attached. */
function draftOf(...labels: readonly string[]): DraftView {
  const attachments = labels.map((label) => ({ id: label, kind: "file" as const, label }));
  return { text: "", attachments, queued: [], revision: 1 };
}

describe("the focus", () => {
  test("moves to the chip that takes the place of a removed one, or before it, and then to the composer", async () => {
    await using chat = await open({ state: { draft: draftOf("a.ts", "b.ts", "c.ts") } });
    await chat.page.press("[aria-label='Remove b.ts']", "Enter");
    await chat.send({ type: "draft", draft: draftOf("a.ts", "c.ts") });
    assert.equal(await focused(chat.page), "Remove c.ts");
    await chat.send({ type: "draft", draft: draftOf("a.ts") });
    assert.equal(await focused(chat.page), "Remove a.ts");
    await chat.send({ type: "draft", draft: draftOf() });
    assert.equal(await focused(chat.page), composer);
  });

  test("moves to the composer when a question is asked again", async () => {
    await using chat = await open({ state: { turns: [turnViewOf("t1")] } });
    await chat.page.press("[aria-label='Ask Again']", "Enter");
    const turn = turnViewOf("t1", { variants: ["t1-a", "t1-b"] }, { id: "t1-b", status: "waiting", text: "" });
    await chat.send({ type: "turns", from: 0, turns: [turn] });
    assert.equal(await focused(chat.page), composer);
  });

  test("stays on the buttons that switch between the versions of a question and of an answer", async () => {
    const versions = ["t1", "t2", "t3"];
    const variants = ["t3-a", "t3-b"];
    await using chat = await open({ state: { turns: [turnViewOf("t3", { versions })] } });
    await chat.page.press(".question [aria-label='Previous']", "Enter");
    await chat.send({ type: "turns", from: 0, turns: [turnViewOf("t2", { versions })] });
    assert.equal(await focused(chat.page), "Previous");
    // There is no previous one of the first.
    await chat.send({ type: "turns", from: 0, turns: [turnViewOf("t1", { versions })] });
    assert.equal(await focused(chat.page), "Next");

    await chat.send({ type: "turns", from: 0, turns: [turnViewOf("t3", { versions, variants })] });
    await chat.page.press(".answer [aria-label='Next']", "Enter");
    const second = turnViewOf("t3", { versions, variants }, { id: "t3-b", text: "Another one." });
    await chat.send({ type: "turns", from: 0, turns: [second] });
    assert.equal(await chat.page.innerText(".answer .markdown"), "Another one.");
    assert.equal(await focused(chat.page), "Previous");
    assert.ok(await chat.page.evaluate(() => document.activeElement?.closest(".answer") !== null));
  });

  test("is back on the button when the editing of a question is canceled", async () => {
    await using chat = await open({ state: { turns: [turnViewOf("t1")] } });
    await chat.page.press("[aria-label='Edit and Ask Again']", "Enter");
    await chat.page.press(".question-editor textarea", "Escape");
    await chat.page.waitForSelector("[aria-label='Edit and Ask Again']:focus");
  });

  test("is back where it was when VS Code gives it back to the page", async () => {
    await using chat = await open({ state: { turns: [turnViewOf("t1")] } });
    await chat.page.focus("[aria-label='More…']");
    // The browser forgets what had the focus in a page that has lost it.
    await chat.page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      window.dispatchEvent(new FocusEvent("focus"));
    });
    assert.equal(await focused(chat.page), "More…");
  });

  test("stays where the user has moved it", async () => {
    await using chat = await open({ state: { turns: [turnViewOf("t1")], draft: draftOf("a.ts") } });
    await chat.page.focus("[aria-label='Remove a.ts']");
    await chat.page.focus("[aria-label='Copy Answer']");
    await chat.send({ type: "draft", draft: draftOf() });
    assert.equal(await focused(chat.page), "Copy Answer");
  });
});
