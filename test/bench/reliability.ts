import { snapshotDay } from "../support/clock";
import { percentile } from "./samples";
import type { Table } from "./table";
import { VirtualTime } from "./virtualTime";
import { firstContentMs, weather, type Outcome, type Trial, type Weather } from "./reliabilityTrial";

const seeds = [1, 2, 3];
const questions = 500;
const hedgeAfterMs = 4_000;

const plain: Omit<Trial, "seed"> = { questions, busy: "by-attempt", hedgeAfterMs: 0, perMinute: 1_000_000, everyMs: 0 };
const spells: Omit<Trial, "seed"> = { ...plain, busy: "by-spell" };

/** How the questions are asked, with the budgets of requests an answer and of the time until 95 of 100 are over. */
const modes: readonly { words: string; trial: Omit<Trial, "seed">; requests?: number; seconds?: number }[] = [
  { words: "each attempt fails by itself", trial: plain, requests: 1.25 },
  { words: "… with hedging", trial: { ...plain, hedgeAfterMs }, requests: 1.25, seconds: 8 },
  { words: "a 429 stays for 25 questions", trial: spells, requests: 1.3 },
  { words: "… with hedging", trial: { ...spells, hedgeAfterMs }, requests: 1.3, seconds: 8 },
  {
    words: "… 20 requests a minute, a question in 3 s",
    trial: { ...spells, perMinute: 20, everyMs: 3_000 },
    requests: 1.3,
  },
  { words: "each 429 stays for 25 requests: a storm", trial: { ...plain, busy: "by-touch" } },
];

/** Hundreds of questions while models fail: how many are answered, with how many requests, how soon. */
export async function reliability(): Promise<Table[]> {
  const time = new VirtualTime(snapshotDay + 12 * 3_600_000);
  const results = await time.run(() =>
    Promise.all(modes.map(({ trial }) => Promise.all(seeds.map((seed) => weather({ ...trial, seed }, time.now))))),
  );
  const rows = modes.map(({ words, requests, seconds }, at) => [
    ...[words, ...figuresOf(results[at] ?? [])],
    [requests ? `≤ ${requests.toFixed(2)}` : "", seconds ? `≤ ${seconds} s` : ""].filter(Boolean).join(", "),
  ]);
  return [
    {
      title: `${questions} questions under the usual faults, ${seeds.length} seeds each`,
      columns: [
        ...["how models fail", "answered %", "wrong", "requests an answer", "by seed", "p50 s", "p95 s", "errors"],
        "budget",
      ],
      rows,
      note:
        "Of a hundred models tried 30 are busy (429), 5 down (502), 3 silent, 3 cut, 2 broken by an error chunk, 2 empty, 1 garbled. " +
        "In a storm two of three models are busy in the end; who knew which ones would still need 1.31 requests and answer 98.5 %. " +
        `Models begin after ${firstContentMs.map((ms) => ms / 1_000).join(" to ")} s; hedging starts a second one after ${hedgeAfterMs / 1_000} s. ` +
        "Budget: ≥ 99.5 % answered, 0 wrong (the text is compared with what the simulator says it sent), every error names its cause. " +
        "Times are simulated: what the machine itself takes is not in them.",
    },
  ];
}

function figuresOf(trials: readonly Weather[]): string[] {
  const outcomes = trials.flatMap((each) => each.outcomes);
  const answered = answeredIn(outcomes);
  const wrong = outcomes.flatMap((each) => ("wrong" in each ? [each.wrong] : []));
  const failed = outcomes.flatMap((each) => ("failed" in each ? [each.failed] : []));
  const requests = trials.reduce((sum, each) => sum + each.requests, 0);
  const times = outcomes.map(({ ms }) => ms / 1_000);
  return [
    ((answered / outcomes.length) * 100).toFixed(2),
    counted(wrong) || "0",
    (requests / answered).toFixed(3),
    trials.map((each) => (each.requests / answeredIn(each.outcomes)).toFixed(2)).join(" "),
    percentile(times, 0.5).toFixed(1),
    percentile(times, 0.95).toFixed(1),
    counted(failed) || "none",
  ];
}

function answeredIn(outcomes: readonly Outcome[]): number {
  return outcomes.filter((each) => "answered" in each).length;
}

/** `2 all-resting, 1 silent` */
function counted(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
}
