import { snapshotDay } from "../support/clock";
import { percentile } from "./samples";
import type { Table } from "./table";
import { VirtualTime } from "../support/virtualTime";
import {
  firstContentMs,
  runTrial,
  slowFirstContentMs,
  type Outcome,
  type Trial,
  type TrialResult,
} from "./reliabilityTrial";

const seeds = [1, 2, 3, 4, 5, 6];
const questions = 500;
/** An answer that comes later has come too late. */
const tooLateMs = 60_000;

/** Questions at this interval fit into the limit per minute of a free account. */
const steady: Omit<Trial, "seed"> = { questions, busy: "per-attempt", perMinute: 20, everyMs: 6_000 };
const fast: Omit<Trial, "seed"> = { questions, busy: "per-attempt", everyMs: 4_000 };
const sticky = { busy: "per-period" } as const;
const storm: Omit<Trial, "seed"> = { questions, busy: "per-request" };

/** Trials, with budgets for the share of answers in percent, the requests per answer, and the 95th percentile of the time in seconds. */
const modes: readonly {
  name: string;
  trial: Omit<Trial, "seed">;
  answered?: number;
  requests?: number;
  seconds?: number;
}[] = [
  { name: "each attempt fails independently", trial: steady, answered: 99.8, requests: 1.25, seconds: 8 },
  {
    name: "a 429 persists for 25 questions",
    trial: { ...steady, ...sticky },
    answered: 99.8,
    requests: 1.3,
    seconds: 8,
  },
  { name: "independently, every 4 s without a limit", trial: fast, answered: 99.8, requests: 1.25, seconds: 8 },
  {
    name: "persistently, every 4 s without a limit",
    trial: { ...fast, ...sticky },
    answered: 99.8,
    requests: 1.3,
    seconds: 8,
  },
  { name: "independently, never a second model", trial: { ...steady, hedgeAfterMs: 0 } },
  { name: "independently, 3 of 10 models slow", trial: { ...steady, slowShare: 0.3 } },
  { name: "… never a second model", trial: { ...steady, slowShare: 0.3, hedgeAfterMs: 0 } },
  { name: "each 429 persists for 25 requests", trial: storm, answered: 97.7, requests: 1.4 },
];

/** Measures how many of hundreds of questions are answered while models fail, with how many requests and how fast. */
export async function reliability(): Promise<Table[]> {
  const time = new VirtualTime(snapshotDay + 12 * 3_600_000);
  const results = await time.run(() =>
    Promise.all(modes.map(({ trial }) => Promise.all(seeds.map((seed) => runTrial({ ...trial, seed }, time.now))))),
  );
  const rows = modes.map(({ name, answered, requests, seconds }, at) => [
    ...[name, ...figuresOf(results[at] ?? [])],
    [answered ? `≥ ${answered} %` : "", requests ? `≤ ${requests.toFixed(2)}` : "", seconds ? `≤ ${seconds} s` : ""]
      .filter(Boolean)
      .join(", "),
  ]);
  return [
    {
      title: `${questions} questions with typical faults and default settings, ${seeds.length} seeds each`,
      columns: [
        ...["faults", "answered %", "wrong", "requests per answer", "by seed", "p50 s", "p95 s", "errors"],
        "budget",
      ],
      rows,
      note:
        "Of 100 attempts, 30 fail with a 429, 5 with a 502, 3 are silent, 3 are cut off, 2 end with an error chunk, 2 are empty and 1 is malformed. " +
        `A question every ${(steady.everyMs ?? 0) / 1_000} s with 20 requests per minute, unless the row says otherwise; in the last row each after the one before. ` +
        "If each 429 persists for 25 requests, two thirds of the models end up busy. With perfect knowledge of the busy models, the result would be 1.31 requests per answer and 98.5 % answered. " +
        `Models start answering after ${secondsText(firstContentMs)} s, slow ones after ${secondsText(slowFirstContentMs)} s. ` +
        `Answered: completely within ${tooLateMs / 1_000} s. Budget: 0 wrong (the text is compared with the simulator's answers), every error names its cause. ` +
        "Times are simulated and do not include computing time.",
    },
  ];
}

function secondsText([from, to]: readonly [number, number]): string {
  return `${from / 1_000} to ${to / 1_000}`;
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
  return outcomes.filter((each) => "answered" in each && each.ms <= tooLateMs).length;
}

/** Counts equal values: `2 all-resting, 1 silent`. */
function countsOf(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => `${count} ${value}`).join(", ");
}
