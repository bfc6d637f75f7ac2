import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type {
  AnswerView,
  CallView,
  ChatState,
  LookView,
  SendPreviewView,
  ToWebview,
} from "../../../src/chat/page/protocol";
import { chatPages } from "../../support/page/chatPages";
import { answerHeader, turnViewOf } from "../../support/page/turns";

const open = chatPages();

const call = (id: string, label: string, state: CallView["state"] = "done", name = "read_lines"): CallView => ({
  ...{ id, name, label, state },
});
const looking: LookView = { current: 2, most: 4, left: 31, failed: 0, calls: [call("k1", "Read src/basket.ts:1-60")] };

function answered(answer: Partial<AnswerView>): Partial<ChatState> {
  return { turns: [turnViewOf("t1", {}, answer)] };
}

const preview = (lookCloser: NonNullable<SendPreviewView["lookCloser"]>): ToWebview => ({
  ...{ type: "send-preview", conversation: "c1", preview: { instructions: [], lookCloser } },
});

describe("Look Closer", () => {
  test("says what it takes before the question is sent", async () => {
    await using chat = await open();
    const shown = chat.page.locator(".look-closer");
    assert.equal(await shown.count(), 0);
    await chat.send(preview({ isOn: false, most: 4, left: 31 }));
    assert.equal(await shown.innerText(), "Look Closer\nOff, up to 4 requests plus retries when on");
    await chat.send(preview({ isOn: true, most: 4, left: 31 }));
    assert.equal(await shown.innerText(), "Look Closer\nUp to 4 of the 31 requests left today, plus retries");
    await chat.send(preview({ isOn: true, most: 4, left: 2 }));
    assert.equal(await chat.page.innerText("#look-closer-price"), "Up to 2 of the 2 requests left today");
    await chat.send(preview({ isOn: true, most: 4 }));
    assert.equal(await chat.page.innerText("#look-closer-price"), "Up to 4 requests plus retries");
  });

  test("is turned on and off with one click", async () => {
    await using chat = await open();
    await chat.send(preview({ isOn: false, most: 4, left: 31 }));
    const button = chat.page.getByRole("button", { name: "Look Closer" });
    const message = chat.nextMessage("look-closer");
    await button.click();
    assert.deepEqual(await message, { type: "look-closer", isOn: true });
    assert.equal(await button.getAttribute("aria-pressed"), "true");
    await chat.send(preview({ isOn: false, most: 4, left: 31 }));
    assert.equal(await button.getAttribute("aria-pressed"), "false");
  });
});

describe("An answer that looks into the project", () => {
  test("shows each call on one line, with its result as plain text", async () => {
    const calls = [...looking.calls, call("k2", "Searched for “price”", "problem", "search")];
    await using chat = await open({ state: answered({ look: { ...looking, calls } }) });
    const rows = chat.page.locator(".call .fold");
    assert.deepEqual(await rows.allInnerTexts(), ["Read src/basket.ts:1-60", "Searched for “price”\nno result"]);
    const message = chat.nextMessage("expand");
    await rows.first().click();
    assert.equal((await message).id, "k1");
    const text = "src/basket.ts:1\n# no heading ![x](https://example.com/x.png) <img src=x onerror=alert(1)>";
    await chat.send({ type: "attachment-text", id: "k1", text });
    assert.equal(await chat.page.textContent(".call-result"), text);
    assert.equal(await chat.page.locator(".call-result *").count(), 0);
    await rows.first().click();
    assert.equal(await chat.page.locator(".call-result").count(), 0);
  });

  test("counts its requests, and can be made to answer now", async () => {
    const state = answered({ status: "waiting", text: "", look: looking });
    await using chat = await open({ state });
    const progress = chat.page.locator(".look-progress span");
    assert.equal(await progress.innerText(), "Request 2 of 4 · 31 left today");
    const message = chat.nextMessage("answer-now");
    await chat.page.getByRole("button", { name: "Stop and Answer Now" }).click();
    await message;
    const header = answerHeader({ id: "t1-a", status: "waiting" });
    await chat.send({
      type: "answer",
      answer: { ...header, look: { ...looking, current: 3, failed: 1, isLast: true } },
    });
    assert.equal(await progress.innerText(), "Last request · 31 left today · 1 failed");
    assert.equal(await chat.page.getByRole("button", { name: "Stop and Answer Now" }).count(), 0);
    assert.equal(await chat.page.textContent("[role=status]"), "Last request");
  });

  test("announces a further request, not every call", async () => {
    const state = answered({ status: "waiting", text: "", look: { ...looking, current: 1, calls: [] } });
    await using chat = await open({ state });
    const announced = (): Promise<string | null> => chat.page.textContent("[role=status]");
    const header = answerHeader({ id: "t1-a", status: "waiting" });
    const before = await announced();
    await chat.send({ type: "answer", answer: { ...header, look: { ...looking, current: 1 } } });
    assert.equal(await announced(), before);
    await chat.send({ type: "answer", answer: { ...header, look: looking } });
    assert.equal(await announced(), "Request 2 of 4");
  });

  test("says how many requests it took, and what asking again can take", async () => {
    await using chat = await open({ state: answered({ look: { ...looking, isLast: true, sent: 3 } }) });
    assert.match(await chat.page.innerText(".answer-details"), /3 requests/);
    await chat.page.getByRole("button", { name: "Ask Again (Up to 4 Requests Plus Retries)" }).waitFor();
    assert.equal(await chat.page.locator(".look-progress").count(), 0);
  });
});
