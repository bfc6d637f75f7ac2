import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { apply, type AnswerChanges } from "../../../../src/chat/conversation/conversationEvent";
import { answerTurn, closing } from "../../../../src/chat/session/answerTurn";
import { Emitter } from "../../../../src/lifecycle";
import { RouterError, type Model, type RouterEvent } from "../../../../src/router/index";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { asChecked } from "../../../support/scriptedSecretsCheck";
import { model as sampleModel } from "../../router/sampleModels";
import { conversationOf } from "../sampleConversations";

interface AnswerOptions {
  stopAfter?: RouterEvent["type"];
  reason?: unknown;
  prefix?: string;
  /** The scripts of the completions that follow. */
  next?: ConstructorParameters<typeof ScriptedRouter>;
  /** Called when the answer starts to wait for models that are busy. */
  onWait?: (controller: AbortController) => void;
  /** The models that are not busy. */
  pool?: Model[];
}

/** Runs one answer with this script. Returns the recorded answers, and the id of the shown one. */
async function answer(
  script: ConstructorParameters<typeof ScriptedRouter>[0],
  { stopAfter, reason, prefix, next = [], onWait, pool = [] }: AnswerOptions = {},
) {
  const router = new ScriptedRouter(script, ...next);
  router.pool = pool;
  const controller = new AbortController();
  let conversation = conversationOf([
    { type: "turn-add", turn: "t1", question: { text: "?", attachments: [], at: 0 } },
  ]);
  const changes: AnswerChanges[] = [];
  let time = 0;
  let ids = 0;
  await answerTurn(
    {
      turn: "t1",
      request: () =>
        Promise.resolve({
          request: asChecked({ messages: [] }),
          heldBack: [],
          replaced: 0,
          follow: () => Promise.reject(new Error("unused")),
        }),
      signal: controller.signal,
      onAskAnother: new Emitter<void>().event,
      ...(prefix !== undefined && { prefix }),
      record: (event) => {
        conversation = apply(conversation, event);
        if (event.type === "answer-change") changes.push(event.changes);
        if (event.type === "answer-change" && event.changes.wait) onWait?.(controller);
        if (stopAfter === "text-delta" && event.type === "answer-delta") controller.abort(reason);
      },
    },
    { router, now: () => (time += 10), newId: () => `a${(ids += 1)}`, pid: 7, modelName: (id) => Promise.resolve(id) },
  );
  assert.equal(conversation.turns.length, 1);
  const { answers } = conversation.turns[0]!;
  return { changes, answers, shown: conversation.shown["t1"], requests: router.requests.length };
}

const start = (model: string, attempt = 1): RouterEvent => ({ type: "attempt-start", attempt, model, fallbacks: [] });
const fail = (model: string, reason: "interrupted" | "rate-limit-model" | "silent", attempt = 1): RouterEvent => ({
  type: "attempt-fail",
  attempt,
  model,
  reason,
  message: `${model} ${reason}`,
});

