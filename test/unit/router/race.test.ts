import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import type { AttemptResult, AttemptEvent } from "../../../src/router/answerReader";
import { raceAttempts, type RunningAttempt } from "../../../src/router/race";
import { settle } from "./attemptHarness";
import { question } from "./sampleModels";

/** An attempt that the test controls. */
interface ControlledAttempt {
  attempt: RunningAttempt;
  sendModel(model: string): void;
  sendText(text: string): void;
  fail(error: Error): void;
  complete(): void;
  stopped: boolean;
}

const answer: AttemptResult = {
  ...{ model: "m", finishReason: "stop", text: "Hi", toolCalls: [], reasoningDetails: [], durationMs: 1, chain: [] },
};

function createAttempt(number: number): ControlledAttempt {
  type Step = { value: AttemptEvent } | { error: Error } | "complete";
  const steps: Step[] = [];
  let wake: () => void = () => undefined;
  const nextStep = async (): Promise<Step> => {
    while (steps.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return steps.shift() ?? "complete";
  };
  async function* events(): AsyncGenerator<AttemptEvent, AttemptResult> {
    for (;;) {
      const step = await nextStep();
      if (step === "complete") return answer;
      if ("error" in step) throw step.error;
      yield step.value;
    }
  }
  const add = (step: Step): void => {
    steps.push(step);
    wake();
  };
  const controlled: ControlledAttempt = {
    stopped: false,
    sendModel: (model) => add({ value: { type: "model", model } }),
    sendText: (text) => add({ value: { type: "text-delta", text } }),
    fail: (error) => add({ error }),
    complete: () => add("complete"),
    attempt: {
      ...{ number, plan: { chain: [`m${number}`], request: question }, events: events(), servedBy: undefined },
      stop: () => {
        controlled.stopped = true;
        add({ error: new Error("stopped") });
      },
    },
  };
  return controlled;
}

/** Follows a race to its end. Returns the winner and the failures before. */
async function follow(race: ReturnType<typeof raceAttempts>) {
  const failed: string[] = [];
  for (;;) {
    const step = await race.next();
    if (step.done) return { failed, winner: step.value };
    failed.push(`${step.value.attempt.number}: ${String(step.value.error)}`);
  }
}
const noHedge = () => Promise.reject(new Error("unexpected hedge"));

describe("a single attempt", () => {
  test("wins with its first text or its complete answer, but not with its model name", async () => {
    const first = createAttempt(1);
    first.sendModel("served");
    first.sendText("Hi");
    const { winner } = await follow(raceAttempts(first.attempt, noHedge, 0));
    assert.deepEqual(
      [winner?.attempt, winner?.early, winner?.first],
      [first.attempt, [{ type: "model", model: "served" }], { done: false, value: { type: "text-delta", text: "Hi" } }],
    );
    assert.deepEqual([first.attempt.servedBy, first.stopped], ["served", false]);
    const second = createAttempt(2);
    second.complete();
    assert.deepEqual((await follow(raceAttempts(second.attempt, noHedge, 0))).winner?.first, {
      done: true,
      value: answer,
    });
  });

  test("has no winner if it fails, but still names the serving model", async () => {
    const first = createAttempt(1);
    first.sendModel("served");
    first.fail(new Error("down"));
    assert.deepEqual(await follow(raceAttempts(first.attempt, noHedge, 0)), {
      failed: ["1: Error: down"],
      winner: undefined,
    });
    assert.equal(first.attempt.servedBy, "served");
  });
});

describe("a race of two attempts", () => {
  /** Starts a race whose first attempt is silent until the hedge starts. */
  async function startRace(t: TestContext) {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const [first, hedge] = [createAttempt(1), createAttempt(2)];
    const outcome = follow(raceAttempts(first.attempt, () => Promise.resolve(hedge.attempt), 5_000));
    await settle();
    t.mock.timers.tick(5_000);
    await settle();
    return { first, hedge, outcome };
  }

  test("stops the first attempt when the hedge sends text first", async (t) => {
    const { first, hedge, outcome } = await startRace(t);
    hedge.sendText("Hi");
    const { winner, failed } = await outcome;
    assert.deepEqual([winner?.attempt.number, failed, first.stopped, hedge.stopped], [2, [], true, false]);
  });

  test("stops the hedge when the first attempt sends text first", async (t) => {
    const { first, hedge, outcome } = await startRace(t);
    hedge.sendModel("other");
    await settle();
    first.sendText("Hi");
    const { winner } = await outcome;
    assert.deepEqual([winner?.attempt.number, winner?.early, hedge.stopped], [1, [], true]);
  });

  test("stops one of two attempts that send text at the same time", async (t) => {
    const { first, hedge, outcome } = await startRace(t);
    first.sendText("Hi");
    hedge.sendText("Hi");
    const { winner } = await outcome;
    assert.deepEqual([first.stopped, hedge.stopped], winner?.attempt.number === 1 ? [false, true] : [true, false]);
  });

  for (const [loser, winner] of [
    [1, 2],
    [2, 1],
  ] as const)
    test(`reports that attempt ${loser} failed and goes on with attempt ${winner}`, async (t) => {
      const { first, hedge, outcome } = await startRace(t);
      const attempts = { 1: first, 2: hedge };
      attempts[loser].fail(new Error("down"));
      await settle();
      attempts[winner].sendText("Hi");
      const result = await outcome;
      assert.deepEqual([result.failed, result.winner?.attempt.number], [[`${loser}: Error: down`], winner]);
    });

  test("reports both failures and has no winner if both attempts fail", async (t) => {
    const { first, hedge, outcome } = await startRace(t);
    hedge.fail(new Error("two"));
    first.fail(new Error("one"));
    const { failed, winner } = await outcome;
    assert.deepEqual([failed.sort(), winner], [["1: Error: one", "2: Error: two"], undefined]);
  });

  test("goes on with the first attempt if no hedge is available or the hedge fails to start", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const hedges = [() => Promise.resolve(undefined), () => Promise.reject(new Error("no model available"))];
    for (const startHedge of hedges) {
      const first = createAttempt(1);
      const outcome = follow(raceAttempts(first.attempt, startHedge, 5_000));
      await settle();
      t.mock.timers.tick(5_000);
      await settle();
      assert.equal(first.stopped, false);
      first.sendText("Hi");
      assert.equal((await outcome).winner?.attempt, first.attempt);
    }
  });

  test("starts no hedge if the first attempt sends text in time", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const first = createAttempt(1);
    const outcome = follow(raceAttempts(first.attempt, noHedge, 5_000));
    first.sendText("Hi");
    assert.equal((await outcome).winner?.attempt, first.attempt);
    t.mock.timers.tick(10_000);
    await settle();
  });

  test("stops the running attempt when the caller stops iterating", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const [first, hedge] = [createAttempt(1), createAttempt(2)];
    const race = raceAttempts(first.attempt, () => Promise.resolve(hedge.attempt), 5_000);
    const failure = race.next();
    await settle();
    t.mock.timers.tick(5_000);
    await settle();
    first.fail(new Error("down"));
    await failure;
    await race.return(undefined);
    assert.equal(hedge.stopped, true);
  });
});
