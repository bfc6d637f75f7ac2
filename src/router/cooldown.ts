import * as z from "zod/mini";
import type { ModelId } from "./model";
import type { Log } from "./log";
import { SharedState } from "./sharedState";
import type { RouterStorage } from "./storage";

/** A model's rest after failing. Instants are epoch milliseconds. */
export interface Cooldown {
  /** When the model failed. */
  since: number;
  until: number;
  /** Failures in a row; each doubles the next rest. */
  strikes: number;
  /** The service itself said how long (`Retry-After`): asking earlier is pointless. Otherwise the length is our guess. */
  told: boolean;
}

const longestRestMs = 10 * 60_000;
/** A model that failed, and has been left alone for so long since its rest, starts with a clean record. */
const forgetAfterMs = 10 * 60_000;

/** The rest that follows one more failure: doubled each time in a row, unless the service says how long. */
export function nextCooldown(last: Cooldown | undefined, seconds: number, now: number, retryAt?: number): Cooldown {
  const strikes = last && now - last.until < forgetAfterMs ? last.strikes + 1 : 1;
  const guess = now + Math.min(seconds * 1_000 * 2 ** (strikes - 1), longestRestMs);
  return { since: now, until: retryAt ?? guess, strikes, told: retryAt !== undefined };
}

const stored = z.record(
  z.string(),
  z.object({ since: z.number(), until: z.number(), strikes: z.number(), told: z.boolean() }),
);

type Rests = Readonly<Record<ModelId, Cooldown>>;

/** Which model rests, until when; shared by windows. */
export class Cooldowns {
  private readonly rests: SharedState<Rests>;

  constructor(
    storage: RouterStorage,
    private readonly now: () => number,
    log: Log,
  ) {
    this.rests = new SharedState<Rests>(storage, "rests", (json) => stored.safeParse(json).data ?? {}, log);
  }

  async sync(): Promise<void> {
    await this.rests.sync();
  }

  /** The model's rest, if it has not ended. One that is longer than rests are was written by a clock that ran ahead. */
  get(model: ModelId): Cooldown | undefined {
    const rest = this.rests.value[model];
    const left = rest ? rest.until - this.now() : 0;
    return left > 0 && left <= longestRestMs ? rest : undefined;
  }

  async add(model: ModelId, seconds: number, retryAt?: number): Promise<void> {
    const now = this.now();
    await this.rests.change((rests) => ({
      ...kept(rests, now),
      [model]: nextCooldown(rests[model], seconds, now, retryAt),
    }));
  }

  /** The model answered: it is awake, and its record is clean. */
  async clear(model: ModelId): Promise<void> {
    if (!this.rests.value[model]) return;
    await this.rests.change((rests) => Object.fromEntries(Object.entries(rests).filter(([id]) => id !== model)));
  }
}

function kept(rests: Rests, now: number): Rests {
  return Object.fromEntries(Object.entries(rests).filter(([, { until }]) => now - until < forgetAfterMs));
}
