import { AdmissionQueue } from "./admissionQueue";
import { RouterError } from "./errors";
import {
  blockedUntil,
  corrected,
  currentEntries,
  dayMs,
  isDayBlocked,
  latchTime,
  minuteMs,
  parseAccounts,
  stricterLimit,
  withEntries,
  withRequest,
  type Accounts,
  type DailyRequests,
  type Entries,
} from "./ledgerEntries";
import type { Log } from "./log";
import { servicePages } from "./pages";
import { utcDay } from "./pool";
import { nextUtcMidnight } from "./resetTime";
import { scopeOf } from "./scope";
import { defaultSettings } from "./settings";
import { SharedState } from "./sharedState";
import { sleepUntil, unlessAborted } from "./sleep";
import type { RouterStorage } from "./storage";

/** The account's free requests. Times are epoch milliseconds. */
export interface Quota {
  /** Requests of this UTC day: the service's count if it reported one, else the requests of this computer. */
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

/** A counted request. Give it back with `release` if it did not reach the service. */
export interface Reservation {
  /** When the request was counted, epoch milliseconds. */
  readonly at: number;
}

/** What limits allow now: nothing more today, or nothing before the limit per minute resets. */
export type Limit = "day" | "minute";

/** How often the first waiting request checks whether the wait has become shorter, or the day is blocked. */
const recheckMs = 5_000;

/** Opens the books of accounts. Windows share them through the storage. */
export class Ledger {
  readonly #state: SharedState<Accounts>;
  readonly #now: () => number;
  readonly #books = new Map<string, Book>();

  constructor(storage: RouterStorage, now: () => number, log: Log) {
    this.#now = now;
    this.#state = new SharedState<Accounts>(storage, "ledger", parseAccounts, log);
  }

  /** The book of this key's account at this service, with what other windows have stored. */
  async open(key: string, baseUrl = defaultSettings.baseUrl): Promise<Book> {
    const { account } = scopeOf(baseUrl, key);
    await this.#state.sync();
    const book = this.#books.get(account) ?? new Book(this.#state, account, this.#now);
    this.#books.set(account, book);
    return book;
  }
}

/**
 * Counts an account's free requests of this minute and of this UTC day. Failed attempts count as well, so every request
 * is counted before it is sent; the service's own figures correct the count.
 */
export class Book {
  readonly #state: SharedState<Accounts>;
  readonly #account: string;
  readonly #now: () => number;
  readonly #queue = new AdmissionQueue();
  readonly #released = new WeakSet<Reservation>();

  constructor(state: SharedState<Accounts>, account: string, now: () => number) {
    this.#state = state;
    this.#account = account;
    this.#now = now;
  }

