import { createRouter, isRouterError, type Router, type ServiceOrder, type ServiceUse } from "../../src/router/index";
import { memoryStorage, type RouterStorage } from "../../src/router/storage";
import { countedRequests } from "./countedRequests";
import { startOpenRouter, typicalFaultRates, type FaultName, type OpenRouter } from "./openRouter";
import { seededRandom } from "./random";
import type { CommonFaultName } from "./services/commonFaults";
import { startGroq, type Groq, type GroqFaultName } from "./services/groq";
import { startOllama, type Ollama, type OllamaFaultName } from "./services/ollama";

/** Questions to a pool of OpenRouter, Groq and a local Ollama, while each of them fails in all of its ways. */
export interface ServicesTrial {
  readonly seed: number;
  readonly questions: number;
  readonly serviceOrder: ServiceOrder;
}

export interface ServicesTrialResult {
  /** Questions with a complete answer. */
  readonly answered: number;
  /** The reasons of the errors that questions ended with. */
  readonly failed: readonly string[];
  /** What was wrong with answers, or with requests and books. */
  readonly wrong: readonly string[];
  /** The requests that each service received. */
  readonly requests: Readonly<Record<string, number>>;
}

type Rates<Name extends string> = Readonly<Partial<Record<Name, number>>>;

/** Of 100 requests to Groq, 15 fail. */
const groqRates: Rates<GroqFaultName | CommonFaultName> = {
  ...{ "rate-limit-rpm": 0.02, "rate-limit-tpm": 0.02, "rate-limit-rpd": 0.003, "rate-limit-tpd": 0.002 },
  ...{ "500-internal": 0.02, overloaded: 0.02, "502-html": 0.005, "flex-capacity": 0.005 },
  ...{ "reset-before-headers": 0.005, "reset-midway": 0.005, "cut-midway": 0.01, "bad-json-chunk": 0.005 },
  ...{ empty: 0.01, "comments-forever": 0.005, "silent-before-headers": 0.005, "tool-use-failed-midway": 0.005 },
};

/** Of 100 requests to Ollama, 10 fail. */
const ollamaRates: Rates<OllamaFaultName | CommonFaultName> = {
  ...{ busy: 0.01, loading: 0.01, "out-of-memory": 0.01, "500-internal": 0.01, "model-not-pulled": 0.005 },
  ...{ "dies-midway": 0.01, "dies-before-content": 0.005, "reset-midway": 0.01, "cut-midway": 0.005 },
  ...{ empty: 0.01, "silent-after-headers": 0.005, "bad-json-chunk": 0.005 },
};

/** Of 100 candidates that OpenRouter tries, 47 fail. It names up to four per request, so most requests are answered nevertheless. */
const openRouterRates: Rates<FaultName> = {
  ...typicalFaultRates,
  ...{ "429-minute": 0.002, "429-bare": 0.002, "200-error-body": 0.002, "reset-midway": 0.002, "502-html": 0.002 },
};

/** The requests of a day, fewer than the questions need. */
const openRouterDay = 800;
/** After so many questions, Ollama stops or is loading a model for a while. */
const stateEvery = 20;
const stoppedMs = 60_000;
const loadingMs = 30_000;
const pauseMs = 4_000;
const hangingMs = 10 * 60_000;

const groqKey = `gsk_${"a1".repeat(26)}`;
const openRouterKey = `sk-or-v1-${"0".repeat(64)}`;

