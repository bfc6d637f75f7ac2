import type { Model, ModelId } from "./model";
import type { Cooldowns } from "./cooldown";
import { RouterError } from "./errors";
import { maxFallbacks, serverRouter } from "./openrouter";
import { shuffled, weightedShuffled, type Random } from "./pick";
import type { CompletionRequest } from "./request";
import type { RouterSettings } from "./settings";
import type { Tracker } from "./tracker";

/** A form of the request and the models that accept it. A completion tries its tiers in order. */
export interface Tier {
  request: CompletionRequest;
  pool: readonly Model[];
}

/** The models to send a request to, in order of preference. */
export interface AttemptPlan {
  chain: readonly ModelId[];
  request: CompletionRequest;
}

/** The next attempt, or the time to wait until (epoch milliseconds). */
export type NextAttempt = AttemptPlan | { waitUntil: number };

export interface CandidatesOptions {
  tiers: readonly Tier[];
  settings: RouterSettings;
  cooldowns: Cooldowns;
  tracker: Tracker;
  random: Random;
  now: () => number;
}

/** A completion waits for a cooldown that ends within this time; otherwise it fails. */
const maxWaitMs = 15_000;
/** How many probes of models in cooldown may be answered with status 429 in one completion. */
const maxBusyProbes = 2;

/**
 * The candidates of one completion, in the order in which they are tried. Each attempt picks again among the models that
 * are neither in cooldown nor tried already. Most cooldowns are estimates, so when every model is in cooldown, the ones
 * that failed longest ago are probed; a cooldown that the service asked for (`Retry-After`) is respected. When every
 * model was tried, those with a transient failure are tried once more.
 */
export class Candidates {
  readonly #options: CandidatesOptions;
  readonly #tried = new Set<ModelId>();
  /** Tried models whose failure was transient; `undefined` after they became candidates again. */
  #retryable: Set<ModelId> | undefined = new Set();
  #minContextLength = 0;
  #isProbing = false;
  #busyProbes = 0;
  #hasWaited = false;

  constructor(options: CandidatesOptions) {
    this.#options = options;
  }

  /** The next attempt; `undefined` after every model was tried. Throws `RouterError` (all-resting) if the wait is too long. */
  next(): NextAttempt | undefined {
    return this.#pickNext() ?? (this.#readmitRetryable() ? this.#pickNext() : undefined);
  }

  /** When the first cooldown of the pool ends, epoch milliseconds. */
  nextAvailableAt(): number | undefined {
    const { tiers, cooldowns } = this.#options;
    const ends = tiers.flatMap(({ pool }) => pool.flatMap(({ id }) => cooldowns.get(id)?.until ?? []));
    return ends.length > 0 ? Math.min(...ends) : undefined;
  }

  /** Excludes the model from further attempts; after a transient failure, only until all others were tried. */
  markTried(model: ModelId, transient = false): void {
    this.#tried.add(model);
    if (transient) this.#retryable?.add(model);
  }

  /** Restricts the candidates to models with a larger context window than this one's. */
  requireLargerContext(model: ModelId): void {
    const known = this.#options.tiers.flatMap(({ pool }) => pool).find(({ id }) => id === model);
    this.#minContextLength = Math.max(this.#minContextLength, known?.contextLength ?? 0);
  }

  /** Records that the last attempt was answered with 429. Probing models in cooldown rarely helps while others answer 429. */
  recordBusy(): void {
    if (this.#isProbing) this.#busyProbes++;
  }

  #pickNext(): NextAttempt | undefined {
    const { tiers, settings, cooldowns } = this.#options;
    this.#isProbing = false;
    if (settings.strategy === "server" && !this.#tried.has(serverRouter)) {
      return { chain: [serverRouter], request: tiers[0]?.request ?? { messages: [] } };
    }
    const open = tiers.map(({ request, pool }) => ({ request, pool: pool.filter((model) => this.#isOpen(model)) }));
    for (const { request, pool } of open) {
      const available = pool.filter(({ id }) => !cooldowns.get(id));
      // Unused places in the chain cost nothing, so models in cooldown fill them: they may have recovered.
      if (available.length > 0)
        return { chain: this.#chainOf([...this.#ordered(available), ...this.#probeOrder(pool)]), request };
    }
    return this.#nextInCooldown(open);
  }

  /** Makes models with a transient failure candidates again, once. Returns whether there is one to try. */
  #readmitRetryable(): boolean {
    const models = [...(this.#retryable ?? [])].filter((model) => !this.#options.cooldowns.get(model)?.told);
    this.#retryable = undefined;
    for (const model of models) this.#tried.delete(model);
    return models.length > 0 && this.#busyProbes < maxBusyProbes;
  }

  #isOpen(model: Model): boolean {
    return !this.#tried.has(model.id) && (this.#minContextLength === 0 || model.contextLength > this.#minContextLength);
  }

  /** Every open model is in cooldown: probes one, waits, or throws. */
  #nextInCooldown(open: readonly Tier[]): NextAttempt | undefined {
    const { cooldowns, now } = this.#options;
    const active = open.flatMap(({ pool }) => pool.flatMap(({ id }) => cooldowns.get(id) ?? []));
    if (active.length === 0) return undefined;
    if (this.#busyProbes < maxBusyProbes) {
      for (const { request, pool } of open) {
        const order = this.#probeOrder(pool);
        if (order.length === 0) continue;
        this.#isProbing = true;
        return { chain: this.#chainOf(order), request };
      }
    }
    const until = Math.min(...active.map((cooldown) => cooldown.until));
    if (until - now() <= maxWaitMs && !this.#hasWaited) {
      this.#hasWaited = true;
      return { waitUntil: until };
    }
    const models =
      active.length === 1
        ? "The only free model for this request is"
        : `All ${active.length} free models for this request are`;
    throw new RouterError("all-resting", `${models} cooling down. Try again in ${durationText(until - now())}.`, {
      retryAt: until,
    });
  }

  /** Models in an estimated cooldown, oldest failure first: its cause is the most likely to have passed. */
  #probeOrder(pool: readonly Model[]): ModelId[] {
    return pool
      .flatMap(({ id }) => {
        const cooldown = this.#options.cooldowns.get(id);
        return cooldown && !cooldown.told ? [{ id, ...cooldown }] : [];
      })
      .sort((one, other) => one.since - other.since || one.until - other.until)
      .map(({ id }) => id);
  }

  #chainOf(order: readonly ModelId[]): ModelId[] {
    return order.slice(0, this.#options.settings.serverFallbacks ? 1 + maxFallbacks : 1);
  }

  /** Orders the models by the strategy. */
  #ordered(models: readonly Model[]): ModelId[] {
    const { settings, tracker, random } = this.#options;
    const ids = models.map(({ id }) => id);
    if (settings.strategy === "adaptive") {
      const weights = tracker.weights(ids);
      return weightedShuffled(ids, (id) => weights.get(id) ?? 1, random);
    }
    const preferred =
      settings.strategy === "pinned"
        ? [settings.pinnedModel]
        : settings.strategy === "fallbacks"
          ? settings.fallbacks
          : [];
    const first = [...new Set(preferred)].filter((id): id is ModelId => id !== undefined && ids.includes(id));
    return [
      ...first,
      ...shuffled(
        ids.filter((id) => !first.includes(id)),
        random,
      ),
    ];
  }
}

function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
