import { createRouter, isRouterError, type Router } from "../../src/router/index";
import { seededRandom } from "../support/dice";
import { isFree, startOpenRouter, typicalFaultRates, type OpenRouter } from "../support/openRouter";
import { wholeAnswers } from "./possibleAnswers";

/**
 * How models are busy (429). `by-attempt`: each attempt for itself, 30 of 100. `by-spell`: a model for 25 questions at a
 * time, 30 of 100 models at any time. `by-touch`: each of 100 attempts makes 30 models busy for the next 25 requests, so
 * that in the end most are.
 */
export type Busyness = "by-attempt" | "by-spell" | "by-touch";

/** Some questions in a row, one after the other, while models fail by chance. Times in milliseconds. */
export interface Trial {
  seed: number;
  questions: number;
  busy: Busyness;
  hedgeAfterMs: number;
  /** What the account allows in a minute, and the least time from question to question. */
  perMinute: number;
  everyMs: number;
}

/** How one question ended: `answered` whole, `failed` with an error that names its cause, or `wrong` in the way told. */
export type Outcome = { ms: number } & ({ answered: true } | { failed: string } | { wrong: string });

export interface Weather {
  outcomes: Outcome[];
  requests: number;
}

/** Before the first content of an answer; the rest follows at once. */
export const firstContentMs: readonly [number, number] = [300, 3_000];

const hangingMs = 10 * 60_000;

/** Asks the questions of a trial, by a clock that the timers go by as well. */
export async function weather(trial: Trial, now: () => number): Promise<Weather> {
  await using simulator = await startOpenRouter({
    now,
    random: seededRandom(trial.seed),
    limits: { perMinute: trial.perMinute, perDay: 1_000_000 },
    pace: {
      firstContentMs,
      stallRepeatMs: 1_000,
      deltasPerWrite: 16,
    },
  });
  const forecast = brewUp(simulator, trial);
  const router = createRouter({
    apiKey: () => Promise.resolve(`sk-or-v1-${"0".repeat(64)}`),
    settings: () => ({
      baseUrl: simulator.baseUrl,
      hedgeAfterMs: trial.hedgeAfterMs,
      requestsPerMinute: trial.perMinute,
    }),
    fetch,
    now,
    random: seededRandom(trial.seed + 1_000),
  });
  const outcomes: Outcome[] = [];
  for (let number = 1; number <= trial.questions; number++) {
    forecast(number);
    const askedAt = now();
    const outcome = await ask(router, simulator, `Question ${number}: what does line ${number} do?`);
    outcomes.push({ ...outcome, ms: now() - askedAt });
    const early = askedAt + trial.everyMs - now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  }
  if (simulator.violations.length > 0)
    throw new Error(`The service would complain: ${simulator.violations.join("; ")}`);
  return { outcomes, requests: simulator.chatRequests.length };
}

const busyShare = typicalFaultRates["429-upstream"] ?? 0;
const spell = 25;

/** Makes the weather; what it returns is to be called before each question. */
function brewUp(simulator: OpenRouter, { busy, seed }: Trial): (question: number) => void {
  const stay = busy === "by-touch" ? { stay: { "429-upstream": spell } } : {};
  if (busy !== "by-spell") {
    simulator.setFaultMix({ rates: typicalFaultRates, seed, ...stay });
    return () => undefined;
  }
  // Who is not busy fails in the other ways, as often as before.
  const others = Object.entries(typicalFaultRates).filter(([name]) => name !== "429-upstream");
  simulator.setFaultMix({
    rates: Object.fromEntries(others.map(([name, share]) => [name, share / (1 - busyShare)])),
    seed,
  });
  const random = seededRandom(seed + 2_000);
  const models = simulator.catalogue.rows.filter(isFree).map(({ id }) => ({ id, turn: Math.floor(random() * spell) }));
  return (question) => {
    for (const { id: model, turn } of models) {
      if (question > 1 && question % spell !== turn) continue;
      simulator.clearPersistentSteps(model);
      if (random() < busyShare) simulator.addPersistentStep({ step: "429-upstream", model });
    }
  };
}

type Ending = { answered: true } | { failed: string } | { wrong: string };

async function ask(router: Router, simulator: OpenRouter, question: string): Promise<Ending> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hanging = new Promise<Ending>((resolve) => {
    timer = setTimeout(() => resolve({ wrong: "hanging" }), hangingMs);
  });
  try {
    return await Promise.race([answer(router, simulator, question), hanging]);
  } finally {
    clearTimeout(timer);
  }
}

async function answer(router: Router, simulator: OpenRouter, question: string): Promise<Ending> {
  const request = { messages: [{ role: "user" as const, content: question }] };
  let text = "";
  let ended: string | undefined;
  try {
    for await (const event of router.complete(request, { restartAfterOutput: true })) {
      if (ended !== undefined) return { wrong: "goes on after its end" };
      if (event.type === "attempt-start") text = "";
      if (event.type === "text-delta") text += event.text;
      if (event.type === "completion-end") ended = event.model;
    }
  } catch (error) {
    if (ended !== undefined) return { wrong: "fails after its end" };
    return isRouterError(error) && error.reason !== "internal"
      ? { failed: error.reason }
      : { wrong: `no error of the router: ${String(error)}` };
  }
  if (ended === undefined) return { wrong: "ends without a word" };
  if (text.trim() === "") return { wrong: "empty" };
  return wholeAnswers(request, ended, simulator.catalogue).has(text)
    ? { answered: true }
    : { wrong: "not what was sent" };
}