/** Runs a trial on a clock that also controls the timers. */
export async function runServicesTrial(
  { seed, questions, serviceOrder }: ServicesTrial,
  now: () => number,
): Promise<ServicesTrialResult> {
  const pace = { firstContentMs: [300, 3_000], stallRepeatMs: 1_000, deltasPerWrite: 16 } as const;
  const random = seededRandom(seed);
  const options = { now, random: seededRandom(seed + 1), pace };
  await using openRouter = await startOpenRouter({ ...options, limits: { perMinute: 20, perDay: openRouterDay } });
  await using groq = await startGroq(options);
  await using ollama = await startOllama({ ...options, loadMs: 12_000, window: 8_192 });
  openRouter.setFaultMix({ rates: openRouterRates, seed });
  groq.unplannedStep = () => drawn(groqRates, random);
  ollama.unplannedStep = () => drawn(ollamaRates, random);
  const storage = memoryStorage();
  const services: ServiceUse[] = [
    { id: "groq", kind: "groq", baseUrl: groq.baseUrl, automatic: true },
    { id: "ollama", kind: "ollama", baseUrl: ollama.baseUrl, automatic: true },
  ];
  const router = createRouter({
    apiKey: ({ service }) =>
      Promise.resolve(service === "groq" ? groqKey : service === "openrouter" ? openRouterKey : undefined),
    settings: () => ({ baseUrl: openRouter.baseUrl, services, serviceOrder }),
    ...{ fetch, now, storage, random: seededRandom(seed + 2) },
  });
  const simulators = { openrouter: openRouter, groq, ollama };
  const results: Result[] = [];
  for (let number = 1; number <= questions; number++) {
    await changeState(ollama, number);
    results.push(await ask(router, `Question ${number}: what does line ${number} do?`, simulators));
    await new Promise((resolve) => setTimeout(resolve, pauseMs * 2 * random()));
  }
  const violations = Object.values(simulators).flatMap((each) => each.violations);
  const books = await Promise.all(
    [
      { simulator: openRouter, key: openRouterKey },
      { simulator: groq, key: groqKey },
    ].map((each) => bookProblem(storage, each, now())),
  );
  return {
    answered: results.filter((each) => "answered" in each).length,
    failed: results.flatMap((each) => ("failed" in each ? [each.failed] : [])),
    wrong: [...results.flatMap((each) => ("wrong" in each ? [each.wrong] : [])), ...violations, ...books.flat()],
    requests: Object.fromEntries(
      Object.entries(simulators).map(([id, { chatRequests }]) => [id, chatRequests.length] as const),
    ),
  };
}

/** A fault, drawn by the rates. */
function drawn<Name extends string>(rates: Rates<Name>, random: () => number): Name | "ok" {
  let rest = random();
  const entries = Object.entries(rates) as [Name, number][];
  return entries.find(([, rate]) => (rest -= rate) < 0)?.[0] ?? "ok";
}

/** Lets Ollama stop and load a model by turns. */
async function changeState(ollama: Ollama, question: number): Promise<void> {
  const at = question % (stateEvery * 2);
  if (at === stateEvery) ollama.fail("loading", { forMs: loadingMs });
  if (at !== 0) return;
  await ollama.stop();
  setTimeout(() => void ollama.start(), stoppedMs);
}

type Simulators = Readonly<Record<string, OpenRouter | Groq | Ollama>>;
type Result = { answered: true } | { failed: string } | { wrong: string };

async function ask(router: Router, question: string, simulators: Simulators): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hanging = new Promise<Result>((resolve) => {
    timer = setTimeout(() => resolve({ wrong: "hanging" }), hangingMs);
  });
  try {
    return await Promise.race([answer(router, question, simulators), hanging]);
  } finally {
    clearTimeout(timer);
  }
}

async function answer(router: Router, question: string, simulators: Simulators): Promise<Result> {
  let text = "";
  let answeredBy: string | undefined;
  try {
    const request = { messages: [{ role: "user" as const, content: question }] };
    for await (const event of router.complete(request, { restartAfterOutput: true })) {
      if (answeredBy !== undefined) return { wrong: "events after the end" };
      if (event.type === "attempt-start") text = "";
      if (event.type === "text-delta") text += event.text;
      if (event.type === "completion-end") answeredBy = event.model;
    }
  } catch (error) {
    const isExpected = answeredBy === undefined && isRouterError(error) && error.reason !== "internal";
    return isExpected ? { failed: error.reason } : { wrong: String(error) };
  }
  if (answeredBy === undefined) return { wrong: "no end event" };
  return isSent(text, question, answeredBy, simulators) ? { answered: true } : { wrong: `not what was sent: ${text}` };
}

/** Whether a service sent the whole text from this model, in answer to this question. */
function isSent(text: string, question: string, model: string, simulators: Simulators): boolean {
  const [service = "", name = ""] = model.includes("::") ? model.split("::") : ["openrouter", model];
  const sent = simulators[service]?.chatRequests ?? [];
  return sent.some(
    (each) => each.intendedText === text && each.model === name && JSON.stringify(each.body).includes(`"${question}"`),
  );
}

/** What differs between a service's book of today and the requests that it received; nothing if it is exact. */
async function bookProblem(
  storage: RouterStorage,
  { simulator, key }: { simulator: OpenRouter | Groq; key: string },
  now: number,
): Promise<string[]> {
  const today = new Date(now).toISOString().slice(0, 10);
  const received = simulator.chatRequests.filter(({ at }) => new Date(at).toISOString().startsWith(today)).length;
  const counted = await countedRequests(storage, { baseUrl: simulator.baseUrl, key }, today);
  return counted === received ? [] : [`${counted} requests in the books instead of ${received}`];
}
