import * as z from "zod/mini";
import { AdmissionQueue } from "./admissionQueue";
import { RouterError } from "./errors";
import { isRecord } from "./json";
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

/** A counted request. Give it back with `release` if it did not reach the service. */
export interface Reservation {
  /** When the request was counted, epoch milliseconds. */
  readonly at: number;
}

/** The service's figures of a day. */
export interface DailyRequests {
  used: number;
  limit?: number;
  remaining?: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const maxAccounts = 8;
const forgetAfterMs = 2 * dayMs;
/** How often the first waiting request checks whether the wait has become shorter, or the day is blocked. */
const recheckMs = 5_000;
/** In the first minutes of a day the service may still report the figures of the day before, because it caches them. */
const staleFiguresMs = 2 * minuteMs;

const entriesSchema = z.object({
  day: z.string(),
  used: z.number(),
  /** The count of the day before. */
  usedYesterday: z.optional(z.number()),
  limit: z.optional(z.number()),
  /** The service refuses every free request of the account until then. */
  latchedUntil: z.optional(z.number()),
  latchedAt: z.optional(z.number()),
  /** The service refuses further requests of this minute until then. */
  minuteBlockedUntil: z.optional(z.number()),
  /** Requests per minute, if a refusal reported the limit. */
  minuteLimit: z.optional(z.number()),
  /** When the requests of the last minute were sent, oldest first. */
  sent: z.array(z.number()),
  /** The last change. */
  usedAt: z.optional(z.number()),
});
type Entries = z.infer<typeof entriesSchema>;
/** What is stored: the entries by the fingerprint of the account. */
interface Accounts {
  readonly accounts: Readonly<Record<string, Entries>>;
}

const noEntries: Entries = { day: "", used: 0, sent: [] };

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
   * Applies the daily figures of `GET /key`, requested at this time: they include other machines, and can set or end the
   * daily block. Figures of an earlier UTC day are ignored.
   */
  async correct(daily: DailyRequests, requestedAt = this.#now()): Promise<void> {
    await this.#change((entries, now) =>
      utcDay(requestedAt) === utcDay(now) ? corrected(entries, daily, requestedAt, now) : entries,
    );
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

/** Reads each account by itself, and the format of version 0.1.0: the entries of a single account. */
function parseAccounts(json: unknown): Accounts {
  if (!isRecord(json)) return { accounts: {} };
  const { accounts, account } = json;
  const rows = isRecord(accounts) ? accounts : typeof account === "string" ? { [account]: json } : {};
  const parsed = Object.entries(rows).flatMap(([id, row]) => {
    const entries = entriesSchema.safeParse(row).data;
    if (!entries) return [];
    return [[id, { ...entries, usedAt: entries.usedAt ?? entries.sent.at(-1) ?? startOf(entries.day) }] as const];
  });
  return { accounts: Object.fromEntries(parsed) };
}

/** Replaces the account's entries, and forgets accounts that were not used for days. */
function withEntries({ accounts }: Accounts, account: string, entries: Entries, now: number): Accounts {
  const others = Object.entries(accounts)
    .map(([id, each]) => [id, { ...each, usedAt: Math.min(each.usedAt ?? 0, now) }] as const)
    .filter(([id, { usedAt }]) => id !== account && now - usedAt < forgetAfterMs)
    .sort(([, one], [, other]) => other.usedAt - one.usedAt)
    .slice(0, maxAccounts - 1);
  return { accounts: { ...Object.fromEntries(others), [account]: { ...entries, usedAt: now } } };
}

/**
 * The entries of this day, without requests older than a minute and blocks that are over. A clock that is set back leaves
 * times in the future: they count as now.
 */
function currentEntries(entries: Entries = noEntries, now: number): Entries {
  const { latchedUntil, latchedAt, ...others } = entries;
  const sent = entries.sent
    .map((at) => Math.min(at, now))
    .filter((at) => now - at < minuteMs)
    .sort((one, other) => one - other);
  const current = { ...others, sent, ...(isDayBlocked(entries, now) && { latchedUntil, latchedAt }) };
  const day = utcDay(now);
  if (current.day >= day) return { ...current, day };
  const usedYesterday = current.day === utcDay(now - dayMs) ? current.used : undefined;
  return { ...current, day, used: 0, usedYesterday, minuteLimit: undefined };
}

/** Adds a request that was sent at this time. */
function withRequest(entries: Entries, at: number): Entries {
  return { ...entries, used: entries.used + (utcDay(at) === entries.day ? 1 : 0), sent: [...entries.sent, at] };
}

function corrected(entries: Entries, daily: DailyRequests, requestedAt: number, now: number): Entries {
  const limit = daily.limit ?? entries.limit;
  const isEarly = requestedAt - startOf(utcDay(requestedAt)) < staleFiguresMs;
  if (isEarly && daily.used >= (entries.usedYesterday ?? 0)) return { ...entries, limit };
  const remaining = daily.remaining ?? (limit === undefined ? undefined : limit - daily.used);
  // The service's count can be a minute old: it lacks the newest requests, and a limit that was just reached.
  const used = Math.max(daily.used, entries.sent.length > 0 ? entries.used : 0);
  const result = { ...entries, used, limit };
  if (remaining === undefined || requestedAt - latchTime(entries, now) < minuteMs) return result;
  if (remaining > 0) return { ...result, latchedUntil: undefined, latchedAt: undefined };
  return { ...result, latchedUntil: nextUtcMidnight(now), latchedAt: entries.latchedAt ?? now };
}

/** When the daily block began; 0 if unknown, or if it lies in the future because the clock was set back. */
function latchTime({ latchedAt = 0 }: Entries, now: number): number {
  return latchedAt > now ? 0 : latchedAt;
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

/** The start of a UTC day; 0 if the text is not a day. */
function startOf(day: string): number {
  return Date.parse(day) || 0;
}

function dailyLimitError(until: number | undefined): RouterError {
  return new RouterError("rate-limit-day", "Today's free requests are used up.", {
    retryAt: until,
    link: servicePages.credits,
  });
}
