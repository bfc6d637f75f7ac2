import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import type { AttemptResult, AttemptEvent } from "../../../src/router/answerReader";
import { raceAttempts, type RunningAttempt } from "../../../src/router/race";
import { settle } from "./attemptHarness";
import { question } from "./sampleModels";

/** A flight that does what the test tells it, when it is told. */
interface Pilot {
  flight: RunningAttempt;
  name(model: string): void;
  say(text: string): void;
  fail(error: Error): void;
  land(): void;
  stopped: boolean;
}

const answer: AttemptResult = {
  ...{ model: "m", finishReason: "stop", text: "Hi", toolCalls: [], reasoningDetails: [], durationMs: 1, chain: [] },
};

function pilot(number: number): Pilot {
  type Turn = { value: AttemptEvent } | { error: Error } | "land";
  const turns: Turn[] = [];
  let wake: () => void = () => undefined;
  const next = async (): Promise<Turn> => {
    while (turns.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return turns.shift() ?? "land";
  };
  async function* fly(): AsyncGenerator<AttemptEvent, AttemptResult> {
    for (;;) {
      const turn = await next();
      if (turn === "land") return answer;
      if ("error" in turn) throw turn.error;
      yield turn.value;
    }
  }
  const add = (turn: Turn): void => {
    turns.push(turn);
    wake();
  };
  const one: Pilot = {
    stopped: false,
    name: (model) => add({ value: { type: "model", model } }),
    say: (text) => add({ value: { type: "text-delta", text } }),
    fail: (error) => add({ error }),
    land: () => add("land"),
    flight: {
      ...{ number, plan: { chain: [`m${number}`], request: question }, events: fly(), servedBy: undefined },
      stop: () => {
        one.stopped = true;
        add({ error: new Error("stopped") });
      },
    },
  };
  return one;
}

/** Follows the race to its end: who failed on the way, and who won. */
async function follow(racing: ReturnType<typeof raceAttempts>) {
  const failed: string[] = [];
  for (;;) {
    const step = await racing.next();
    if (step.done) return { failed, winner: step.value };
    failed.push(`${step.value.flight.number}: ${String(step.value.error)}`);
  }
}
const noRival = () => Promise.reject(new Error("nobody was asked for a rival"));

describe("a flight without a rival", () => {
  test("wins with its first word, or with its whole answer; its model is not a word", async () => {
    const one = pilot(1);
    one.name("served");
    one.say("Hi");
    const { winner } = await follow(raceAttempts(one.flight, noRival, 0));
    assert.deepEqual(
      [winner?.attempt, winner?.early, winner?.first],
      [one.flight, [{ type: "model", model: "served" }], { done: false, value: { type: "text-delta", text: "Hi" } }],
    );
    assert.deepEqual([one.flight.servedBy, one.stopped], ["served", false]);
    const silent = pilot(2);
    silent.land();
    assert.deepEqual((await follow(raceAttempts(silent.flight, noRival, 0))).winner?.first, {
      done: true,
      value: answer,
    });
  });

  test("that fails leaves nobody, and who answered is known all the same", async () => {
    const one = pilot(1);
    one.name("served");
    one.fail(new Error("down"));
    assert.deepEqual(await follow(raceAttempts(one.flight, noRival, 0)), {
      failed: ["1: Error: down"],
      winner: undefined,
    });
    assert.equal(one.flight.servedBy, "served");
  });
});

describe("a race of two", () => {
  /** Two in the air, the second since the first was silent for a while. */
  async function startRace(t: TestContext) {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const [one, rival] = [pilot(1), pilot(2)];
    const following = follow(raceAttempts(one.flight, () => Promise.resolve(rival.flight), 5_000));
    await settle();
    t.mock.timers.tick(5_000);
    await settle();
    return { one, rival, following };
  }

  test("the rival speaks first: it wins, the other is stopped", async (t) => {
    const { one, rival, following } = await startRace(t);
    rival.say("Hi");
    const { winner, failed } = await following;
    assert.deepEqual([winner?.attempt.number, failed, one.stopped, rival.stopped], [2, [], true, false]);
  });

  test("the first speaks first after all", async (t) => {
    const { one, rival, following } = await startRace(t);
    rival.name("other");
    await settle();
    one.say("Hi");
    const { winner } = await following;
    assert.deepEqual([winner?.attempt.number, winner?.early, rival.stopped], [1, [], true]);
  });

  test("both at once: one of them, and the other is stopped", async (t) => {
    const { one, rival, following } = await startRace(t);
    one.say("Hi");
    rival.say("Hi");
    const { winner } = await following;
    assert.deepEqual([one.stopped, rival.stopped], winner?.attempt.number === 1 ? [false, true] : [true, false]);
  });

  for (const [loser, winner] of [
    [1, 2],
    [2, 1],
  ] as const)
    test(`number ${loser} fails: told at once, and number ${winner} goes on`, async (t) => {
      const { one, rival, following } = await startRace(t);
      const pilots = { 1: one, 2: rival };
      pilots[loser].fail(new Error("down"));
      await settle();
      pilots[winner].say("Hi");
      const outcome = await following;
      assert.deepEqual([outcome.failed, outcome.winner?.attempt.number], [[`${loser}: Error: down`], winner]);
    });

  test("both fail: both are told, and nobody wins", async (t) => {
    const { one, rival, following } = await startRace(t);
    rival.fail(new Error("two"));
    one.fail(new Error("one"));
    const { failed, winner } = await following;
    assert.deepEqual([failed.sort(), winner], [["1: Error: one", "2: Error: two"], undefined]);
  });

  test("no rival to be had, or one that cannot start: the first goes on", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const rivals = [() => Promise.resolve(undefined), () => Promise.reject(new Error("all rest"))];
    for (const startRival of rivals) {
      const one = pilot(1);
      const following = follow(raceAttempts(one.flight, startRival, 5_000));
      await settle();
      t.mock.timers.tick(5_000);
      await settle();
      assert.equal(one.stopped, false);
      one.say("Hi");
      assert.equal((await following).winner?.attempt, one.flight);
    }
  });

  test("who speaks in time needs no rival", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const one = pilot(1);
    const following = follow(raceAttempts(one.flight, noRival, 5_000));
    one.say("Hi");
    assert.equal((await following).winner?.attempt, one.flight);
    t.mock.timers.tick(10_000);
    await settle();
  });

  test("left by the caller: both are stopped", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const [one, rival] = [pilot(1), pilot(2)];
    const racing = raceAttempts(one.flight, () => Promise.resolve(rival.flight), 5_000);
    const first = racing.next();
    await settle();
    t.mock.timers.tick(5_000);
    await settle();
    one.fail(new Error("down"));
    await first;
    await racing.return(undefined);
    assert.equal(rival.stopped, true);
  });
});
