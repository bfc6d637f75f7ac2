import { candidatePools, prepareRequest } from "../../src/router/candidatePools";
import { readCatalogue, type Catalogue } from "../../src/router/catalogue";
import { ChargedModels } from "../../src/router/chargedModels";
import { choose } from "../../src/router/choose";
import { initialState } from "../../src/router/completionState";
import { Cooldowns } from "../../src/router/cooldown";
import { silentLog } from "../../src/router/log";
import { catalogueRows } from "../../src/router/services/openrouter/modelRow";
import { serverRouter } from "../../src/router/services/openrouter/serverRouter";
import { openRouter } from "../../src/router/services/openrouter/openrouter";
import { drawOrder } from "../../src/router/order";
import { RefusalMemory } from "../../src/router/refusalMemory";
import type { CompletionRequest } from "../../src/router/request";
import { scopeOf } from "../../src/router/scope";
import { defaultSettings } from "../../src/router/settings";
import { memoryStorage } from "../../src/router/storage";
import type { ToolRecord } from "../../src/router/toolReliability";
import { Tracker } from "../../src/router/tracker";
import { snapshotDay } from "../support/clock";
import { seededRandom } from "../support/random";
import { readTestData } from "../support/openRouter";
import { createFullDecision, openFullPool } from "./fullPool";
import { answerText } from "./longAnswer";
import { interleaved, ratios, spread } from "./samples";
import type { Table } from "./table";

const now = (): number => snapshotDay;
const catalogueText = readTestData("openrouter-models.json");

/** Typical requests, from one line to a long conversation with an image. */
const requests: Record<string, CompletionRequest> = {
  "one line": { messages: [{ role: "user", content: "What does this function do?" }] },
  "a selection of 4 KB": { messages: [{ role: "user", content: `Explain this.\n\n${answerText.slice(0, 4_000)}` }] },
  "20 turns, 60 KB, an image of 400 KB": {
    messages: conversation(Buffer.from(answerText, "latin1").toString("latin1")),
  },
  "… with non-Latin characters": { messages: conversation(answerText) },
  "five tools and a JSON schema": {
    messages: [{ role: "user", content: "What does this function do?" }],
    tools: Array.from({ length: 5 }, (_, at) => ({
      type: "function",
      function: { name: `tool_${at}`, description: answerText.slice(0, 300), parameters: { type: "object" } },
    })),
    response_format: { type: "json_schema", json_schema: { name: "answer", schema: { type: "object" } } },
  },
};

/** Measures the choice of models for a request and the parsing of the catalogue. */
export async function decision(): Promise<Table[]> {
  return [await decisionTime(), await fullPoolTime(), await catalogueTime()];
}

async function decisionTime(): Promise<Table> {
  const catalogue = readCatalogue(openRouter, parseRows(catalogueText), now(), silentLog);
  const contenders = Object.fromEntries(
    Object.entries(requests).map(([name, request]) => [
      name,
      () => microsPerRun(500, createDecision(request, catalogue)),
    ]),
  );
  const figures = await interleaved(contenders, 60, 10);
  return {
    title: "Decision: capabilities, pool, choice",
    columns: ["request", "µs", "budget"],
    rows: Object.entries(figures).map(([name, micros]) => [name, spread(micros, 1), "< 50 µs"]),
    note: `From the request to the chain of models, with the ${catalogue.models.length} zero-priced rows of the real catalogue: processor time, median and interquartile range. The time grows with the size of the prompt, whose bytes are counted.`,
  };
}

