import * as z from "zod/mini";
import type { ModelId } from "./model";
import type { Log } from "./log";
import { SharedState } from "./sharedState";
import type { RouterStorage } from "./storage";

/** The period after a failure in which a model is avoided. Times are epoch milliseconds. */
export interface Cooldown {
  /** When the model failed. */
  since: number;
  until: number;
  /** Consecutive failures; each one doubles the next cooldown. */
  strikes: number;
  /** Whether the service set the end (`Retry-After`), so an earlier request is pointless. Otherwise the end is an estimate. */
  told: boolean;
}

const maxCooldownMs = 10 * 60_000;
/** After this time without another failure, the strikes of a model are forgotten. */
const forgetAfterMs = 10 * 60_000;

/** The cooldown after another failure: doubled for each consecutive failure, unless the service sent `retryAt`. */
export function nextCooldown(last: Cooldown | undefined, seconds: number, now: number, retryAt?: number): Cooldown {
  const strikes = last && now - last.until < forgetAfterMs ? last.strikes + 1 : 1;
  const estimate = now + Math.min(seconds * 1_000 * 2 ** (strikes - 1), maxCooldownMs);
  return { since: now, until: retryAt ?? estimate, strikes, told: retryAt !== undefined };
}

const stored = z.record(
  z.string(),
  z.object({ since: z.number(), until: z.number(), strikes: z.number(), told: z.boolean() }),
);

type CooldownRecords = Readonly<Record<ModelId, Cooldown>>;

/** The cooldowns of all models, shared by windows. */
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

  /** The model's active cooldown. Ignores one longer than the maximum: it was stored while the clock was ahead. */
  get(model: ModelId): Cooldown | undefined {
    const cooldown = this.#records.value[model];
    const remainingMs = cooldown ? cooldown.until - this.#now() : 0;
    return remainingMs > 0 && remainingMs <= maxCooldownMs ? cooldown : undefined;
  }

  async add(model: ModelId, seconds: number, retryAt?: number): Promise<void> {
    const now = this.#now();
    await this.#records.change((records) => ({
      ...withoutForgotten(records, now),
      [model]: nextCooldown(records[model], seconds, now, retryAt),
    }));
  }

  /** The model answered: ends its cooldown and resets its strikes. */
  async clear(model: ModelId): Promise<void> {
    if (!this.#records.value[model]) return;
    await this.#records.change((records) => Object.fromEntries(Object.entries(records).filter(([id]) => id !== model)));
  }
}

function withoutForgotten(records: CooldownRecords, now: number): CooldownRecords {
  return Object.fromEntries(Object.entries(records).filter(([, { until }]) => now - until < forgetAfterMs));
}
