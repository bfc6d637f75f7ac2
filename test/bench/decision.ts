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

/** What people send, from a line to a long conversation with a picture in it. */
const requests: Record<string, CompletionRequest> = {
  "one line": { messages: [{ role: "user", content: "What does this function do?" }] },
  "a selection of 4 KB": { messages: [{ role: "user", content: `Explain this.\n\n${answerText.slice(0, 4_000)}` }] },
  "20 turns, 60 KB, a picture of 400 KB": {
    messages: conversation(Buffer.from(answerText, "latin1").toString("latin1")),
  },
  "… in letters beyond Latin": { messages: conversation(answerText) },
  "five tools and a schema": {
    messages: [{ role: "user", content: "What does this function do?" }],
    tools: Array.from({ length: 5 }, (_, at) => ({
      type: "function",
      function: { name: `tool_${at}`, description: answerText.slice(0, 300), parameters: { type: "object" } },
    })),
    response_format: { type: "json_schema", json_schema: { name: "answer", schema: { type: "object" } } },
  },
};

/** From a request to the models to ask, and from the catalogue's bytes to models. */
export async function decision(): Promise<Table[]> {
  return [await decisionTime(), await catalogueTime()];
}

async function decisionTime(): Promise<Table> {
  const { models } = readCatalogue(parsed(catalogueText), now(), silentLog);
  const contenders = Object.fromEntries(
    Object.entries(requests).map(([name, request]) => [name, () => microsOf(500, decider(request, models))]),
  );
  const figures = await interleaved(contenders, 60, 10);
  return {
    title: "Decision: needs, pool, pick",
    columns: ["request", "µs", "budget"],
    rows: Object.entries(figures).map(([name, micros]) => [name, spread(micros, 1), "< 50 µs"]),
    note: `From the request to the chain of models that is asked, on the ${models.length} zero-priced rows of the real catalogue: median and middle half. What grows is the count of the prompt's bytes.`,
  };
}

function decider(request: CompletionRequest, models: ReturnType<typeof readCatalogue>["models"]): () => void {
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
    const turn = candidates.next();
    if (!turn || !("chain" in turn)) throw new Error("nobody was chosen");
  };
}

async function catalogueTime(): Promise<Table> {
  const figures = await interleaved(
    {
      json: () => microsOf(1, () => JSON.parse(catalogueText)),
      router: () => microsOf(1, () => readCatalogue(parsed(catalogueText), now(), silentLog)),
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
    note: `The ${(catalogueText.length / 1e6).toFixed(1)} MB of \`GET /models\` of 2026-08-22: median and middle half.`,
  };
}

function parsed(text: string): readonly unknown[] {
  const rows = catalogueRows(JSON.parse(text));
  if (!rows) throw new Error("the snapshot is no catalogue");
  return rows;
}

function microsOf(times: number, run: () => unknown): number {
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
