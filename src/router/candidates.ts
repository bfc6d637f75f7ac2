import type { Model, ModelId } from "./model";
import type { Cooldowns } from "./cooldown";
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

/** Whom to ask, the first one first, and with what. */
export interface AttemptPlan {
  chain: readonly ModelId[];
  request: CompletionRequest;
}

/** Whom to ask next; or until when to wait for somebody. */
export type NextAttempt = AttemptPlan | { waitUntil: number };

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
 * are awake and not spent. A rest is our guess mostly, so when nobody is awake the ones who have rested longest are asked
 * all the same, a few times; a rest that the service itself asked for is kept. When everybody was asked, those who failed
 * by chance are asked once more.
 */
export class Candidates {
  private readonly spent = new Set<ModelId>();
  /** Those of them who failed by chance; `undefined` when they had their second chance. */
  private unlucky: Set<ModelId> | undefined = new Set();
  private largerThan = 0;
  private knocking = false;
  private knocks = 0;
  private waited = false;

  constructor(private readonly options: CandidatesOptions) {}

  /** The next turn, or `undefined` when everybody was asked. Throws `RouterError` (all-resting) where waiting is too long. */
  next(): NextAttempt | undefined {
    return this.pickNext() ?? (this.giveSecondChance() ? this.pickNext() : undefined);
  }

  /** When the first of those who rest is back, epoch milliseconds. */
  nextAvailableAt(): number | undefined {
    const { tiers, cooldowns } = this.options;
    const ends = tiers.flatMap(({ pool }) => pool.flatMap(({ id }) => cooldowns.get(id)?.until ?? []));
    return ends.length > 0 ? Math.min(...ends) : undefined;
  }

  /** The model is not asked again in this completion; or, if it failed by chance, only when nobody else is left. */
  markTried(model: ModelId, byChance = false): void {
    this.spent.add(model);
    if (byChance) this.unlucky?.add(model);
  }

  /** Only models with a larger window than this one's are worth asking now. */
  requireLargerContext(model: ModelId): void {
    const known = this.options.tiers.flatMap(({ pool }) => pool).find(({ id }) => id === model);
    this.largerThan = Math.max(this.largerThan, known?.contextLength ?? 0);
  }

  /** Whoever was asked last is busy: knocking on resting doors is of little use then. */
  recordBusy(): void {
    if (this.knocking) this.knocks++;
  }

  private pickNext(): NextAttempt | undefined {
    const { tiers, settings, cooldowns } = this.options;
    this.knocking = false;
    if (settings.strategy === "server" && !this.spent.has(serverRouter)) {
      return { chain: [serverRouter], request: tiers[0]?.request ?? { messages: [] } };
    }
    const open = tiers.map(({ request, pool }) => ({ request, pool: pool.filter((model) => this.isOpen(model)) }));
    for (const { request, pool } of open) {
      const awake = pool.filter(({ id }) => !cooldowns.get(id));
      // Places in the chain that nobody awake takes cost nothing: whoever has rested longest may be well by now.
      if (awake.length > 0)
        return { chain: this.chainOf([...this.inOrder(awake), ...this.restedLongest(pool)]), request };
    }
    return this.nobodyAwake(open);
  }

  /** Whether somebody who failed by chance is open again now. */
  private giveSecondChance(): boolean {
    const again = [...(this.unlucky ?? [])].filter((model) => !this.options.cooldowns.get(model)?.told);
    this.unlucky = undefined;
    for (const model of again) this.spent.delete(model);
    return again.length > 0 && this.knocks < mostKnocks;
  }

  private isOpen(model: Model): boolean {
    return !this.spent.has(model.id) && (this.largerThan === 0 || model.contextLength > this.largerThan);
  }

  private nobodyAwake(open: readonly Tier[]): NextAttempt | undefined {
    const { cooldowns, now } = this.options;
    const rests = open.flatMap(({ pool }) => pool.flatMap(({ id }) => cooldowns.get(id) ?? []));
    if (rests.length === 0) return undefined;
    if (this.knocks < mostKnocks) {
      for (const { request, pool } of open) {
        const rested = this.restedLongest(pool);
        if (rested.length === 0) continue;
        this.knocking = true;
        return { chain: this.chainOf(rested), request };
      }
    }
    const until = Math.min(...rests.map((rest) => rest.until));
    if (until - now() <= shortRestMs && !this.waited) {
      this.waited = true;
      return { waitUntil: until };
    }
    const who =
      rests.length === 1
        ? "The only free model that can do this is resting"
        : `All ${rests.length} free models that can do this are resting`;
    throw new RouterError(
      "all-resting",
      `${who} after being busy; the first is back in ${secondsUntil(until, now())}.`,
      { retryAt: until },
    );
  }

  /** The resting models whose rest is our guess, the longest ago failed in front: what ailed it has most likely passed. */
  private restedLongest(pool: readonly Model[]): ModelId[] {
    return pool
      .flatMap(({ id }) => {
        const rest = this.options.cooldowns.get(id);
        return rest && !rest.told ? [{ id, ...rest }] : [];
      })
      .sort((one, other) => one.since - other.since || one.until - other.until)
      .map(({ id }) => id);
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
    const first = [...new Set(wanted)].filter((id): id is ModelId => id !== undefined && ids.includes(id));
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
