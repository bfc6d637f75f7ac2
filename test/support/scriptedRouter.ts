import {
  RouterError,
  type CompletionOptions,
  type CompletionRequest,
  type Feedback,
  type Model,
  type Router,
  type RouterEvent,
} from "../../src/router/index";
import { exclusionRule } from "../../src/router/pool";
import { filterFor } from "../unit/router/sampleModels";

type Step = RouterEvent | RouterError | Promise<unknown>;

/**
 * A router with scripted answers: each call of `complete` plays the next script. It awaits promises, throws errors and
 * yields events; the abort signal ends it like the real router.
 */
export class ScriptedRouter implements Router {
  readonly requests: CompletionRequest[] = [];
  /** The model and the feedback of each call, in one string. */
  readonly feedbacks: string[] = [];
  /** How often the caller wanted another model to be asked at once. */
  otherModelsAsked = 0;
  readonly #asked = Promise.withResolvers<undefined>();
  readonly #scripts: Step[][];
  pool: Model[] = [];

  constructor(...scripts: Step[][]) {
    this.#scripts = scripts;
  }

  async *complete(
    request: CompletionRequest,
    { signal, onAskAnother }: CompletionOptions = {},
  ): AsyncGenerator<RouterEvent> {
    this.requests.push(request);
    onAskAnother?.(() => (this.otherModelsAsked += 1));
    this.#asked.resolve(undefined);
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => reject(new RouterError("aborted", "Stopped.")));
    });
    aborted.catch(() => undefined);
    if (signal?.aborted) throw new RouterError("aborted", "Stopped.");
    for (const step of this.#scripts.shift() ?? []) {
      if (step instanceof RouterError) throw step;
      if (step instanceof Promise) await Promise.race([step, aborted]);
      else yield step;
      if (signal?.aborted) throw new RouterError("aborted", "Stopped.");
    }
  }

  /** Resolves when the first completion has started. */
  get asked(): Promise<undefined> {
    return this.#asked.promise;
  }

  services(): ReturnType<Router["services"]> {
    return Promise.resolve([]);
  }

  freeModels(): Promise<readonly Model[]> {
    return Promise.resolve(this.pool);
  }

  explain(request: CompletionRequest): ReturnType<Router["explain"]> {
    const filter = filterFor(request, { exclude: new Set(request.exclude) });
    const excluded = this.pool.flatMap((model) => {
      const rule = exclusionRule(model, filter);
      return rule ? [{ model, rule }] : [];
    });
    const pool = this.pool.filter((model) => !excluded.some((each) => each.model === model));
    return Promise.resolve({ needs: filter.needs, pool, excluded, fetchedAt: 0 });
  }

  async bestModels(request: CompletionRequest): Promise<readonly Model[]> {
    return (await this.explain(request)).pool;
  }

  recheckQuota(): ReturnType<Router["quota"]> {
    return this.quota();
  }

  quota(): ReturnType<Router["quota"]> {
    const minute = { used: 0, limit: 20, resetsAt: 0 };
    return Promise.resolve({ used: 0, limit: undefined, remaining: undefined, resetsAt: 0, exhausted: false, minute });
  }

  statistics(): [] {
    return [];
  }

  feedback(model: string, feedback: Feedback): void {
    this.feedbacks.push(`${model} ${feedback}`);
  }

  chargedModels(): Promise<[]> {
    return Promise.resolve([]);
  }

  bringBack(): Promise<void> {
    return Promise.resolve();
  }

  onDidChange(): { dispose(): void } {
    return { dispose: () => undefined };
  }
}

/** The events of a successful answer. */
export function answerEvents(text: string, model = "m/one:free"): RouterEvent[] {
  return [
    { type: "attempt-start", attempt: 1, model, fallbacks: [] },
    { type: "model", model, provider: "Host" },
    ...Array.from(text, (character): RouterEvent => ({ type: "text-delta", text: character })),
    {
      type: "completion-end",
      model,
      provider: "Host",
      finishReason: "stop",
      attempts: 1,
      passedOver: [],
      durationMs: 10,
    },
  ];
}
