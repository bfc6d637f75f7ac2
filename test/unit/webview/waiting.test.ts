import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AnswerView, ChatState } from "../../../src/chat/page/protocol";
import { chatPages } from "../../support/page/chatPages";
import { answerHeader, turnViewOf } from "../../support/page/turns";

const open = chatPages();

const modelA = { id: "m/a:free", name: "Model A" };

/** A chat whose only answer waits like this since so many milliseconds. */
function waiting(answer: Partial<AnswerView>, sinceMs = 10_000): Partial<ChatState> {
  const startedAt = Date.now() - sinceMs;
  return { turns: [turnViewOf("t1", {}, { status: "waiting", text: "", model: modelA, startedAt, ...answer })] };
}

const text = ".waiting-text";
const inMs = (ms: number, reason: "slow" | "resting" | "minute-limit") => ({ until: Date.now() + ms, reason });

describe("a waiting answer", () => {
  test("names the model at first, even if it is slow", async () => {
    await using chat = await open({ state: waiting({ wait: inMs(60_000, "slow") }, 0) });
    assert.equal(await chat.page.textContent(text), "Asking Model A");
    assert.equal(await chat.page.locator(".waiting button, .waiting-time").count(), 0);
  });

  test("says when another model is asked, and asks it at once", async () => {
    await using chat = await open({ state: waiting({ wait: inMs(60_000, "slow") }) });
    assert.match(
      (await chat.page.textContent(text)) ?? "",
      /^Model A has not answered yet. Another model is asked in \d+ s$/,
    );
    const message = chat.nextMessage("ask-another");
    await chat.page.click("button:has-text('Ask Another Now')");
    assert.deepEqual(await message, { type: "ask-another", answer: "t1-a" });
  });

  test("offers nothing once another model is asked anyway", async () => {
    await using chat = await open({ state: waiting({ wait: inMs(-1, "slow") }) });
    assert.equal(await chat.page.textContent(text), "Asking Model A");
    assert.equal(await chat.page.locator(".waiting button").count(), 0);
  });

  for (const [what, reason, sentence] of [
    [
      "all models are busy",
      "resting",
      /^All free models that fit are busy\. Trying again in (40|39) s, which takes more requests$/,
    ],
    ["the minute is used up", "minute-limit", /^This minute's free requests are used up\. Continuing in (40|39) s$/],
  ] as const)
    test(`says when it goes on while ${what}, and can be canceled`, async () => {
      await using chat = await open({ state: waiting({ wait: inMs(40_000, reason) }) });
      assert.match((await chat.page.textContent(text)) ?? "", sentence);
      const message = chat.nextMessage("stop");
      await chat.page.click("button:has-text('Cancel')");
      await message;
    });

  test("speaks of its own models only, if others answer beside it", async () => {
    const header = answerHeader({ id: "c0", status: "waiting", model: modelA, startedAt: Date.now() - 10_000 });
    const column = { ...header, wait: inMs(40_000, "resting"), text: "", reasoning: "" };
    const turn = { ...turnViewOf("t1"), variants: ["c0", "c1"], columns: [column, { ...column, id: "c1" }] };
    await using chat = await open({ state: { turns: [turn] } });
    await chat.page.locator("[role=tab]").first().waitFor();
    assert.match(
      (await chat.page.textContent(text)) ?? "",
      /^The models for this answer are busy\. Trying again in \d+ s, which takes more requests$/,
    );
    // It has said nothing that a question could follow up.
    assert.equal(await chat.page.getAttribute(".composer-text", "placeholder"), "Ask a follow-up…");
  });

  test("announces changes of its state, not seconds", async () => {
    await using chat = await open({ state: waiting({}) });
    const announced = (): Promise<string | null> => chat.page.textContent("[role=status]");
    const startedAt = Date.now() - 10_000;
    const header = answerHeader({ id: "t1-a", status: "waiting", model: modelA, startedAt });
    await chat.send({ type: "answer", answer: { ...header, wait: inMs(60_000, "resting") } });
    assert.equal(
      await announced(),
      "All free models that fit are busy. Trying again automatically, which takes more requests.",
    );
    const [before, heard] = [await chat.page.textContent(text), await announced()];
    await chat.page.waitForFunction((old) => document.querySelector(".waiting-text")?.textContent !== old, before);
    assert.equal(await announced(), heard);
    await chat.send({ type: "answer", answer: { ...header, wait: inMs(60_000, "minute-limit") } });
    assert.equal(await announced(), "This minute's free requests are used up. Continuing automatically.");
    await chat.send({ type: "answer", answer: { ...header, wait: inMs(60_000, "slow") } });
    assert.equal(await announced(), "Model A has not answered yet. Another model will be asked.");
  });
});

describe("while every model is busy", () => {
  const until = Date.now() + 60_000;
  const busy = "All free models that fit are busy. The first one is available again at 14:05.";
  const preview = { instructions: [], warning: { text: busy, until } };
  const sendPreview = { type: "send-preview", conversation: "c1", preview } as const;
  const failed: Partial<AnswerView> = {
    ...{ status: "failed", text: "" },
    error: {
      ...{ sentence: "Tried 2 free models.", label: "Ask Another Model", action: { do: "another-model" } },
      others: [
        { label: "Retry", action: { do: "retry" } },
        { label: "Use Local Models", action: { do: "use-local-models" } },
      ],
    },
  };

  test("the composer says so before the question is sent, but not beside an answer that does", async () => {
    await using chat = await open({ state: { turns: [turnViewOf("t1")] } });
    await chat.send(sendPreview);
    assert.match((await chat.page.textContent(".send-preview-warning")) ?? "", /busy/);
    for (const answer of [waiting({ wait: { until, reason: "resting" } }).turns, [turnViewOf("t1", {}, failed)]]) {
      await chat.send({ type: "turns", from: 0, turns: answer ?? [] });
      assert.equal(await chat.page.textContent(".send-preview-warning"), "");
    }
    const blocked = { sentence: "Rephrase it.", label: "Edit Question", action: { do: "edit" } } as const;
    await chat.send({ type: "turns", from: 0, turns: [turnViewOf("t1", {}, { ...failed, error: blocked })] });
    assert.match((await chat.page.textContent(".send-preview-warning")) ?? "", /busy/);
  });

  test("no other model is offered", async () => {
    await using chat = await open({ state: { turns: [turnViewOf("t1", {}, failed)] } });
    const buttons = chat.page.locator(".error-box .button");
    assert.deepEqual(await buttons.allTextContents(), ["Ask Another Model", "Retry", "Use Local Models"]);
    await chat.send(sendPreview);
    assert.deepEqual(await buttons.allTextContents(), ["Retry", "Use Local Models"]);
  });
});