describe("answerTurn", () => {
  test("records text as it arrives, and completes the answer", async () => {
    const {
      answers: [only, ...others],
    } = await answer(answerEvents("Hi there"));
    assert.equal(others.length, 0);
    assert.equal(only?.status, "complete");
    assert.equal(only.text, "Hi there");
    assert.deepEqual([only.model, only.provider, only.finishReason], ["m/one:free", "Host", "stop"]);
  });

  test("records when another model is asked while one is silent, and which one it is", async () => {
    const slow: RouterEvent[] = [
      start("m/a:free"),
      { type: "attempt-slow", attempt: 1, model: "m/a:free", until: 5_000 },
      { type: "rival-start", attempt: 2, model: "m/b:free", fallbacks: [] },
    ];
    const { changes, answers } = await answer([...slow, ...answerEvents("Hi", "m/b:free")]);
    assert.deepEqual(changes.flatMap(({ wait, model }) => (wait === undefined ? [] : [[model, wait]])).slice(0, 3), [
      ["m/a:free", null],
      [undefined, { until: 5_000, reason: "slow" }],
      ["m/b:free", null],
    ]);
    assert.deepEqual([answers.length, answers[0]?.model, answers[0]?.text], [1, "m/b:free", "Hi"]);
  });

  test("records that the model is being loaded, until it writes", async () => {
    const { changes } = await answer([
      start("ollama::a"),
      { type: "wait", until: 180_000, reason: "loading", model: "ollama::a" },
      { type: "reasoning-delta", text: "hm" },
      { type: "reasoning-delta", text: "aha" },
      ...answerEvents("Hi", "ollama::a").slice(1),
    ]);
    const waits = changes.flatMap(({ wait }) => (wait === undefined ? [] : [wait]));
    assert.deepEqual(waits, [null, { until: 180_000, reason: "loading" }, null, null]);
  });

  test("records no longer that another model will be asked, once the first one reasons", async () => {
    const { changes } = await answer([
      start("m/a:free"),
      { type: "attempt-slow", attempt: 1, model: "m/a:free", until: 5_000 },
      { type: "reasoning-delta", text: "hm" },
      ...answerEvents("Hi", "m/a:free").slice(1),
    ]);
    const waits = changes.flatMap(({ wait }) => (wait === undefined ? [] : [wait]));
    assert.deepEqual(waits, [null, { until: 5_000, reason: "slow" }, null, null]);
  });

  test("records failed attempts, and discards the reasoning of a model that stopped responding", async () => {
    const {
      answers: [only, ...others],
    } = await answer([
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

  test("keeps an interrupted answer and starts a new one with the next model", async () => {
    const {
      answers: [interrupted, complete, ...others],
    } = await answer([
      start("a"),
      { type: "text-delta", text: "The answer i" },
      fail("a", "interrupted"),
      start("b", 2),
      { type: "text-delta", text: "The answer is 42." },
      { type: "completion-end", model: "b", finishReason: "stop", attempts: 2, passedOver: [], durationMs: 9 },
    ]);
    assert.equal(others.length, 0);
    assert.deepEqual(
      [interrupted?.status, interrupted?.text, interrupted?.model],
      ["interrupted", "The answer i", "a"],
    );
    assert.deepEqual([complete?.status, complete?.text, complete?.model], ["complete", "The answer is 42.", "b"]);
    assert.deepEqual(
      complete?.failures.map(({ model }) => model),
      ["a"],
    );
  });

  test("shows the interrupted answer if no later model returns text", async () => {
    const script = [start("a"), { type: "text-delta", text: "The answer i" }, fail("a", "interrupted")] as const;
    const offline = new RouterError("offline", "Unplugged.");
    const silent = await answer([...script, start("b", 2), offline]);
    const [interrupted, failed] = silent.answers;
    assert.deepEqual([interrupted?.text, failed?.status, failed?.error?.reason], ["The answer i", "failed", "offline"]);
    assert.equal(silent.shown, interrupted?.id);
  });

  test("shows the longest of several answers that broke off", async () => {
    const broken = (model: string, attempt: number, text: string): RouterEvent[] => [
      ...[start(model, attempt), { type: "text-delta", text } as const, fail(model, "interrupted", attempt)],
    ];
    const cut = new RouterError("interrupted", "Cut.");
    const shownText = async (...texts: string[]): Promise<string | undefined> => {
      const script = texts.flatMap((text, index) => broken(`m/${index}`, index + 1, text));
      const { answers, shown } = await answer([...script, cut]);
      assert.equal(answers.length, texts.length);
      return answers.find(({ id }) => id === shown)?.text;
    };
    assert.equal(await shownText("The", "The answer is", "The ans"), "The answer is");
    assert.equal(await shownText("The answer", "The"), "The answer");
    assert.equal(await shownText("The", "The answer"), "The answer");
  });

  test("measures the total time from sending to the end, with waits and answers that broke off", async () => {
    const { answers } = await answer([
      start("a"),
      { type: "text-delta", text: "The answer i" },
      fail("a", "interrupted"),
      { type: "wait", until: 500, reason: "minute-limit" },
      ...answerEvents("The answer is 42.", "b"),
    ]);
    const [interrupted, complete] = answers;
    // Sent at 10, as the first answer; each look at the clock takes 10 ms.
    assert.ok((complete?.durationMs ?? 0) > (complete?.startedAt ?? 0) - (interrupted?.startedAt ?? 0));
    assert.equal(interrupted?.startedAt, 10);
  });

  test("records why no model could answer", async () => {
    const error = new RouterError("rate-limit-day", "Used up.", { retryAt: 99, detail: "429", cause: new Error("x") });
    const {
      answers: [only],
    } = await answer([start("a"), error]);
    assert.equal(only?.status, "failed");
    assert.deepEqual(only.error, { reason: "rate-limit-day", detail: "429", retryAt: 99 });
  });

  test("keeps the text of an answer that ends with an error", async () => {
    const {
      answers: [only],
    } = await answer([start("a"), { type: "text-delta", text: "So" }, new RouterError("interrupted", "Cut.")]);
    assert.deepEqual([only?.status, only?.text, only?.error?.reason], ["interrupted", "So", "interrupted"]);
  });

  test("is stopped without an error by the user, and interrupted when the window closes", async () => {
    const {
      answers: [stopped],
    } = await answer(answerEvents("A long answer"), { stopAfter: "text-delta" });
    assert.deepEqual([stopped?.status, stopped?.text, stopped?.error], ["stopped", "A", undefined]);
    const {
      answers: [closed],
    } = await answer(answerEvents("A long answer"), { stopAfter: "text-delta", reason: closing });
    assert.deepEqual([closed?.status, closed?.text], ["interrupted", "A"]);
  });

  test("starts a continued answer with the text so far", async () => {
    const {
      answers: [only],
    } = await answer(answerEvents(" and the end."), { prefix: "The beginning" });
    assert.equal(only?.text, "The beginning and the end.");
  });

  describe("while all models are busy", () => {
    const allBusy = new RouterError("all-resting", "Busy.", { retryAt: 2_000 });
    /** Waits last real time in node, so the timers are the test's own. */
    const waiting = (context: TestContext): AnswerOptions => {
      context.mock.timers.enable({ apis: ["setTimeout"] });
      return { onWait: () => setImmediate(() => context.mock.timers.tick(2_000)) };
    };

    test("says until when it waits, and asks again by itself", async (context) => {
      const { answers, changes, requests } = await answer([start("a"), fail("a", "rate-limit-model"), allBusy], {
        ...waiting(context),
        next: [answerEvents("Hi")],
      });
      const [only, ...others] = answers;
      assert.deepEqual([only?.status, only?.text, others.length, requests], ["complete", "Hi", 0, 2]);
      const waits = changes.flatMap(({ wait }) => wait ?? []);
      assert.deepEqual(waits, [{ until: 2_000, reason: "resting" }]);
      assert.ok(!changes.some(({ status, error }) => status === "failed" || error !== undefined));
    });

    test("says that it waits for the limit of the minute, not for models", async (context) => {
      const { changes } = await answer([new RouterError("rate-limit-minute", "Used up.", { retryAt: 2_000 })], {
        ...waiting(context),
        next: [answerEvents("Hi")],
      });
      const waits = changes.flatMap(({ wait }) => wait ?? []);
      assert.deepEqual(waits, [{ until: 2_000, reason: "minute-limit" }]);
    });

    test("ends after one wait, or at once if the wait would be long", async (context) => {
      const { answers, requests } = await answer([allBusy], { ...waiting(context), next: [[allBusy], [allBusy]] });
      assert.deepEqual([answers[0]?.status, answers[0]?.error?.reason, requests], ["failed", "all-resting", 2]);
      const later = await answer([new RouterError("all-resting", "Busy.", { retryAt: 10 * 60_000 })]);
      assert.deepEqual([later.answers[0]?.status, later.requests], ["failed", 1]);
    });

    test("is stopped by the user", async (context) => {
      context.mock.timers.enable({ apis: ["setTimeout"] });
      const { answers, requests } = await answer([allBusy], { onWait: (controller) => controller.abort() });
      assert.deepEqual([answers[0]?.status, answers[0]?.error, requests], ["stopped", undefined, 1]);
    });

    test("does not wait if a model that was not asked is free", async (context) => {
      const busy = new RouterError("rate-limit-model", "Busy.", { retryAt: 2_000 });
      const waited = await answer([busy], { ...waiting(context), next: [answerEvents("Hi")] });
      assert.deepEqual([waited.answers[0]?.status, waited.requests], ["complete", 2]);
      const { answers, requests } = await answer([busy], { pool: [sampleModel("m/free:free")] });
      assert.deepEqual([answers[0]?.status, requests], ["failed", 1]);
    });

    test("fails at once for what the account or the network did", async () => {
      const { answers, requests } = await answer([new RouterError("offline", "Unplugged.", { retryAt: 2_000 })]);
      assert.deepEqual([answers[0]?.status, requests], ["failed", 1]);
    });
  });
});
