import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { apply } from "../../../../src/chat/conversation/conversationEvent";
import { answerTurn, closing } from "../../../../src/chat/session/answerTurn";
import { RouterError, type RouterEvent } from "../../../../src/router/index";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { conversationOf } from "../sampleConversations";

/** Runs one answer by this script and gives what became of it. */
async function answer(
  script: ConstructorParameters<typeof ScriptedRouter>[0],
  { stopAfter, reason, prefix }: { stopAfter?: RouterEvent["type"]; reason?: unknown; prefix?: string } = {},
) {
  const router = new ScriptedRouter(script);
  const controller = new AbortController();
  let conversation = conversationOf([
    { type: "turn-add", turn: "t1", question: { text: "?", attachments: [], at: 0 } },
  ]);
  let time = 0;
  let ids = 0;
  await answerTurn(
    {
      turn: "t1",
      request: () => Promise.resolve({ request: { messages: [] } }),
      signal: controller.signal,
      ...(prefix !== undefined && { prefix }),
      record: (event) => {
        conversation = apply(conversation, event);
        if (stopAfter === "text-delta" && event.type === "answer-delta") controller.abort(reason);
      },
    },
    { router, now: () => (time += 10), newId: () => `a${(ids += 1)}`, pid: 7 },
  );
  assert.equal(conversation.turns.length, 1);
  shown = conversation.shown["t1"];
  return conversation.turns[0]!.answers;
}

/** The answer that is on the screen after the last `answer`. */
let shown: string | undefined;

const start = (model: string, attempt = 1): RouterEvent => ({ type: "attempt-start", attempt, model, fallbacks: [] });
const fail = (model: string, reason: "interrupted" | "rate-limit-model" | "silent", attempt = 1): RouterEvent => ({
  type: "attempt-fail",
  attempt,
  model,
  reason,
  message: `${model} ${reason}`,
});

suite("an answer", () => {
  test("is written as it comes, and complete at its end", async () => {
    const [only, ...others] = await answer(answerEvents("Hi there"));
    assert.equal(others.length, 0);
    assert.equal(only?.status, "complete");
    assert.equal(only.text, "Hi there");
    assert.deepEqual([only.model, only.provider, only.finishReason], ["m/one:free", "Host", "stop"]);
  });

  test("tells who was busy, and has no trace of what a silent model thought", async () => {
    const [only, ...others] = await answer([
      { type: "wait", until: 500, reason: "minute-limit" },
      start("a"),
      fail("a", "rate-limit-model"),
      start("b", 2),
      { type: "reasoning-delta", text: "hm" },
      fail("b", "silent", 2),
      start("c", 3),
      { type: "reasoning-delta", text: "aha" },
      { type: "text-delta", text: "Yes." },
      {
        type: "completion-end",
        model: "c",
        finishReason: "stop",
        attempts: 3,
        passedOver: ["x"],
        durationMs: 9,
        timeToFirstTextMs: 5,
      },
    ]);
    assert.equal(others.length, 0);
    assert.deepEqual(
      only?.failures.map(({ reason }) => reason),
      ["rate-limit-model", "silent"],
    );
    assert.deepEqual([only.reasoning, only.text, only.wait, only.attempts], ["aha", "Yes.", null, 3]);
    assert.ok(only.reasoningMs !== undefined && only.reasoningMs > 0);
  });

  test("that breaks off stays as it is, and the next model begins another", async () => {
    const [broken, whole, ...others] = await answer([
      start("a"),
      { type: "text-delta", text: "The answer i" },
      fail("a", "interrupted"),
      start("b", 2),
      { type: "text-delta", text: "The answer is 42." },
      { type: "completion-end", model: "b", finishReason: "stop", attempts: 2, passedOver: [], durationMs: 9 },
    ]);
    assert.equal(others.length, 0);
    assert.deepEqual([broken?.status, broken?.text, broken?.model], ["interrupted", "The answer i", "a"]);
    assert.deepEqual([whole?.status, whole?.text, whole?.model], ["complete", "The answer is 42.", "b"]);
    assert.deepEqual(
      whole?.failures.map(({ model }) => model),
      ["a"],
    );
  });

  test("that breaks off stays on the screen when no other model says a word", async () => {
    const script = [start("a"), { type: "text-delta", text: "The answer i" }, fail("a", "interrupted")] as const;
    const [broken, failed] = await answer([...script, start("b", 2), new RouterError("offline", "Unplugged.")]);
    assert.deepEqual([broken?.text, failed?.status, failed?.error?.reason], ["The answer i", "failed", "offline"]);
    assert.equal(shown, broken?.id);
    const [, other] = await answer([
      ...script,
      start("b", 2),
      { type: "text-delta", text: "The" },
      new RouterError("offline", "Unplugged."),
    ]);
    assert.equal(shown, other?.id);
  });

  test("that nobody can give says why", async () => {
    const error = new RouterError("rate-limit-day", "Used up.", { retryAt: 99, detail: "429", cause: new Error("x") });
    const [only] = await answer([start("a"), error]);
    assert.equal(only?.status, "failed");
    assert.deepEqual(only.error, { reason: "rate-limit-day", detail: "429", retryAt: 99 });
  });

  test("that ends in an error after some text keeps the text", async () => {
    const [only] = await answer([
      start("a"),
      { type: "text-delta", text: "So" },
      new RouterError("interrupted", "Cut."),
    ]);
    assert.deepEqual([only?.status, only?.text, only?.error?.reason], ["interrupted", "So", "interrupted"]);
  });

  test("that the user stops is stopped in silence; one that the window's end stops was interrupted", async () => {
    const [stopped] = await answer(answerEvents("A long answer"), { stopAfter: "text-delta" });
    assert.deepEqual([stopped?.status, stopped?.text, stopped?.error], ["stopped", "A", undefined]);
    const [closed] = await answer(answerEvents("A long answer"), { stopAfter: "text-delta", reason: closing });
    assert.deepEqual([closed?.status, closed?.text], ["interrupted", "A"]);
  });

  test("that goes on from a broken one begins with what that one said", async () => {
    const [only] = await answer(answerEvents(" and the end."), { prefix: "The beginning" });
    assert.equal(only?.text, "The beginning and the end.");
  });
});
