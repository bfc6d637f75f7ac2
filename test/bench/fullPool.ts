import { mergeCandidates, withPools } from "../../src/router/candidates";
import { prepareRequest } from "../../src/router/candidatePools";
import { choose } from "../../src/router/choose";
import { initialState } from "../../src/router/completionState";
import { silentLog } from "../../src/router/log";
import { Members, type OpenMember } from "../../src/router/members";
import type { CompletionRequest } from "../../src/router/request";
import { openRouterAt, type PoolService } from "../../src/router/services/registry";
import { defaultSettings, type RouterSettings, type ServiceUse } from "../../src/router/settings";
import { memoryStorage } from "../../src/router/storage";
import { Tracker } from "../../src/router/tracker";
import { snapshotDay } from "../support/clock";
import { snapshotRows, startOpenRouter } from "../support/openRouter";
import { seededRandom } from "../support/random";
import { startGroq } from "../support/services/groq";
import { startLmStudio } from "../support/services/lmStudio";
import { startMistral } from "../support/services/mistral";
import { startOllama } from "../support/services/ollama";

const now = (): number => snapshotDay;
const keys: Readonly<Record<string, string>> = {
  openrouter: `sk-or-v1-${"0".repeat(64)}`,
  groq: `gsk_${"a1".repeat(26)}`,
  mistral: "a1".repeat(16),
};
/** Of each service. */
const modelCount = 60;

/** A pool of five services with 300 models. */
export interface FullPool {
  readonly members: readonly OpenMember[];
  readonly settings: RouterSettings;
}

/** Opens OpenRouter, Groq, Mistral, Ollama and LM Studio. */
export async function openFullPool(): Promise<FullPool> {
  const ids = Array.from({ length: modelCount }, (_, at) => `author-${at % 7}/model-${at}-instruct`);
  const models = ids.map((id, at) => ({ id, tools: at % 2 === 0, vision: at % 3 === 0 }));
  const row = snapshotRows(now()).find(({ id }) => id.endsWith(":free"));
  const catalogue = ids.map((id) => ({ ...row, id: `${id}:free`, canonical_slug: id }));
  await using openRouter = await startOpenRouter({ now, catalogue });
  await using groq = await startGroq({ now, models, limits: { tokensPerMinute: 100_000 } });
  await using mistral = await startMistral({ now, models });
  await using ollama = await startOllama({ now, models, window: 65_536, loaded: ids, maxLoaded: modelCount });
  await using studio = await startLmStudio({ now, models });
  const services = Object.entries({ groq, mistral, ollama, lmstudio: studio }).map(([id, { baseUrl }]): ServiceUse => ({
    id,
    kind: id as ServiceUse["kind"],
    baseUrl,
    automatic: true,
  }));
  const settings: RouterSettings = { ...defaultSettings, services, serviceOrder: "all-alike" };
  const storage = memoryStorage();
  const members = new Members({
    ...{ fetch, now, storage, log: silentLog, onDidChange: () => undefined },
    ...{ apiKey: ({ service }) => Promise.resolve(keys[service]), tracker: new Tracker(storage, now, silentLog) },
  });
  const uses: PoolService[] = [openRouterAt(openRouter.baseUrl), ...services];
  return { settings, members: await Promise.all(uses.map((use) => members.open(use, settings, "completion"))) };
}

/** Chooses the first models for a request like `prepare` in router.ts and the first step of `failover`. Returns the number of candidates. */
export function createFullDecision({ members, settings }: FullPool, request: CompletionRequest): () => number {
  const random = seededRandom(1);
  return () => {
    const asked = prepareRequest(request);
    const parts = members.map((member) => withPools(member, asked, settings, now()));
    const usable = parts.filter(({ pools }) => !pools.isEmpty);
    const { tiers, choice } = mergeCandidates(usable, {
      asked,
      settings,
      random,
      experienceOf: () => 1,
      toolRecordOf: () => ({ good: 0, bad: 0 }),
    });
    if (choose(initialState, choice, now()).type !== "attempt") throw new Error("No model was chosen.");
    return tiers.reduce((sum, { pool }) => sum + pool.length, 0);
  };
}
