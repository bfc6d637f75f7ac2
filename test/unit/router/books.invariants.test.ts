import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ServiceUse } from "../../../src/router/settings";
import { memoryStorage } from "../../../src/router/storage";
import { fakeClock } from "../../support/clock";
import { countedRequests } from "../../support/countedRequests";
import { seededRandom } from "../../support/random";
import {
  answers,
  cloudServices,
  groqRow,
  groqUse,
  mistralRow,
  mistralUse,
  refuses,
  streamed,
  type CloudReply,
  type CloudRequest,
  type CloudService,
} from "./cloudServices";
import { row, question } from "./sampleModels";
import { startBound } from "./cloudHarness";
import type { CompletionRequest } from "../../../src/router/index";

const key = "sk-aB3xaB3xaB3xaB3xaB3xaB3x";
const openRouterUse: ServiceUse = {
  id: "openrouter",
  kind: "custom",
  baseUrl: "https://openrouter.ai/api/v1",
  automatic: true,
};
const [minuteMs, dayMs] = [60_000, 24 * 60 * 60_000];

/** Groq's limits as documented: 30 requests and 8000 tokens a minute, and a bucket of requests that refills within a day. */
function strictGroq(service: CloudService, requestsPerDay: number, violations: string[]): CloudReply {
  const buckets = new Map<string, { left: number; at: number }>();
  return (request) => {
    const { at, model } = request;
    const recent = service.requests.filter((each) => each.model === model && at - each.at < minuteMs);
    if (recent.length > 30) violations.push(`${recent.length} requests a minute to ${model}`);
    const tokens = recent.reduce((sum, each) => sum + tokensOf(each), 0);
    if (tokens > 8_000) violations.push(`${tokens} tokens a minute to ${model}`);
    const bucket = buckets.get(model) ?? { left: requestsPerDay, at };
    const left = Math.min(requestsPerDay, bucket.left + ((at - bucket.at) * requestsPerDay) / dayMs) - 1;
    if (left < -1e-6) violations.push(`over the day of ${model}`);
    buckets.set(model, { left, at });
    return answers("Hello", {
      headers: {
        ...{
          "x-ratelimit-limit-requests": String(requestsPerDay),
          "x-ratelimit-remaining-requests": String(Math.floor(left + 1e-6)),
        },
        ...{ "x-ratelimit-limit-tokens": "8000", "x-ratelimit-remaining-tokens": String(Math.max(0, 8_000 - tokens)) },
        ...{ "x-ratelimit-reset-tokens": "1m0s" },
      },
    })(request);
  };
}

function strictMistral(service: CloudService, violations: string[]): CloudReply {
  return (request) => {
    const previous = service.requests.at(-2);
    if (previous && request.at - previous.at < 1_000) violations.push("two requests to Mistral within a second");
    return answers("Hello")(request);
  };
}

function strictOpenRouter(service: CloudService, violations: string[]): CloudReply {
  return (request) => {
    const recent = service.requests.filter(({ at }) => request.at - at < minuteMs);
    if (recent.length > 20) violations.push(`${recent.length} requests a minute to OpenRouter`);
    return answers("Hello")(request);
  };
}

/** The prompt, at most as many tokens as three bytes each, and the room for the answer. */
function tokensOf({ body }: CloudRequest): number {
  const messages = body["messages"] as { content: string }[];
  const prompt = messages.reduce((sum, { content }) => sum + Math.ceil(content.length / 3), 0);
  return prompt + (typeof body["max_tokens"] === "number" ? body["max_tokens"] : 500);
}

const failsWith = (code: string) => (): Promise<never> =>
  Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) }));

/** Faults of single requests. All of these have reached the service. */
const faults: Record<string, CloudReply> = {
  down: refuses(503, { error: { message: "Down" } }),
  "server error": refuses(500, {}),
  busy: refuses(429, { error: { message: "Model busy, capacity exceeded" } }, { "retry-after": "5" }),
  empty: answers(""),
  truncated: () => streamed({}, ['data: {"id":"1","choices":[{"delta":{"content":"He"}}]}\n\n']),
  "bad tool call": () =>
    streamed({}, ['event: error\ndata: {"error":{"message":"x","code":"tool_use_failed","status_code":400}}\n\n']),
  reset: () => failsWith("ECONNRESET")(),
};

/** Of all requests, those that fail before they reach the service. */
const lostShare = 0.02;
/** Each fault befalls every fiftieth request. */
const faultsPerDice = 50;

for (const windows of [1, 2])
  test(`the books of three services equal the requests that reached them, from ${windows} windows`, async () => {
    const property = fc.asyncProperty(fc.nat(), fc.integer({ min: 20, max: 1_000 }), async (seed, requestsPerDay) => {
      const [clock, storage, random] = [fakeClock(), memoryStorage(), seededRandom(seed)];
      const { fetch, services } = cloudServices([openRouterUse, groqUse, mistralUse], clock.now);
      const [openRouter, groq, mistral] = [services[0]!, services[1]!, services[2]!];
      openRouter.rows = ["m/a:free", "m/b:free"].map((id) => row(id));
      groq.rows = [groqRow("openai/gpt-oss-120b"), groqRow("openai/gpt-oss-20b"), groqRow("x/new")];
      mistral.rows = [mistralRow("small"), mistralRow("large")];
      const violations: string[] = [];
      const strict = new Map([
        [openRouter, strictOpenRouter(openRouter, violations)],
        [groq, strictGroq(groq, requestsPerDay, violations)],
        [mistral, strictMistral(mistral, violations)],
      ]);
      for (const [service, reply] of strict) {
        service.script((request) => {
          const dice = random();
          if (dice < lostShare) {
            service.requests.splice(service.requests.indexOf(request), 1);
            return failsWith("ECONNREFUSED")();
          }
          const answer = reply(request);
          const fault = Object.values(faults)[Math.floor((dice - lostShare) * faultsPerDice)];
          return fault ? fault(request) : answer;
        });
      }
      const routers = Array.from({ length: windows }, () =>
        startBound(
          { services: [groqUse, mistralUse], serviceOrder: "all-alike" },
          { clock, storage, fetch, random, apiKey: () => Promise.resolve(key) },
        ),
      );
      const perRun = Number(process.env["REQUESTS"] ?? 1_000);
      const sent = (): number => services.reduce((sum, { requests }) => sum + requests.length, 0);
      for (let asked = 0; sent() < perRun && asked < perRun * 2; asked++) {
        const size = Math.floor(random() * 9_000);
        const request: CompletionRequest = {
          ...question,
          messages: [{ role: "user", content: "x".repeat(size) }],
          max_tokens: 500,
        };
        await Promise.all(routers.map(({ ask }) => ask({ restartAfterOutput: true }, request)));
        clock.advance(Math.floor(random() * 8_000));
        const today = new Date(clock.now()).toISOString().slice(0, 10);
        for (const service of services) {
          const reached = service.requests.filter(({ at }) => new Date(at).toISOString().startsWith(today)).length;
          assert.equal(
            await countedRequests(storage, { ...service.use, key }, today),
            reached,
            `${service.use.id} after ${asked}`,
          );
        }
      }
      // A clock that stands still ends waits early, unless its only user advances it.
      if (windows === 1) assert.deepEqual(violations, []);
      assert.ok(services.every(({ requests }) => requests.length > 10));
    });
    await fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? 1) });
  });
