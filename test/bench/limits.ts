import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { fetch as undiciFetch } from "undici";
import { createRouter, isRouterError, type CompletionRequest, type Router } from "../../src/router/index";
import { snapshotDay } from "../support/clock";
import { seededRandom } from "../support/random";
import { startOpenRouter, type FaultName, type OpenRouter, type Step } from "../support/openRouter";
import type { Table } from "./table";

const request: CompletionRequest = { messages: [{ role: "user", content: "What does this function do?" }] };
const fetches: Record<string, typeof fetch> = {
  "Node's fetch": fetch,
  "undici's fetch": undiciFetch as unknown as typeof fetch,
};

/** Measures completions that cannot succeed: the error, the number of requests, the time, and remaining connections. */
export async function limits(): Promise<Table[]> {
  return [await dailyLimit(), await failingModels(), await hangingAnswers()];
}

async function dailyLimit(): Promise<Table> {
  await using simulator = await startOpenRouter({ now: noon, limits: { perMinute: 20, perDay: 50 } });
  simulator.account.set({ usedToday: 50 });
  const router = createRouterFor(simulator);
  const rows: string[][] = [];
  for (const name of ["first request", "second request", "third request"]) {
    const before = simulator.chatRequests.length;
    const start = performance.now();
    const { reason, message } = await failureOf(router);
    const ms = (performance.now() - start).toFixed(1);
    rows.push([name, String(simulator.chatRequests.length - before), ms, reason, message]);
  }
  return {
    title: "The daily limit is reached",
    columns: ["", "requests", "ms", "reason", "message"],
    rows,
    note: "Budget: exactly one request and an error within a second; no further requests until the reset.",
  };
}

/** Faults of all models, and the reasons that identify them. */
const outages: readonly [name: string, fault: FaultName, reasons: readonly string[]][] = [
  ["busy: 429 from the provider", "429-upstream", ["rate-limit-model", "all-resting"]],
  ["unavailable: 502", "502-bad-gateway", ["unavailable"]],
  ["status 200 with an error body", "200-error-body", ["unavailable"]],
  ["error chunk within the answer", "error-after-text", ["unavailable"]],
  ["empty answer", "empty", ["empty"]],
  ["reasoning without an answer", "reasoning-only", ["empty"]],
  ["connection closed within the answer", "cut-midway", ["interrupted"]],
  ["chunk that is not JSON", "bad-json-chunk", ["malformed"]],
  ["body in another format", "garbage", ["malformed"]],
  ["silence with keep-alive comments", "comments-forever", ["silent"]],
  ["rejected API key: 401", "401-key", ["unauthorized"]],
  ["negative balance: 402", "402-negative-balance", ["payment-required"]],
  ["privacy settings of the account: 404", "404-privacy", ["data-policy"]],
];

async function failingModels(): Promise<Table> {
  const rows: string[][] = [];
  for (const [name, fault, reasons] of outages) {
    await using simulator = await startOpenRouter({ now: noon });
    simulator.addPersistentStep({ step: fault });
    const { reason, message } = await failureOf(createRouterFor(simulator));
    const identified = reasons.includes(reason) ? "yes" : "NO";
    rows.push([name, String(simulator.chatRequests.length), reason, identified, message]);
  }
  return {
    title: "All models fail in the same way",
    columns: ["fault", "requests", "reason", "names the cause", "message"],
    rows,
    note: "Budget: every error names its cause; at most four requests, and one if all models would fail for the same reason.",
  };
}

/** A pool closes idle connections, such as the catalogue's, within this time. A hanging one would stay open. */
const idleConnectionMs = 6_000;

/** Answers that hang before the headers, before the content and within the content. */
const hangingSteps: readonly Step[] = ["silent-before-headers", "comments-forever", "stall"];

async function hangingAnswers(): Promise<Table> {
  const rows: string[][] = [];
  for (const [name, fetch] of Object.entries(fetches)) {
    await using simulator = await startOpenRouter({ now: noon });
    const router = createRouterFor(simulator, fetch);
    simulator.script(...Array.from({ length: 30 }, (_, at) => hangingSteps[at % hangingSteps.length] ?? "stall"));
    const stops = Array.from({ length: 30 }, () => new AbortController());
    const completions = stops.map(({ signal }) => outcomeOf(router, signal));
    await simulator.chatRequest(30);
    collectGarbage();
    for (const stop of stops) stop.abort();
    const start = performance.now();
    const outcomes = await Promise.all(completions);
    const ms = performance.now() - start;
    while (simulator.openConnections > 0 && performance.now() - start < idleConnectionMs) await pause(20);
    const aborted = outcomes.filter((outcome) => outcome === "aborted").length;
    const succeeded = outcomes.filter((outcome) => outcome === "answered").length;
    rows.push([name, String(aborted), String(succeeded), String(simulator.openConnections), ms.toFixed(0)]);
  }
  return {
    title: "Thirty hanging answers, aborted after a garbage collection",
    columns: ["", "aborted", "reported as success", "open connections", "ms until all settled"],
    rows,
    note: "Ten hang before the headers, ten before the content and ten within the content. Budget: 30, 0, 0.",
  };
}

const noon = (): number => snapshotDay + 12 * 3_600_000;

function createRouterFor({ baseUrl }: OpenRouter, fetch = globalThis.fetch): Router {
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
    await drain(router.complete(request, { restartAfterOutput: true }));
    return { reason: "none", message: "The request was answered." };
  } catch (error) {
    return isRouterError(error) ? error : { reason: "not a RouterError", message: String(error) };
  }
}

async function outcomeOf(router: Router, signal: AbortSignal): Promise<string> {
  try {
    await drain(router.complete(request, { signal }));
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

async function drain(events: AsyncIterable<unknown>): Promise<void> {
  const iterator = events[Symbol.asyncIterator]();
  while (!(await iterator.next()).done) continue;
}
