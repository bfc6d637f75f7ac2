import { snapshotDay } from "../support/clock";
import { runServicesTrial, type ServicesTrialResult } from "../support/threeServices";
import { VirtualTime } from "../support/virtualTime";
import type { Table } from "./table";

const seeds = [1, 2, 3, 4, 5];
const questions = 1_000;
const orders = {
  "OpenRouter first": "openrouter-first",
  "local first": "local-first",
  "all alike": "all-alike",
} as const;

/** Measures how many questions a pool of OpenRouter, Groq and Ollama answers while each of them fails in all of its ways. */
export async function threeServices(): Promise<Table[]> {
  const time = new VirtualTime(snapshotDay + 12 * 3_600_000);
  const results = await time.run(() =>
    Promise.all(
      Object.values(orders).map((serviceOrder) =>
        Promise.all(seeds.map((seed) => runServicesTrial({ seed, questions, serviceOrder }, time.now))),
      ),
    ),
  );
  return [
    {
      title: `${questions} questions to three services with faults on each, ${seeds.length} seeds each`,
      columns: ["order", "answered %", "wrong", "requests per answer", "by seed", "errors", "budget"],
      rows: Object.keys(orders).map((name, at) => [
        ...[name, ...figuresOf(results[at] ?? [])],
        "≥ 99.9 %, 0 wrong, ≤ 1.25",
      ]),
      note:
        "OpenRouter, Groq and Ollama, each at its own limits. Of 100 requests to Groq 15 fail, of 100 to Ollama 10; the candidates of OpenRouter fail as in the table above. " +
        "OpenRouter's day ends after 800 requests. By turns, Ollama is loading a model for 30 s or not running for 60 s. " +
        "A question 0 to 8 s after the answer before. Wrong: a text that no service sent as a whole for this question, a request that breaks a service's rules, or books that differ from the requests that arrived.",
    },
  ];
}

function figuresOf(trials: readonly ServicesTrialResult[]): string[] {
  const answered = trials.reduce((sum, each) => sum + each.answered, 0);
  const sentIn = ({ requests }: ServicesTrialResult): number =>
    Object.values(requests).reduce((sum, count) => sum + count, 0);
  const sent = trials.reduce((sum, each) => sum + sentIn(each), 0);
  const failed = trials.flatMap((each) => each.failed);
  return [
    ((answered / (trials.length * questions)) * 100).toFixed(2),
    trials.flatMap((each) => each.wrong).join("; ") || "0",
    (sent / answered).toFixed(3),
    trials.map((each) => (sentIn(each) / each.answered).toFixed(2)).join(" "),
    failed.join(", ") || "none",
  ];
}
