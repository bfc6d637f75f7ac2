import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AttemptEvent, AttemptResult } from "../../../src/router/answerReader";
import { namedModel, RunningAttempts, type RunningAttempt } from "../../../src/router/runningAttempts";
import { settle } from "./attemptHarness";
import { question } from "./sampleModels";

/** An attempt that the test controls. */
interface ControlledAttempt {
  attempt: RunningAttempt;
  sendModel(model: string): void;
  sendText(text: string): void;
  fail(error: Error): void;
  complete(): void;
  isStopped: boolean;
}

const answer: AttemptResult = {
  ...{ model: "m", finishReason: "stop", text: "Hi", toolCalls: [], reasoningDetails: [], durationMs: 1, chain: [] },
};

function createAttempt(number: number): ControlledAttempt {
  type Part = { value: AttemptEvent } | { error: Error } | "complete";
  const parts: Part[] = [];
  let wake: () => void = () => undefined;
  const nextPart = async (): Promise<Part> => {
    while (parts.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return parts.shift() ?? "complete";
  };
  async function* events(): AsyncGenerator<AttemptEvent, AttemptResult> {
    for (;;) {
      const part = await nextPart();
      if (part === "complete") return answer;
      if ("error" in part) throw part.error;
      yield part.value;
    }
  }
  const add = (part: Part): void => {
    parts.push(part);
    wake();
  };
  const controlled: ControlledAttempt = {
    isStopped: false,
    sendModel: (model) => add({ value: { type: "model", model } }),
    sendText: (text) => add({ value: { type: "text-delta", text } }),
    fail: (error) => add({ error }),
    complete: () => add("complete"),
    attempt: {
      ...{ number, plan: { chain: [`m${number}`], request: question }, startedAt: 0 },
      ...{ reservation: { at: 0 }, events: events(), early: [] },
      stop: () => {
        controlled.isStopped = true;
        add({ error: new Error("stopped") });
      },
    },
  };
  return controlled;
}

/** This many running attempts. */
function startAttempts(count: number) {
  const running = new RunningAttempts();
  const attempts = Array.from({ length: count }, (_, index) => createAttempt(index + 1));
  for (const { attempt } of attempts) running.add(attempt);
  return { running, attempts: attempts as [ControlledAttempt, ControlledAttempt, ControlledAttempt] };
}

describe("a single running attempt", () => {
  test("has its first text as outcome, after the name of its model", async () => {
    const { running, attempts } = startAttempts(1);
    attempts[0].sendModel("served");
    attempts[0].sendText("Hi");
    const { attempt } = attempts[0];
    const first = { done: false, value: { type: "text-delta", text: "Hi" } };
    assert.deepEqual(await running.next(Infinity), { type: "content", attempt, first });
    assert.deepEqual([attempt.early, namedModel(attempt)], [[{ type: "model", model: "served" }], "served"]);
    assert.deepEqual([running.all.length, attempts[0].isStopped], [0, false]);
  });

  test("has its answer as outcome if it ends without text", async () => {
    const { running, attempts } = startAttempts(1);
    attempts[0].complete();
    const { attempt } = attempts[0];
    const first = { done: true, value: answer };
    assert.deepEqual(await running.nextOutcome(), { type: "content", attempt, first });
    assert.equal(namedModel(attempt), undefined);
  });

  test("is removed after a failure, and still names its model", async () => {
    const { running, attempts } = startAttempts(1);
    const error = new Error("down");
    attempts[0].sendModel("served");
    attempts[0].fail(error);
    const { attempt } = attempts[0];
    assert.deepEqual(await running.next(Infinity), { type: "failure", attempt, error });
    assert.deepEqual([namedModel(attempt), running.all], ["served", []]);
  });
});

describe("waiting for running attempts", () => {
  test("ends after the timeout, and a later outcome is not lost", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { running, attempts } = startAttempts(1);
    const step = running.next(5_000);
    attempts[0].sendModel("served");
    await settle();
    t.mock.timers.tick(5_000);
    assert.deepEqual([await step, running.all.length], [undefined, 1]);
    attempts[0].sendText("Hi");
    assert.equal((await running.next(5_000))?.type, "content");
  });

  test("ends at once when it is interrupted", async () => {
    const { running, attempts } = startAttempts(2);
    running.interrupt();
    assert.deepEqual([await running.next(Infinity), running.all.length, running.isInterrupted], [undefined, 2, true]);
    running.add(createAttempt(3).attempt);
    attempts[0].sendText("Hi");
    assert.deepEqual([(await running.next(Infinity))?.type, running.isInterrupted], ["content", false]);
  });

  test("prefers an outcome to a timeout that has already passed", async () => {
    const { running, attempts } = startAttempts(1);
    attempts[0].sendText("Hi");
    await settle();
    assert.equal((await running.next(-1))?.type, "content");
  });

  test("does not end at a timeout beyond the longest timer", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { running, attempts } = startAttempts(1);
    const step = running.next(1e12);
    t.mock.timers.tick(60_000);
    attempts[0].sendText("Hi");
    assert.equal((await step)?.type, "content");
  });
});

describe("several running attempts", () => {
  for (const index of [0, 1, 2] as const)
    test(`attempt ${index + 1} is first if it sends text first`, async () => {
      const { running, attempts } = startAttempts(3);
      attempts[(index + 1) % 3]?.sendModel("other");
      await settle();
      attempts[index].sendText("Hi");
      const step = await running.next(Infinity);
      assert.ok(step?.type === "content" && step.attempt === attempts[index].attempt);
      assert.deepEqual(
        running.stopAll().map(({ number }) => number),
        [1, 2, 3].filter((number) => number !== index + 1),
      );
      assert.deepEqual(
        attempts.map(({ isStopped }) => isStopped),
        [0, 1, 2].map((other) => other !== index),
      );
      assert.equal(running.all.length, 0);
    });

  test("send text at the same time: one is first, and the others can be stopped", async () => {
    const { running, attempts } = startAttempts(2);
    attempts[0].sendText("Hi");
    attempts[1].sendText("Hi");
    const step = await running.next(Infinity);
    running.stopAll();
    assert.ok(step?.type === "content");
    for (const { attempt, isStopped } of attempts) assert.equal(isStopped, attempt !== step.attempt);
  });

  test("go on after one has failed", async () => {
    for (const [failed, other] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const { running, attempts } = startAttempts(2);
      attempts[failed].fail(new Error("down"));
      const failure = await running.next(Infinity);
      assert.ok(failure?.type === "failure" && failure.attempt === attempts[failed].attempt);
      attempts[other].sendText("Hi");
      const content = await running.next(Infinity);
      assert.ok(content?.type === "content" && content.attempt === attempts[other].attempt);
    }
  });

  test("that all fail have one failure each", async () => {
    const { running, attempts } = startAttempts(2);
    attempts[1].fail(new Error("two"));
    attempts[0].fail(new Error("one"));
    const steps = [await running.nextOutcome(), await running.nextOutcome()];
    assert.deepEqual(steps.map((step) => (step.type === "failure" ? String(step.error) : step.type)).sort(), [
      "Error: one",
      "Error: two",
    ]);
    assert.equal(running.all.length, 0);
  });
});
