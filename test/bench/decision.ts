import { Candidates } from "../../src/router/candidates";
import { requiredCapabilities } from "../../src/router/capability";
import { readCatalogue } from "../../src/router/catalogue";
import { Cooldowns } from "../../src/router/cooldown";
import { silentLog } from "../../src/router/log";
import { catalogueRows } from "../../src/router/openrouter";
import { candidatePool } from "../../src/router/pool";
import { RefusalMemory } from "../../src/router/refusalMemory";
import type { CompletionRequest } from "../../src/router/request";
import { defaultSettings } from "../../src/router/settings";
import { memoryStorage } from "../../src/router/storage";
import { Tracker } from "../../src/router/tracker";
import { snapshotDay } from "../support/clock";
import { seededRandom } from "../support/dice";
import { readTestData } from "../support/openRouter";
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
  return [await decisionTime(), await catalogueTime()];
}

async function decisionTime(): Promise<Table> {
  const { models } = readCatalogue(parseRows(catalogueText), now(), silentLog);
  const contenders = Object.fromEntries(
    Object.entries(requests).map(([name, request]) => [name, () => microsPerRun(500, createDecision(request, models))]),
  );
  const figures = await interleaved(contenders, 60, 10);
  return {
    title: "Decision: capabilities, pool, choice",
    columns: ["request", "µs", "budget"],
    rows: Object.entries(figures).map(([name, micros]) => [name, spread(micros, 1), "< 50 µs"]),
    note: `From the request to the chain of models, with the ${models.length} zero-priced rows of the real catalogue: median and interquartile range. The time grows with the size of the prompt, whose bytes are counted.`,
  };
}

function createDecision(request: CompletionRequest, models: ReturnType<typeof readCatalogue>["models"]): () => void {
  const storage = memoryStorage();
  const cooldowns = new Cooldowns(storage, now, silentLog);
  const tracker = new Tracker(storage, now, silentLog);
  const refusals = new RefusalMemory(now);
  const random = seededRandom(1);
  return () => {
    const pool = candidatePool(models, {
      needs: requiredCapabilities(request),
      maxTokens: request.max_tokens,
      exclude: new Set(),
      includePreviewModels: false,
      namedByUser: new Set(),
      refusals,
      now: now(),
    });
    const settings = defaultSettings;
    const candidates = new Candidates({ tiers: [{ request, pool }], settings, cooldowns, tracker, random, now });
    const next = candidates.next();
    if (!next || !("chain" in next)) throw new Error("No model was chosen.");
  };
}

async function catalogueTime(): Promise<Table> {
  const figures = await interleaved(
    {
      json: () => microsPerRun(1, () => JSON.parse(catalogueText)),
      router: () => microsPerRun(1, () => readCatalogue(parseRows(catalogueText), now(), silentLog)),
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

function microsPerRun(times: number, run: () => unknown): number {
  const start = performance.now();
  for (let time = 0; time < times; time++) run();
  return ((performance.now() - start) * 1_000) / times;
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
