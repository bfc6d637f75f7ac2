import { snapshotDay } from "../support/clock";
import { percentile } from "./samples";
import type { Table } from "./table";
import { VirtualTime } from "./virtualTime";
import { firstContentMs, runTrial, type Outcome, type Trial, type TrialResult } from "./reliabilityTrial";

const seeds = [1, 2, 3];
const questions = 500;
const hedgeAfterMs = 4_000;

const independent: Omit<Trial, "seed"> = {
  questions,
  busy: "per-attempt",
  hedgeAfterMs: 0,
  perMinute: 1_000_000,
  everyMs: 0,
};
const periods: Omit<Trial, "seed"> = { ...independent, busy: "per-period" };

/** Trials, with budgets for the requests per answer and the 95th percentile of the time in seconds. */
const modes: readonly { name: string; trial: Omit<Trial, "seed">; requests?: number; seconds?: number }[] = [
  { name: "each attempt fails independently", trial: independent, requests: 1.25 },
  { name: "… with hedging", trial: { ...independent, hedgeAfterMs }, requests: 1.25, seconds: 8 },
  { name: "a 429 persists for 25 questions", trial: periods, requests: 1.3 },
  { name: "… with hedging", trial: { ...periods, hedgeAfterMs }, requests: 1.3, seconds: 8 },
  {
    name: "… with 20 requests per minute, a question every 3 s",
    trial: { ...periods, perMinute: 20, everyMs: 3_000 },
    requests: 1.3,
  },
  { name: "each 429 persists for 25 requests", trial: { ...independent, busy: "per-request" } },
];

/** Measures how many of hundreds of questions are answered while models fail, with how many requests and how fast. */
export async function reliability(): Promise<Table[]> {
  const time = new VirtualTime(snapshotDay + 12 * 3_600_000);
  const results = await time.run(() =>
    Promise.all(modes.map(({ trial }) => Promise.all(seeds.map((seed) => runTrial({ ...trial, seed }, time.now))))),
  );
  const rows = modes.map(({ name, requests, seconds }, at) => [
    ...[name, ...figuresOf(results[at] ?? [])],
    [requests ? `≤ ${requests.toFixed(2)}` : "", seconds ? `≤ ${seconds} s` : ""].filter(Boolean).join(", "),
  ]);
  return [
    {
      title: `${questions} questions with typical faults, ${seeds.length} seeds each`,
      columns: [
        ...["faults", "answered %", "wrong", "requests per answer", "by seed", "p50 s", "p95 s", "errors"],
        "budget",
      ],
      rows,
      note:
        "Of 100 attempts, 30 fail with a 429, 5 with a 502, 3 are silent, 3 are cut off, 2 end with an error chunk, 2 are empty and 1 is malformed. " +
        "If each 429 persists for 25 requests, two thirds of the models end up busy. With perfect knowledge of the busy models, the result would be 1.31 requests per answer and 98.5 % answered. " +
        `Models start answering after ${firstContentMs.map((ms) => ms / 1_000).join(" to ")} s; hedging starts a second attempt after ${hedgeAfterMs / 1_000} s. ` +
        "Budget: ≥ 99.5 % answered, 0 wrong (the text is compared with the simulator's answers), every error names its cause. " +
        "Times are simulated and do not include computing time.",
    },
  ];
}

function figuresOf(trials: readonly TrialResult[]): string[] {
  const outcomes = trials.flatMap((each) => each.outcomes);
  const answered = answeredIn(outcomes);
  const wrong = outcomes.flatMap((each) => ("wrong" in each ? [each.wrong] : []));
  const failed = outcomes.flatMap((each) => ("failed" in each ? [each.failed] : []));
  const requests = trials.reduce((sum, each) => sum + each.requests, 0);
  const times = outcomes.map(({ ms }) => ms / 1_000);
  return [
    ((answered / outcomes.length) * 100).toFixed(2),
    countsOf(wrong) || "0",
    (requests / answered).toFixed(3),
    trials.map((each) => (each.requests / answeredIn(each.outcomes)).toFixed(2)).join(" "),
    percentile(times, 0.5).toFixed(1),
    percentile(times, 0.95).toFixed(1),
    countsOf(failed) || "none",
  ];
}

function answeredIn(outcomes: readonly Outcome[]): number {
  return outcomes.filter((each) => "answered" in each).length;
}

/** Counts equal values: `2 all-resting, 1 silent`. */
function countsOf(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => `${count} ${value}`).join(", ");
}
