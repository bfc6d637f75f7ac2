import * as z from "zod/mini";
import type { ModelId } from "./model";
import type { Log } from "./log";
import { scopedModel, type Scope } from "./scope";
import { SharedState } from "./sharedState";
import type { RouterStorage } from "./storage";

/** The period after a failure in which a model is avoided. Times are epoch milliseconds. */
export interface Cooldown {
  /** When the model failed. */
  since: number;
  until: number;
  /** Consecutive failures outside a cooldown; each one doubles the next cooldown. */
  strikes: number;
  /** Whether the service set the end (`Retry-After`), so an earlier request is pointless. Otherwise the end is an estimate. */
  told: boolean;
}

export interface CooldownOptions {
  /** The end, if the service sent one. */
  retryAt?: number | undefined;
  /** When the failed attempt began. */
  startedAt?: number | undefined;
}

type Address = Pick<Scope, "address">;

const maxCooldownMs = 10 * 60_000;
/** After this time without another failure, the strikes of a model are forgotten. */
const forgetAfterMs = 60 * 60_000;

/**
 * The cooldown after another failure: doubled for each consecutive failure, unless the service sent `retryAt`. A failure during a
 * cooldown, of a probe or of a fallback that the service tried, does not double it: the end of the cooldown is still to be tested.
 */
export function nextCooldown(
  last: Cooldown | undefined,
  seconds: number,
  now: number,
  { retryAt, startedAt = Infinity }: CooldownOptions = {},
): Cooldown {
  const known = last && !isForgotten(last, now) ? last : undefined;
  // Completions that run in parallel all see the same busy moment.
  const isSameMoment = known !== undefined && startedAt <= known.since;
  if (known && known.until > now) return { ...prolonged(known, now, retryAt), since: isSameMoment ? known.since : now };
  const strikes = (known?.strikes ?? 0) + (isSameMoment ? 0 : 1);
  const estimate = now + Math.min(seconds * 1_000 * 2 ** (strikes - 1), maxCooldownMs);
  const until = retryAt === undefined ? estimate : Math.min(retryAt, now + maxCooldownMs);
  return { since: now, until, strikes, told: retryAt !== undefined };
}

/** The same cooldown, up to the time that the service sent, if that is later. */
function prolonged(cooldown: Cooldown, now: number, retryAt: number | undefined): Cooldown {
  const until = Math.min(retryAt ?? 0, now + maxCooldownMs);
  return until > cooldown.until ? { ...cooldown, until, told: true } : cooldown;
}

/** Whether the last failure was too long ago, or lies in the future, because the clock was ahead when it was stored. */
function isForgotten({ since, until }: Cooldown, now: number): boolean {
  return since > now || now - until >= forgetAfterMs;
}

const stored = z.record(
  z.string(),
  z.object({ since: z.number(), until: z.number(), strikes: z.number(), told: z.boolean() }),
);

type CooldownRecords = Readonly<Record<string, Cooldown>>;

/** The cooldowns of all models, by service, shared by windows. */
export class Cooldowns {
  readonly #records: SharedState<CooldownRecords>;
  readonly #now: () => number;

  constructor(storage: RouterStorage, now: () => number, log: Log) {
    this.#now = now;
    this.#records = new SharedState<CooldownRecords>(
      storage,
      "rests",
      (json) => stored.safeParse(json).data ?? {},
      log,
    );
  }

  async sync(): Promise<void> {
    await this.#records.sync();
  }

  /** The model's active cooldown. Ignores one that was stored while the clock was ahead. */
  get(scope: Address, model: ModelId): Cooldown | undefined {
    const now = this.#now();
    const cooldown = this.#records.value[scopedModel(scope, model)];
    if (!cooldown || cooldown.since > now) return undefined;
    const remainingMs = cooldown.until - now;
    return remainingMs > 0 && remainingMs <= maxCooldownMs ? cooldown : undefined;
  }

  /** Records a failure. Failures of attempts that began before the present cooldown do not prolong it. */
  async add(scope: Address, model: ModelId, seconds: number, options: CooldownOptions = {}): Promise<void> {
    const now = this.#now();
    const key = scopedModel(scope, model);
    await this.#records.change((records) => ({
      ...withoutForgotten(records, now),
      [key]: nextCooldown(records[key], seconds, now, options),
    }));
  }

  /** The model answered: ends its cooldown and resets its strikes. */
  async clear(scope: Address, model: ModelId): Promise<void> {
    const key = scopedModel(scope, model);
    if (!this.#records.value[key]) return;
    await this.#records.change((records) => Object.fromEntries(Object.entries(records).filter(([id]) => id !== key)));
  }
}

function withoutForgotten(records: CooldownRecords, now: number): CooldownRecords {
  return Object.fromEntries(Object.entries(records).filter(([, cooldown]) => !isForgotten(cooldown, now)));
}
