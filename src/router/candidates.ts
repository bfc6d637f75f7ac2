import type { Model, ModelId } from "./catalogue";
import type { Cooldowns, Rest } from "./cooldown";
import { RouterError } from "./errors";
import { maxFallbacks, serverRouter } from "./openrouter";
import { shuffled, weightedShuffled, type Random } from "./pick";
import type { CompletionRequest } from "./request";
import type { RouterSettings } from "./settings";
import type { Tracker } from "./tracker";

/** Models that take the same form of the request; the tiers of a completion are asked in order. */
export interface Tier {
  request: CompletionRequest;
  pool: readonly Model[];
}

/** Whom to ask next, and with what; or until when to wait for somebody. */
export type Turn = { chain: readonly ModelId[]; request: CompletionRequest } | { waitUntil: number };

export interface CandidatesOptions {
  tiers: readonly Tier[];
  settings: RouterSettings;
  cooldowns: Cooldowns;
  tracker: Tracker;
  random: Random;
  now: () => number;
}

/** A rest that ends so soon is waited for. */
const shortRestMs = 15_000;
/** How often a completion may wake resting models, only to hear that they are busy. */
const mostKnocks = 2;

/**
 * The candidates of one completion, in the order in which they are asked: picked anew for each attempt among those that
 * are awake and not spent. A rest is our guess mostly, so when nobody is awake the ones who wake soonest are asked all
 * the same, a few times; a rest that the service itself asked for is kept.
 */
export class Candidates {
  private readonly spent = new Set<ModelId>();
  private largerThan = 0;
  private knocking = false;
  private knocks = 0;

  constructor(private readonly options: CandidatesOptions) {}

  /** The next turn, or `undefined` when everybody was asked. Throws `RouterError` (all-resting) where waiting is too long. */
  next(): Turn | undefined {
    const { tiers, settings, cooldowns } = this.options;
    this.knocking = false;
    if (settings.strategy === "server" && !this.spent.has(serverRouter)) {
      return { chain: [serverRouter], request: tiers[0]?.request ?? { messages: [] } };
    }
    const open = tiers.map(({ request, pool }) => ({ request, pool: pool.filter((model) => this.isOpen(model)) }));
    for (const { request, pool } of open) {
      const awake = pool.filter(({ id }) => !cooldowns.of(id));
      if (awake.length > 0) return { chain: this.chainOf(this.inOrder(awake)), request };
    }
    return this.wake(open);
  }

  /** The model is not asked again in this completion. */
  spend(model: ModelId): void {
    this.spent.add(model);
  }

  /** Only models with a larger window than this one's are worth asking now. */
  requireLargerThan(model: ModelId): void {
    const known = this.options.tiers.flatMap(({ pool }) => pool).find(({ id }) => id === model);
    this.largerThan = Math.max(this.largerThan, known?.contextLength ?? 0);
  }

  /** Whoever was asked last is busy: knocking on resting doors is of little use then. */
  foundBusy(): void {
    if (this.knocking) this.knocks++;
  }

  private isOpen(model: Model): boolean {
    return !this.spent.has(model.id) && (this.largerThan === 0 || model.contextLength > this.largerThan);
  }

  private wake(open: readonly Tier[]): Turn | undefined {
    const { cooldowns, now } = this.options;
    const resting = open
      .flatMap(({ request, pool }) => pool.map(({ id }) => ({ id, request, rest: cooldowns.of(id) })))
      .filter((each): each is { id: ModelId; request: CompletionRequest; rest: Rest } => each.rest !== undefined)
      .sort((one, other) => one.rest.until - other.rest.until);
    const [soonest] = resting;
    if (!soonest) return undefined;
    const [first, ...others] = resting.filter(({ rest }) => !rest.told);
    if (first && this.knocks < mostKnocks) {
      this.knocking = true;
      const chain = [first, ...others.filter(({ request }) => request === first.request)].map(({ id }) => id);
      return { chain: this.chainOf(chain), request: first.request };
    }
    const { until } = soonest.rest;
    if (until - now() <= shortRestMs) return { waitUntil: until };
    const who =
      resting.length === 1
        ? "The only free model that can do this is resting"
        : `All ${resting.length} free models that can do this are resting`;
    throw new RouterError(
      "all-resting",
      `${who} after being busy; the first is back in ${secondsUntil(until, now())}.`,
      { retryAt: until },
    );
  }

  private chainOf(order: readonly ModelId[]): ModelId[] {
    return order.slice(0, this.options.settings.serverFallbacks ? 1 + maxFallbacks : 1);
  }

  private inOrder(awake: readonly Model[]): ModelId[] {
    const { settings, tracker, random } = this.options;
    const ids = awake.map(({ id }) => id);
    if (settings.strategy === "adaptive") {
      const weights = tracker.weights(ids);
      return weightedShuffled(ids, (id) => weights.get(id) ?? 1, random);
    }
    const wanted =
      settings.strategy === "pinned"
        ? [settings.pinnedModel]
        : settings.strategy === "fallbacks"
          ? settings.fallbacks
          : [];
    const first = wanted.filter((id): id is ModelId => id !== undefined && ids.includes(id));
    return [
      ...first,
      ...shuffled(
        ids.filter((id) => !first.includes(id)),
        random,
      ),
    ];
  }
}

function secondsUntil(until: number, now: number): string {
  const seconds = Math.ceil((until - now) / 1_000);
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