  /**
   * Waits until a request may be sent, in the order of the calls, counts it and returns it. Yields the end of each wait. A
   * caller that stops reading blocks no others. Throws like `tryReserve`, or with the signal's reason.
   */
  async *admit(minuteLimit: number, signal?: AbortSignal): AsyncGenerator<number, Reservation> {
    const ticket = this.#queue.takeTicket();
    try {
      // Queued callers get the wait event too.
      let yielded = blockedUntil(this.#entries(), minuteLimit, this.#now());
      if (yielded !== undefined) yield yielded;
      for (;;) {
        await this.#queue.turn(ticket, signal);
        const result = await this.#reserveUnlessAborted(minuteLimit, signal);
        if ("reserved" in result) return result.reserved;
        if (result.waitUntil !== yielded) {
          this.#queue.leave(ticket);
          yield (yielded = result.waitUntil);
          this.#queue.join(ticket);
        }
        const until = Math.min(result.waitUntil, this.#now() + recheckMs);
        if (!(await sleepUntil(until, this.#now, signal))) return await this.#reserve();
      }
    } finally {
      this.#queue.leave(ticket);
    }
  }

  /**
   * Counts one request if it may be sent now; otherwise returns when to try again (epoch milliseconds). Throws
   * `RouterError` (rate-limit-day) while the daily limit is reached.
   */
  async tryReserve(minuteLimit: number): Promise<{ reserved: Reservation } | { waitUntil: number }> {
    const blocked = { day: undefined as number | undefined, minute: undefined as number | undefined };
    const reserved = await this.#reserve((entries, now) => {
      blocked.day = isDayBlocked(entries, now) ? entries.latchedUntil : undefined;
      blocked.minute = blockedUntil(entries, minuteLimit, now);
      return blocked.day === undefined && blocked.minute === undefined;
    });
    if (blocked.day !== undefined) throw dailyLimitError(blocked.day);
    return blocked.minute === undefined ? { reserved } : { waitUntil: blocked.minute };
  }

  /** Removes a request from the count, because it did not reach the service. */
  async release(reservation: Reservation): Promise<void> {
    if (this.#released.has(reservation)) return;
    this.#released.add(reservation);
    const { at } = reservation;
    await this.#change((entries) => {
      const index = entries.sent.lastIndexOf(at);
      return {
        ...entries,
        used: utcDay(at) === entries.day ? Math.max(0, entries.used - 1) : entries.used,
        sent: entries.sent.filter((_, position) => position !== index),
      };
    });
  }

  /** Records that the service reported the daily limit as reached. Some responses contain the limit. */
  async blockDay(until: number | undefined, limit?: number): Promise<void> {
    const now = this.#now();
    const latchedUntil = Math.min(until ?? nextUtcMidnight(now), now + dayMs);
    await this.#change((entries) => ({ ...entries, limit: limit ?? entries.limit, latchedUntil, latchedAt: now }));
  }

  /** Records that the service reported the limit per minute as reached. Without `until`, it resets at the next full minute. */
  async blockMinute(until: number | undefined, limit?: number): Promise<void> {
    const now = this.#now();
    const nextMinute = Math.floor(now / minuteMs + 1) * minuteMs;
    const minuteBlockedUntil = Math.min(until ?? nextMinute, now + minuteMs);
    await this.#change((entries) => ({ ...entries, minuteLimit: limit ?? entries.minuteLimit, minuteBlockedUntil }));
  }

  /**
   * Applies the daily figures of `GET /key`, requested at this time: they include other machines, and can end the daily
   * block. Figures of an earlier UTC day are ignored.
   */
  async correct(daily: DailyRequests, requestedAt = this.#now()): Promise<void> {
    await this.#change((entries, now) =>
      utcDay(requestedAt) === utcDay(now) ? corrected(entries, daily, requestedAt, now) : entries,
    );
  }

  /** What the limits allow now; `undefined` for a request at once. */
  limit(perMinute: number): Limit | undefined {
    const now = this.#now();
    const entries = this.#entries();
    if (isDayBlocked(entries, now)) return "day";
    return blockedUntil(entries, perMinute, now) === undefined ? undefined : "minute";
  }

  /** The error while the daily limit is reached. */
  blockedError(): RouterError | undefined {
    const entries = this.#entries();
    return isDayBlocked(entries, this.#now()) ? dailyLimitError(entries.latchedUntil) : undefined;
  }

  /** When the active daily block began. After a minute the service's own figures may end it. */
  dayBlockedSince(): number | undefined {
    const now = this.#now();
    const entries = this.#entries();
    return isDayBlocked(entries, now) ? latchTime(entries, now) : undefined;
  }

  quota(perMinute: number): Quota {
    const now = this.#now();
    const entries = this.#entries();
    const { used, limit, latchedUntil, sent } = entries;
    const exhausted = isDayBlocked(entries, now);
    const minuteLimit = stricterLimit(perMinute, entries.minuteLimit);
    const waitUntil = blockedUntil(entries, perMinute, now);
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

  /** Like `tryReserve`, but rejects at once after an abort. A request that is counted later is given back. */
  async #reserveUnlessAborted(minuteLimit: number, signal: AbortSignal | undefined) {
    const reserving = this.tryReserve(minuteLimit);
    try {
      return await unlessAborted(reserving, signal);
    } catch (error) {
      void reserving.then(
        (result) => ("reserved" in result ? this.release(result.reserved) : undefined),
        () => undefined,
      );
      throw error;
    }
  }

  /** Counts a request if it is allowed. */
  async #reserve(isAllowed: (entries: Entries, now: number) => boolean = () => true): Promise<Reservation> {
    let decision: { isAllowed: boolean; at: number } | undefined;
    let isSent = false;
    await this.#change((entries, now) => {
      // The storage may serve other windows first. But once the request is sent, a repeated change must count the same.
      if (!decision || !isSent) decision = { isAllowed: isAllowed(entries, now), at: now };
      return decision.isAllowed ? withRequest(entries, decision.at) : entries;
    });
    isSent = true;
    return { at: decision?.at ?? this.#now() };
  }

  async #change(apply: (entries: Entries, now: number) => Entries): Promise<void> {
    await this.#state.change((stored) => {
      const now = this.#now();
      const entries = apply(currentEntries(stored.accounts[this.#account], now), now);
      return withEntries(stored, this.#account, entries, now);
    });
  }

  /** The entries in memory. */
  #entries(): Entries {
    return currentEntries(this.#state.value.accounts[this.#account], this.#now());
  }
}

function dailyLimitError(until: number | undefined): RouterError {
  return new RouterError("rate-limit-day", "Today's free requests are used up.", {
    retryAt: until,
    link: servicePages.credits,
  });
}
