import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { RouterError } from "./errors";
import type { Log } from "./log";
import { servicePages } from "./pages";
import { utcDay } from "./pool";
import { nextUtcMidnight } from "./resetTime";
import { SharedState } from "./sharedState";
import { sleepUntil, unlessAborted } from "./sleep";
import type { RouterStorage } from "./storage";

/** The account's free requests. Times are epoch milliseconds. */
export interface Quota {
  /** Requests of this UTC day: the service's count if it reported one, else the requests of this machine. */
  used: number;
  /** 50 or 1000; `undefined` until the service reports it. */
  limit: number | undefined;
  remaining: number | undefined;
  /** The next 00:00 UTC, or the time that the service reported. */
  resetsAt: number;
  /** Whether the service refuses free requests until `resetsAt`. */
  exhausted: boolean;
  minute: { used: number; limit: number; resetsAt: number };
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const entriesSchema = z.object({
  /** A fingerprint of the key: another key may belong to another account with its own quota. */
  account: z.string(),
  day: z.string(),
  used: z.number(),
  limit: z.optional(z.number()),
  /** The service refuses every free request of the account until then. */
  latchedUntil: z.optional(z.number()),
  latchedAt: z.optional(z.number()),
  /** The service refuses further requests of this minute until then. */
  minuteBlockedUntil: z.optional(z.number()),
  /** Requests per minute, if a refusal reported the limit. */
  minuteLimit: z.optional(z.number()),

  /** When the requests of the last minute were sent. */
  sent: z.array(z.number()),
});
type Entries = z.infer<typeof entriesSchema>;

const empty: Entries = { account: "", day: "", used: 0, sent: [] };

/**
 * Counts the account's free requests of this minute and of this UTC day. Failed attempts count as well, so every request
 * is counted before it is sent; the service's own figures correct the count. Windows share it through the storage.
 */
export class Ledger {
  readonly #state: SharedState<Entries>;
  readonly #now: () => number;
  #account = "";
  #accountKey = "";
  /** Resolves after all earlier callers of `admit`. */
  #queue: Promise<void> = Promise.resolve();

  constructor(storage: RouterStorage, now: () => number, log: Log) {
    this.#now = now;
    this.#state = new SharedState<Entries>(
      storage,
      "ledger",
      (json) => entriesSchema.safeParse(json).data ?? empty,
      log,
    );
  }

  /** Switches to the account of this key and reads what other windows have stored. */
  async open(key: string): Promise<void> {
    if (key !== this.#accountKey) {
      this.#accountKey = key;
      this.#account = createHash("sha256").update(key).digest("hex").slice(0, 8);
    }
    await this.#state.sync();
  }

  /**
   * Waits until a request may be sent, in the order of the calls, and counts it. Yields the end of each wait. Throws like
   * `tryReserve`, or with the signal's reason.
   */
  async *admit(minuteLimit: number, signal?: AbortSignal): AsyncGenerator<number, void> {
    const before = this.#queue;
    let leaveQueue = (): void => undefined;
    this.#queue = new Promise((resolve) => (leaveQueue = resolve));
    try {
      // Queued callers get the wait event too.
      let yielded = this.#waitUntil(minuteLimit);
      if (yielded !== undefined) yield yielded;
      await unlessAborted(before, signal);
      const tryReserve = () => unlessAborted(this.tryReserve(minuteLimit), signal);
      for (let wait = await tryReserve(); wait; wait = await tryReserve()) {
        if (wait.waitUntil !== yielded) yield (yielded = wait.waitUntil);
        if (!(await sleepUntil(wait.waitUntil, this.#now, signal))) return;
      }
    } finally {
      void before.then(leaveQueue);
    }
  }

  /** Removes the last request from the count, because it did not reach the service. */
  async release(): Promise<void> {
    await this.#state.change((entries) => ({
      ...entries,
      used: Math.max(0, entries.used - 1),
      sent: entries.sent.slice(0, -1),
    }));
  }

