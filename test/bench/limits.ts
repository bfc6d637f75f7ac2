import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { fetch as undiciFetch } from "undici";
import { createRouter, isRouterError, type CompletionRequest, type Router } from "../../src/router/index";
import { snapshotDay } from "../support/clock";
import { seededRandom } from "../support/dice";
import { startOpenRouter, type FaultName, type OpenRouter, type Step } from "../support/openRouter";
import type { Table } from "./table";

const request: CompletionRequest = { messages: [{ role: "user", content: "What does this function do?" }] };
const fetches: Record<string, typeof fetch> = { "Node's fetch": fetch, "undici's fetch": undiciFetch as typeof fetch };

/** What happens when nothing can be answered: which error, after how many requests, how soon; and what stays open. */
export async function limits(): Promise<Table[]> {
  return [await dailyLimit(), await everybodyFails(), await hanging()];
}

async function dailyLimit(): Promise<Table> {
  await using simulator = await startOpenRouter({ now: noon, limits: { perMinute: 20, perDay: 50 } });
  simulator.account.set({ usedToday: 50 });
  const router = routerTo(simulator);
  const rows: string[][] = [];
  for (const words of ["the first question", "the second", "the third"]) {
    const before = simulator.chatRequests.length;
    const start = performance.now();
    const { reason, message } = await failureOf(router);
    const ms = (performance.now() - start).toFixed(1);
    rows.push([words, String(simulator.chatRequests.length - before), ms, reason, message]);
  }
  return {
    title: "Today's free requests are used up",
    columns: ["", "requests", "ms", "reason", "what is said"],
    rows,
    note: "Budget: exactly one request, and said in under a second; no further request until the reset.",
  };
}

/** Ways in which all models may fail at once, and the reasons that name them. */
const outages: readonly [words: string, fault: FaultName, reasons: readonly string[]][] = [
  ["busy: 429 of the upstream", "429-upstream", ["rate-limit-model", "all-resting"]],
  ["down: 502", "502-bad-gateway", ["unavailable"]],
  ["a 200 with an error body", "200-error-body", ["unavailable"]],
  ["an error chunk in mid-answer", "error-after-text", ["unavailable"]],
  ["an empty answer", "empty", ["empty"]],
  ["thoughts, and no answer", "reasoning-only", ["empty"]],
  ["cut off in mid-answer", "cut-midway", ["interrupted"]],
  ["a chunk that is no JSON", "bad-json-chunk", ["malformed"]],
  ["garbage", "garbage", ["malformed"]],
  ["silence, with keep-alive comments", "comments-forever", ["silent"]],
  ["the key is refused: 401", "401-key", ["unauthorized"]],
  ["a negative balance: 402", "402-negative-balance", ["payment-required"]],
  ["the account's privacy settings: 404", "404-privacy", ["data-policy"]],
];

async function everybodyFails(): Promise<Table> {
  const rows: string[][] = [];
  for (const [words, fault, reasons] of outages) {
    await using simulator = await startOpenRouter({ now: noon });
    simulator.addPersistentStep({ step: fault });
    const { reason, message } = await failureOf(routerTo(simulator));
    const named = reasons.includes(reason) ? "yes" : "NO";
    rows.push([words, String(simulator.chatRequests.length), reason, named, message]);
  }
  return {
    title: "Every model fails in the same way",
    columns: ["how", "requests", "reason", "names the cause", "what is said"],
    rows,
    note: "Budget: every error names its cause; four requests at most, and one where nobody else could do better.",
  };
}

/** So long a pool keeps a connection that nobody uses, like the catalogue's. One that hangs would stay for ever. */
const keptAliveMs = 6_000;

/** How an answer can hang: before its headers, before its content, in the middle of it. */
const hangs: readonly Step[] = ["silent-before-headers", "comments-forever", "stall"];

async function hanging(): Promise<Table> {
  const rows: string[][] = [];
  for (const [name, fetch] of Object.entries(fetches)) {
    await using simulator = await startOpenRouter({ now: noon });
    const router = routerTo(simulator, fetch);
    simulator.script(...Array.from({ length: 30 }, (_, at) => hangs[at % hangs.length] ?? "stall"));
    const stops = Array.from({ length: 30 }, () => new AbortController());
    const answers = stops.map(({ signal }) => endOf(router, signal));
    await simulator.chatRequest(30);
    collectGarbage();
    for (const stop of stops) stop.abort();
    const start = performance.now();
    const ends = await Promise.all(answers);
    const ms = performance.now() - start;
    while (simulator.openConnections > 0 && performance.now() - start < keptAliveMs) await pause(20);
    const aborted = ends.filter((end) => end === "aborted").length;
    const succeeded = ends.filter((end) => end === "answered").length;
    rows.push([name, String(aborted), String(succeeded), String(simulator.openConnections), ms.toFixed(0)]);
  }
  return {
    title: "Thirty hanging answers, stopped after a garbage collection",
    columns: ["", "stopped", "reported as success", "connections open", "ms until all settled"],
    rows,
    note: "Ten hang before the headers, ten before the content, ten in the middle of it. Budget: 30, 0, 0.",
  };
}

const noon = (): number => snapshotDay + 12 * 3_600_000;

function routerTo({ baseUrl }: OpenRouter, fetch = globalThis.fetch): Router {
  return createRouter({
    apiKey: () => Promise.resolve(`sk-or-v1-${"0".repeat(64)}`),
    settings: () => ({
      baseUrl,
      firstContentMs: 300,
      betweenContentsMs: 200,
      requestsPerMinute: 1_000,
    }),
    fetch,
    now: noon,
    random: seededRandom(1),
  });
}

async function failureOf(router: Router): Promise<{ reason: string; message: string }> {
  try {
    await exhaust(router.complete(request, { restartAfterOutput: true }));
    return { reason: "none", message: "It was answered." };
  } catch (error) {
    return isRouterError(error) ? error : { reason: "no error of the router", message: String(error) };
  }
}

async function endOf(router: Router, signal: AbortSignal): Promise<string> {
  try {
    await exhaust(router.complete(request, { signal }));
    return "answered";
  } catch (error) {
    return isRouterError(error) ? error.reason : String(error);
  }
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") Reflect.apply(collect, undefined, []);
}

async function exhaust(events: AsyncIterable<unknown>): Promise<void> {
  const iterator = events[Symbol.asyncIterator]();
  while (!(await iterator.next()).done) continue;
}
