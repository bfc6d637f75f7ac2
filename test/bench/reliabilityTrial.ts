import { createRouter, isRouterError, type Router } from "../../src/router/index";
import { seededRandom } from "../support/random";
import { isFree, startOpenRouter, typicalFaultRates, type OpenRouter } from "../support/openRouter";
import { possibleAnswers } from "./possibleAnswers";

/**
 * How models are busy (429). `per-attempt`: 30 of 100 attempts, independently. `per-period`: models are busy for periods of 25
 * questions, 30 of 100 models at any time. `per-request`: 30 of 100 requests make a model busy for its next 25 requests, so that
 * most models end up busy.
 */
export type BusyPattern = "per-attempt" | "per-period" | "per-request";

/** Questions while models fail randomly, with default settings unless given. Times in milliseconds. */
export interface Trial {
  seed: number;
  questions: number;
  busy: BusyPattern;
  hedgeAfterMs?: number;
  /** The account's limit per minute; unlimited if absent. */
  perMinute?: number;
  /** Ask a question each time this has passed, whether or not earlier ones are answered; if absent, each after the one before. */
  everyMs?: number;
  /** The share of the models that start answering only after `slowFirstContentMs`. */
  slowShare?: number;
}

/** The result of a question: answered completely, failed with an error that names its cause, or wrong, with a description. */
export type Outcome = { ms: number } & ({ answered: true } | { failed: string } | { wrong: string });

export interface TrialResult {
  outcomes: Outcome[];
  requests: number;
}

/** The time until the first content of an answer; the rest follows immediately. */
export const firstContentMs: readonly [number, number] = [300, 3_000];

export const slowFirstContentMs: readonly [number, number] = [6_000, 20_000];

const unlimited = 1_000_000;

const hangingMs = 10 * 60_000;

/** Runs a trial on a clock that also controls the timers. */
export async function runTrial(trial: Trial, now: () => number): Promise<TrialResult> {
  await using simulator = await startOpenRouter({
    now,
    random: seededRandom(trial.seed),
    limits: { perMinute: trial.perMinute ?? unlimited, perDay: unlimited },
    pace: {
      firstContentMs,
      stallRepeatMs: 1_000,
      deltasPerWrite: 16,
    },
  });
  const prepareQuestion = setFaults(simulator, trial);
  slowDown(simulator, trial);
  const router = createRouter({
    apiKey: () => Promise.resolve(`sk-or-v1-${"0".repeat(64)}`),
    settings: () => ({
      baseUrl: simulator.baseUrl,
      ...(trial.hedgeAfterMs !== undefined && { hedgeAfterMs: trial.hedgeAfterMs }),
      requestsPerMinute: trial.perMinute ?? unlimited,
    }),
    fetch,
    now,
    random: seededRandom(trial.seed + 1_000),
  });
  const measure = async (number: number): Promise<Outcome> => {
    prepareQuestion(number);
    const askedAt = now();
    const outcome = await ask(router, simulator, `Question ${number}: what does line ${number} do?`);
    return { ...outcome, ms: now() - askedAt };
  };
  const asked: Promise<Outcome>[] = [];
  for (let number = 1; number <= trial.questions; number++) {
    const outcome = measure(number);
    asked.push(outcome);
    await (trial.everyMs === undefined ? outcome : new Promise((resolve) => setTimeout(resolve, trial.everyMs)));
  }
  const outcomes = await Promise.all(asked);
  if (simulator.violations.length > 0) throw new Error(`Invalid requests: ${simulator.violations.join("; ")}`);
  return { outcomes, requests: simulator.chatRequests.length };
}

const busyShare = typicalFaultRates["429-upstream"] ?? 0;
const busyPeriod = 25;

/** Sets the faults of a trial. The returned function must be called before each question. */
function setFaults(simulator: OpenRouter, { busy, seed }: Trial): (question: number) => void {
  const sticky = busy === "per-request" ? { stickyFor: { "429-upstream": busyPeriod } } : {};
  if (busy !== "per-period") {
    simulator.setFaultMix({ rates: typicalFaultRates, seed, ...sticky });
    return () => undefined;
  }
  // Models that are not busy have the other faults as often as in the other patterns.
  const others = Object.entries(typicalFaultRates).filter(([name]) => name !== "429-upstream");
  simulator.setFaultMix({
    rates: Object.fromEntries(others.map(([name, share]) => [name, share / (1 - busyShare)])),
    seed,
  });
  const random = seededRandom(seed + 2_000);
  const models = simulator.catalogue.rows
    .filter(isFree)
    .map(({ id }) => ({ id, periodStart: Math.floor(random() * busyPeriod) }));
  return (question) => {
    for (const { id: model, periodStart } of models) {
      if (question > 1 && question % busyPeriod !== periodStart) continue;
      simulator.clearPersistentSteps(model);
      if (random() < busyShare) simulator.addPersistentStep({ step: "429-upstream", model });
    }
  };
}

function slowDown(simulator: OpenRouter, { slowShare = 0, seed }: Trial): void {
  const random = seededRandom(seed + 3_000);
  for (const { id } of simulator.catalogue.rows.filter(isFree))
    if (random() < slowShare) simulator.setModelPace(id, { firstContentMs: slowFirstContentMs });
}

type Result = { answered: true } | { failed: string } | { wrong: string };

async function ask(router: Router, simulator: OpenRouter, question: string): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hanging = new Promise<Result>((resolve) => {
    timer = setTimeout(() => resolve({ wrong: "hanging" }), hangingMs);
  });
  try {
    return await Promise.race([answer(router, simulator, question), hanging]);
  } finally {
    clearTimeout(timer);
  }
}

async function answer(router: Router, simulator: OpenRouter, question: string): Promise<Result> {
  const request = { messages: [{ role: "user" as const, content: question }] };
  let text = "";
  let answeredBy: string | undefined;
  try {
    for await (const event of router.complete(request, { restartAfterOutput: true })) {
      if (answeredBy !== undefined) return { wrong: "events after the end" };
      if (event.type === "attempt-start") text = "";
      if (event.type === "text-delta") text += event.text;
      if (event.type === "completion-end") answeredBy = event.model;
    }
  } catch (error) {
    if (answeredBy !== undefined) return { wrong: "error after the end" };
    return isRouterError(error) && error.reason !== "internal"
      ? { failed: error.reason }
      : { wrong: `not a RouterError: ${String(error)}` };
  }
  if (answeredBy === undefined) return { wrong: "no end event" };
  if (text.trim() === "") return { wrong: "empty" };
  return possibleAnswers(request, answeredBy, simulator.catalogue).has(text)
    ? { answered: true }
    : { wrong: "different from the sent text" };
}
