import {
  createRouter,
  isRouterError,
  type CompletionOptions,
  type CompletionRequest,
  type FailureReason,
  type Router,
  type RouterError,
  type RouterEvent,
  type RouterOptions,
  type RouterSettings,
} from "../../../src/router/index";
import { fakeClock, type FakeClock } from "../../support/clock";
import { seededRandom } from "../../support/random";
import { type OpenRouter, type OpenRouterOptions, startOpenRouter } from "../../support/openRouter";

export const key = "sk-or-v1-0123456789abcdef";
/** The pinned model of most tests: it accepts images, but lacks structured outputs and the largest context window. */
export const gemma = "google/gemma-4-31b-it:free";
export const glm = "z-ai/glm-5.2:free";
export const nemotron = "nvidia/nemotron-3-super-120b-a12b:free";

export const hello: CompletionRequest = { messages: [{ role: "user", content: "Why is the sky blue?" }] };

/** The result of one completion request. */
export interface Outcome {
  events: RouterEvent[];
  /** The text of the last attempt; earlier attempts are discarded. */
  text: string;
  reasoning: string;
  /** Failure reasons of the attempts, in order. */
  failed: FailureReason[];
  end: Extract<RouterEvent, { type: "completion-end" }> | undefined;
  error: RouterError | undefined;
}

/** A router and the simulator it talks to over HTTP. Their shared clock only advances when the router waits. */
export interface WireHarness extends AsyncDisposable {
  simulator: OpenRouter;
  router: Router;
  clock: FakeClock;
  settings: Partial<RouterSettings>;
  /** Runs a completion to its end and advances the clock on `wait` events. */
  ask(request?: CompletionRequest, options?: CompletionOptions, onText?: () => void): Promise<Outcome>;
  /** The rule that excludes the model from the request's pool, or `in the pool`. */
  poolStatus(model: string, request?: CompletionRequest): Promise<string>;
  /** The bodies of the chat requests so far. */
  bodies(): ChatBody[];
}

/** The fields of a chat request that the tests read. */
export interface ChatBody extends Record<string, unknown> {
  model: string;
  models?: string[];
  messages: { role: string; content: unknown }[];
  max_tokens?: number;
  provider: { max_price: unknown };
}

export interface HarnessOptions {
  settings?: Partial<RouterSettings>;
  simulator?: OpenRouterOptions;
  router?: Partial<RouterOptions>;
}

/** Deadlines for tests with a silent model: as short as a busy machine allows. */
export const shortDeadlines: Partial<RouterSettings> = { firstContentMs: 400, betweenContentsMs: 400 };

/** By default the router is pinned to Gemma and each request names one model, so each fault affects a known model. */
export async function startHarness(options: HarnessOptions = {}): Promise<WireHarness> {
  const clock = fakeClock();
  const simulator = await startOpenRouter({ now: clock.now, ...options.simulator });
  const settings: Partial<RouterSettings> = {
    baseUrl: simulator.baseUrl,
    ...{ strategy: "pinned", pinnedModel: gemma, serverFallbacks: false },
    ...options.settings,
  };
  const router = createRouter({
    apiKey: () => Promise.resolve(key),
    settings: () => settings,
    ...{ fetch, now: clock.now, random: seededRandom(1) },
    ...options.router,
  });
  const bodies = (): ChatBody[] => simulator.chatRequests.map((each) => each.body as ChatBody);
  return {
    ...{ simulator, router, clock, settings, bodies },
    ask: (request = hello, options, onText) => collectOutcome(router.complete(request, options), clock, onText),
    async poolStatus(model, request = hello) {
      const { excluded } = await router.explain(request);
      return excluded.find((each) => each.model.id === model)?.rule ?? "in the pool";
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

/** Collects the events of a completion until it ends. */
export async function collectOutcome(
  completion: AsyncIterable<RouterEvent>,
  clock?: FakeClock,
  onText?: () => void,
): Promise<Outcome> {
  const events: RouterEvent[] = [];
  let error: RouterError | undefined;
  try {
    for await (const event of completion) {
      events.push(event);
      if (event.type === "wait" && event.model === undefined) clock?.set(event.until);
      if (event.type === "text-delta") onText?.();
    }
  } catch (thrown) {
    if (!isRouterError(thrown)) throw thrown;
    error = thrown;
  }
  const lastAttempt = events.slice(events.findLastIndex(({ type }) => type === "attempt-start"));
  const joined = (type: "text-delta" | "reasoning-delta"): string =>
    lastAttempt.map((event) => (event.type === type ? event.text : "")).join("");
  return {
    ...{ events, error, text: joined("text-delta"), reasoning: joined("reasoning-delta") },
    failed: events.flatMap((event) => (event.type === "attempt-fail" ? event.reason : [])),
    end: events.find((event) => event.type === "completion-end"),
  };
}