/** Chooses the first models for a request like `prepare` in router.ts and the first step of `failover`. */
function createDecision(request: CompletionRequest, catalogue: Catalogue): () => void {
  const storage = memoryStorage();
  const cooldowns = new Cooldowns(storage, now, silentLog);
  const tracker = new Tracker(storage, now, silentLog);
  const memory = new RefusalMemory(storage, now, silentLog, new ChargedModels(storage, silentLog));
  const settings = defaultSettings;
  const scope = scopeOf(settings.baseUrl);
  const refusals = memory.forScope(scope);
  const random = seededRandom(1);
  const experienceOf = (model: string): number => tracker.experience(model);
  const toolRecordOf = (model: string): ToolRecord => tracker.toolRecord(model);
  return () => {
    const { tiers, serverRouterFirst } = candidatePools({
      ...{
        asked: prepareRequest(request),
        settings,
        catalogue,
        refusals,
        now: now(),
        serverRouter,
        onlyNamed: false,
      },
    });
    const order = { settings, needsTools: Boolean(request.tools?.length), random, experienceOf, toolRecordOf };
    const ordered = tiers.map((tier) => ({ ...tier, pool: drawOrder(tier.pool, order) }));
    const cooldownOf = (model: string) => cooldowns.get(scope, model);
    const limits = () => () => undefined;
    const options = {
      tiers: ordered,
      request,
      serverRouter: serverRouterFirst,
      maxFallbacks: () => 3,
      cooldownOf,
      limits,
    };
    const choice = choose(initialState, options, now());
    if (choice.type !== "attempt") throw new Error("No model was chosen.");
  };
}

async function fullPoolTime(): Promise<Table> {
  const pool = await openFullPool();
  const contenders = Object.fromEntries(
    Object.entries(requests).map(([name, request]) => [
      name,
      () => microsPerRun(200, createFullDecision(pool, request)),
    ]),
  );
  const figures = await interleaved(contenders, 60, 10);
  return {
    title: "Decision with 300 models of 5 services",
    columns: ["request", "candidates", "µs", "budget"],
    rows: Object.entries(figures).map(([name, micros]) => {
      const candidates = createFullDecision(pool, requests[name] ?? { messages: [] })();
      return [name, String(candidates), spread(micros, 1), "≤ 50 µs"];
    }),
    note: "OpenRouter, Groq, Mistral, Ollama and LM Studio with 60 models each, all alike: processor time, median and interquartile range.",
  };
}

async function catalogueTime(): Promise<Table> {
  const figures = await interleaved(
    {
      json: () => microsPerRun(1, () => JSON.parse(catalogueText)),
      router: () => microsPerRun(1, () => readCatalogue(openRouter, parseRows(catalogueText), now(), silentLog)),
    },
    80,
    10,
  );
  const inMs = (micros: readonly number[]): string =>
    spread(
      micros.map((each) => each / 1_000),
      2,
    );
  return {
    title: "Catalogue: parse and validate",
    columns: ["", "ms", "÷ JSON.parse", "budget"],
    rows: [
      ["`JSON.parse`", inMs(figures.json), "", ""],
      ["router: parse and validate", inMs(figures.router), spread(ratios(figures.router, figures.json), 2), "≤ 1.30 ×"],
    ],
    note: `The ${(catalogueText.length / 1e6).toFixed(1)} MB of \`GET /models\` of 2026-08-22: median and interquartile range.`,
  };
}

function parseRows(text: string): readonly unknown[] {
  const rows = catalogueRows(JSON.parse(text));
  if (!rows) throw new Error("The snapshot is not a catalogue.");
  return rows;
}

/** In processor time of the process, which depends less on what else the machine does. */
function microsPerRun(times: number, run: () => unknown): number {
  const start = process.cpuUsage();
  for (let time = 0; time < times; time++) run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / times;
}

function conversation(text: string): CompletionRequest["messages"] {
  const url = `data:image/png;base64,${"A".repeat(400_000)}`;
  return Array.from({ length: 20 }, (_, at) => ({
    role: at % 2 === 0 ? ("user" as const) : ("assistant" as const),
    content:
      at === 4
        ? [
            { type: "text" as const, text: "What is in it?" },
            { type: "image_url" as const, image_url: { url } },
          ]
        : text.slice(at * 100, at * 100 + 3_000),
  }));
}