  /**
   * Counts one request if it may be sent now; otherwise returns when to try again (epoch milliseconds). Throws
   * `RouterError` (rate-limit-day) while the daily limit is reached.
   */
  async tryReserve(minuteLimit: number): Promise<{ waitUntil: number } | undefined> {
    let waitUntil: number | undefined;
    await this.#state.change((entries) => {
      const now = this.#now(); // Read here, because the storage may serve other windows first.
      const current = this.#current(entries, now);
      waitUntil = blockedUntil(current, minuteLimit, now);
      if (waitUntil !== undefined || isDayBlocked(current, now)) return current;
      return { ...current, used: current.used + 1, sent: [...current.sent, now] };
    });
    const { latchedUntil } = this.#state.value;
    if (isDayBlocked(this.#state.value, this.#now())) throw dailyLimitError(latchedUntil);
    return waitUntil === undefined ? undefined : { waitUntil };
  }

  /** When a request may be sent, according to the values in memory. */
  #waitUntil(minuteLimit: number): number | undefined {
    const now = this.#now();
    return blockedUntil(this.#current(this.#state.value, now), minuteLimit, now);
  }

  /** Records that the service reported the daily limit as reached. Some responses contain the limit. */
  async blockDay(until: number | undefined, limit?: number): Promise<void> {
    const now = this.#now();
    const latchedUntil = Math.min(until ?? nextUtcMidnight(now), now + dayMs);
    await this.#state.change((entries) => {
      const current = this.#current(entries, now);
      return { ...current, limit: limit ?? current.limit, latchedUntil, latchedAt: now };
    });
  }

  /** Records that the service reported the limit per minute as reached. Without `until`, it resets at the next full minute. */
  async blockMinute(until: number | undefined, limit?: number): Promise<void> {
    const now = this.#now();
    const nextMinute = Math.floor(now / minuteMs + 1) * minuteMs;
    const minuteBlockedUntil = Math.min(until ?? nextMinute, now + minuteMs);
    await this.#state.change((entries) => {
      const current = this.#current(entries, now);
      return { ...current, minuteLimit: limit ?? current.minuteLimit, minuteBlockedUntil };
    });
  }

  /** Applies the daily figures of `GET /key`: they include other machines, and can set or end the daily block. */
  async correct(daily: { used: number; limit?: number; remaining?: number }): Promise<void> {
    const now = this.#now();
    await this.#state.change((entries) => {
      const current = this.#current(entries, now);
      const limit = daily.limit ?? current.limit;
      const remaining = daily.remaining ?? (limit === undefined ? undefined : limit - daily.used);
      // The service's count can be a minute old: it lacks the newest requests, and a limit that was just reached.
      const used = Math.max(daily.used, current.sent.length > 0 ? current.used : 0);
      const corrected = { ...current, used, limit };
      if (remaining === undefined || now - (current.latchedAt ?? 0) < minuteMs) return corrected;
      if (remaining > 0) return { ...corrected, latchedUntil: undefined, latchedAt: undefined };
      return { ...corrected, latchedUntil: nextUtcMidnight(now), latchedAt: current.latchedAt ?? now };
    });
  }

  /** When the active daily block began. After a minute the service's own figures may end it. */
  dayBlockedSince(): number | undefined {
    const now = this.#now();
    const current = this.#current(this.#state.value, now);
    return isDayBlocked(current, now) ? (current.latchedAt ?? 0) : undefined;
  }

  quota(perMinute: number): Quota {
    const now = this.#now();
    const current = this.#current(this.#state.value, now);
    const { used, limit, latchedUntil, sent } = current;
    const exhausted = isDayBlocked(current, now);
    const minuteLimit = stricterLimit(perMinute, current.minuteLimit);
    const waitUntil = blockedUntil(current, perMinute, now);
    return {
      used,
      limit,
      remaining: exhausted ? 0 : limit === undefined ? undefined : Math.max(0, limit - used),
      resetsAt: exhausted && latchedUntil !== undefined ? latchedUntil : nextUtcMidnight(now),
      exhausted,
      minute: {
        used: waitUntil === undefined ? sent.length : minuteLimit,
        limit: minuteLimit,
        resetsAt: waitUntil ?? (sent[0] ?? now) + minuteMs,
      },
    };
  }

  /** The entries of this account and day, without requests older than a minute. */
  #current(entries: Entries, now: number): Entries {
    const accountEntries = entries.account === this.#account ? entries : { ...empty, account: this.#account };
    const day = utcDay(now);
    // A request of another window may be a moment younger than `now`. Times far ahead come from a clock that was set back.
    const sent = accountEntries.sent.filter((at) => Math.abs(now - at) < minuteMs);
    if (accountEntries.day === day) return { ...accountEntries, sent };
    return { ...accountEntries, sent, day, used: 0, minuteLimit: undefined };
  }
}

/** When the limit per minute allows the next request, epoch milliseconds; `undefined` if it does so now. */
function blockedUntil(
  { minuteBlockedUntil, minuteLimit, sent }: Entries,
  perMinute: number,
  now: number,
): number | undefined {
  if (isWithin(minuteBlockedUntil, now, minuteMs)) return minuteBlockedUntil;
  const limit = stricterLimit(perMinute, minuteLimit);
  const oldest = sent.at(-limit);
  return sent.length >= limit && oldest !== undefined ? oldest + minuteMs : undefined;
}

/** The limit of the settings, or the service's if it is stricter. */
function stricterLimit(perMinute: number, serviceLimit: number | undefined): number {
  return Math.max(1, Math.min(perMinute, serviceLimit ?? perMinute));
}

function isDayBlocked({ latchedUntil }: Entries, now: number): boolean {
  return isWithin(latchedUntil, now, dayMs);
}

/** Whether the time lies ahead, but at most `maxMs`: a later one was stored while the clock was ahead. */
function isWithin(time: number | undefined, now: number, maxMs: number): boolean {
  return time !== undefined && time > now && time - now <= maxMs;
}

function dailyLimitError(until: number | undefined): RouterError {
  return new RouterError("rate-limit-day", "Today's free requests are used up.", {
    retryAt: until,
    link: servicePages.credits,
  });
}
