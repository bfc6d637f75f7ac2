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
import { dice } from "../../support/dice";
import { type OpenRouter, type OpenRouterOptions, startOpenRouter } from "../../support/openRouter";

export const key = "sk-or-v1-0123456789abcdef";
/** The model that is asked first in most tests: it sees pictures, and has neither the largest window nor schemas. */
export const gemma = "google/gemma-4-31b-it:free";
export const glm = "z-ai/glm-5.2:free";
export const nemotron = "nvidia/nemotron-3-super-120b-a12b:free";

export const hello: CompletionRequest = { messages: [{ role: "user", content: "Why is the sky blue?" }] };

/** What became of one question. */
export interface Outcome {
  events: RouterEvent[];
  /** What the caller shows in the end: earlier attempts are void. */
  text: string;
  reasoning: string;
  /** Why attempts failed, in order. */
  failed: FailureReason[];
  end: Extract<RouterEvent, { type: "completion-end" }> | undefined;
  error: RouterError | undefined;
}

/** A router and the service it talks to, on one clock that stands still but for what the router waits for. */
export interface Rig extends AsyncDisposable {
  simulator: OpenRouter;
  router: Router;
  clock: FakeClock;
  settings: Partial<RouterSettings>;
  /** Asks, listens to the end, and turns the clock on where the router says that it waits. */
  ask(request?: CompletionRequest, options?: CompletionOptions, onText?: () => void): Promise<Outcome>;
  /** Why the model would not be asked now; `in the pool` where it would. */
  standing(model: string, request?: CompletionRequest): Promise<string>;
  /** The bodies of the chat requests so far. */
  bodies(): ChatBody[];
}

/** A chat request as the simulator got it, as far as tests look at it. */
export interface ChatBody extends Record<string, unknown> {
  model: string;
  models?: string[];
  messages: { role: string; content: unknown }[];
  max_tokens?: number;
  provider: { max_price: unknown };
}

export interface RigOptions {
  settings?: Partial<RouterSettings>;
  simulator?: OpenRouterOptions;
  router?: Partial<RouterOptions>;
}

/** Deadlines for tests in which a model is silent: as short as they can be without failing a busy machine. */
export const impatient: Partial<RouterSettings> = { firstContentMs: 400, betweenContentsMs: 400 };

/** By default gemma is asked first and every request names one model, so that each fault has one culprit. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
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
    ...{ fetch, now: clock.now, random: dice(1) },
    ...options.router,
  });
  const bodies = (): ChatBody[] => simulator.chats.map((each) => each.body as ChatBody);
  return {
    ...{ simulator, router, clock, settings, bodies },
    ask: (request = hello, options, onText) => listen(router.complete(request, options), clock, onText),
    async standing(model, request = hello) {
      const { excluded } = await router.explain(request);
      return excluded.find((each) => each.model.id === model)?.rule ?? "in the pool";
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

/** Collects the events of a completion to its end. */
export async function listen(
  completion: AsyncIterable<RouterEvent>,
  clock?: FakeClock,
  onText?: () => void,
): Promise<Outcome> {
  const events: RouterEvent[] = [];
  let error: RouterError | undefined;
  try {
    for await (const event of completion) {
      events.push(event);
      if (event.type === "wait") clock?.set(event.until);
      if (event.type === "text-delta") onText?.();
    }
  } catch (caught) {
    if (!isRouterError(caught)) throw caught;
    error = caught;
  }
  const last = events.slice(events.findLastIndex(({ type }) => type === "attempt-start"));
  const joined = (type: "text-delta" | "reasoning-delta"): string =>
    last.map((event) => (event.type === type ? event.text : "")).join("");
  return {
    ...{ events, error, text: joined("text-delta"), reasoning: joined("reasoning-delta") },
    failed: events.flatMap((event) => (event.type === "attempt-fail" ? event.reason : [])),
    end: events.find((event) => event.type === "completion-end"),
  };
}
