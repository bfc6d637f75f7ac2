import { AdmissionQueue } from "./admissionQueue";
import { RouterError } from "./errors";
import {
  blockedUntil,
  corrected,
  currentEntries,
  dayMs,
  isDayBlocked,
  minuteMs,
  withEntries,
  withRequest,
  type Accounts,
  type DailyRequests,
  type Entries,
  type Reservation,
} from "./ledgerEntries";
import {
  dayBlockedUntil,
  idleLimit,
  isIdle,
  requestsLeftToday,
  reservedUntil,
  tokensFreeAt,
  withCost,
  withoutCost,
  withReported,
} from "./limitWindows";
import type { ModelId } from "./model";
import { servicePages } from "./pages";
import { utcDay } from "./pool";
import { quotaOf, type Quota } from "./quota";
import { nextUtcMidnight } from "./resetTime";
import type { ReportedLimits } from "./services/limitHeaders";
import type { Service, ServiceLimits } from "./services/service";
import type { SharedState } from "./sharedState";
import { sleepUntil, unlessAborted } from "./sleep";

/** What limits allow now: nothing more today, only what is reserved for others, or nothing before the limit per minute resets. */
export type Limit = "day" | "reserved" | "minute";

/** Whether nothing may be sent today. */
export function isSpent(limit: Limit | undefined): boolean {
  return limit === "day" || limit === "reserved";
}

/** The service whose requests are counted. Without limits of its own, OpenRouter's rules count. */
export type CountedService = Partial<Pick<Service, "name" | "limits">>;

/** How often the first waiting request checks whether the wait has become shorter, or the day is blocked. */
const recheckMs = 5_000;
const hourMs = 60 * minuteMs;

/**
 * Counts the free requests of an account, or of one of its models, in this minute and this day. Failed attempts count as well, so every
 * request is counted before it is sent; the service's own figures correct the count.
 */
export class Book {
  readonly #state: SharedState<Accounts>;
  readonly #account: string;
  readonly #now: () => number;
  readonly #queue = new AdmissionQueue();
  readonly #released = new WeakSet<Reservation>();
  readonly #service: CountedService;
  readonly #models = new Map<ModelId, Book>();

  constructor(state: SharedState<Accounts>, account: string, now: () => number, service: CountedService = {}) {
    this.#state = state;
    this.#account = account;
    this.#now = now;
    this.#service = service;
  }

  get #limits(): ServiceLimits | undefined {
    return this.#service.limits;
  }

  /** The book of a model that has limits of its own. */
  forModel(model: ModelId): Book {
    const book =
      this.#models.get(model) ?? new Book(this.#state, `${this.#account} ${model}`, this.#now, this.#service);
    this.#models.set(model, book);
    return book;
  }

  /**
   * Waits until a request may be sent, in the order of the calls, counts it and returns it. Yields the end of each wait. A
   * caller that stops reading blocks no others. Throws like `tryReserve`, or with the signal's reason.
   */
  async *admit(
    minuteLimit: number,
    signal?: AbortSignal,
    tokens = 0,
    reserve?: number,
  ): AsyncGenerator<number, Reservation> {
    const ticket = this.#queue.takeTicket();
    try {
      // Queued callers get the wait event too.
      let yielded = this.#waitUntil(this.#entries(), minuteLimit, tokens, this.#now());
      if (yielded !== undefined) yield yielded;
      for (;;) {
        await this.#queue.turn(ticket, signal);
        const result = await this.#reserveUnlessAborted({ minuteLimit, tokens, reserve }, signal);
        if ("reserved" in result) return result.reserved;
        if (result.waitUntil !== yielded) {
          this.#queue.leave(ticket);
          yield (yielded = result.waitUntil);
          this.#queue.join(ticket);
        }
        const until = Math.min(result.waitUntil, this.#now() + recheckMs);
        if (!(await sleepUntil(until, this.#now, signal))) return await this.#reserve(tokens);
      }
    } finally {
      this.#queue.leave(ticket);
    }
  }

  /**
   * Counts one request if it may be sent now; otherwise returns when to try again (epoch milliseconds). Throws
   * `RouterError` (rate-limit-day) while the daily limit is reached, or (reserved) if no more than `reserve` requests are left of it.
   */
  async tryReserve(
    minuteLimit: number,
    tokens = 0,
    reserve?: number,
  ): Promise<{ reserved: Reservation } | { waitUntil: number }> {
    const blocked = { day: undefined as RouterError | undefined, minute: undefined as number | undefined };
    const reserved = await this.#reserve(tokens, (entries, now) => {
      blocked.day = this.#dayError(entries, reserve, now);
      blocked.minute = this.#waitUntil(entries, minuteLimit, tokens, now);
      return blocked.day === undefined && blocked.minute === undefined;
    });
    if (blocked.day !== undefined) throw blocked.day;
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
        ...withoutCost(entries, this.#limits, reservation),
        used: utcDay(at) === entries.day ? Math.max(0, entries.used - 1) : entries.used,
        sent: entries.sent.filter((_, position) => position !== index),
      };
    });
  }

  /** Records that the service reported the daily limit as reached. Some responses contain the limit. */
  async blockDay(until: number | undefined, limit?: number): Promise<void> {
    const now = this.#now();
    // Requests that come back evenly are worth another try without a midnight.
    const usual = this.#limits?.refills ? now + hourMs : nextUtcMidnight(now);
    const latchedUntil = Math.min(until ?? usual, now + dayMs);
    await this.#change((entries) => ({ ...entries, limit: limit ?? entries.limit, latchedUntil, latchedAt: now }));
  }

  /** Records that the service reported the limit per minute as reached. Without `until`, it resets at the next full minute. */
  async blockMinute(until: number | undefined, limit?: number): Promise<void> {
    if (this.#limits) return this.#blockFor(until, limit, this.#limits);
    const now = this.#now();
    const nextMinute = Math.floor(now / minuteMs + 1) * minuteMs;
    const minuteBlockedUntil = Math.min(until ?? nextMinute, now + minuteMs);
    await this.#change((entries) => ({ ...entries, minuteLimit: limit ?? entries.minuteLimit, minuteBlockedUntil }));
  }

  /** A service other than OpenRouter can ask for more than a minute. If it does not say how long, each refusal of an hour rests it longer. */
  async #blockFor(until: number | undefined, limit: number | undefined, limits: ServiceLimits): Promise<void> {
    const now = this.#now();
    await this.#change((entries) => {
      const refusedAt = until === undefined ? [...(entries.refusedAt ?? []), now] : entries.refusedAt;
      const rests = limits.refusalRestsMs ?? [minuteMs];
      const end = until ?? now + (rests[Math.min(refusedAt?.length ?? 1, rests.length) - 1] ?? minuteMs);
      const known = { ...entries, minuteLimit: limit ?? entries.minuteLimit, ...(refusedAt && { refusedAt }) };
      return end - now > minuteMs
        ? { ...known, latchedUntil: Math.min(end, now + dayMs), latchedAt: now }
        : { ...known, minuteBlockedUntil: end };
    });
  }

  /** Records how many tokens the service allows in a minute. */
  async limitTokens(limit: number): Promise<void> {
    await this.#change((entries) => ({ ...entries, tokenLimit: limit }));
  }

  /** Applies what the answer of a request reports of the limits. */
  async note(reported: ReportedLimits, reservation: Reservation): Promise<void> {
    const at = this.#now();
    await this.#change((entries) => withReported(entries, reported, reservation, at));
  }

  /** The tokens that one request can have: those of a minute. `undefined` if they are not limited. */
  tokenLimit(): number | undefined {
    return this.#state.value.accounts[this.#account]?.tokenLimit ?? this.#limits?.tokensPerMinute;
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

  /** What the limits allow now; `undefined` for a request at once. A request with more tokens than a minute has can never be sent. */
  limit(perMinute: number, tokens = 0, reserve?: number): Limit | undefined {
    const now = this.#now();
    const stored = this.#state.value.accounts[this.#account];
    if (this.#limits && reserve === undefined && isIdle(stored, now))
      return idleLimit(stored, this.#limits, tokens, now);
    const entries = currentEntries(stored, now);
    const tokensAt = tokensFreeAt(entries, this.#limits, tokens, now);
    if (dayBlockedUntil(entries, this.#limits, now) !== undefined || tokensAt === Infinity) return "day";
    if (reserve !== undefined && reservedUntil(entries, this.#limits, reserve, now) !== undefined) return "reserved";
    return tokensAt === undefined && blockedUntil(entries, perMinute, now) === undefined ? undefined : "minute";
  }

  /** The error while the daily limit is reached, or no more than `reserve` requests are left of it. */
  blockedError(reserve?: number): RouterError | undefined {
    return this.#dayError(this.#entries(), reserve, this.#now());
  }

  /** Whether the service has refused requests for the rest of the day. Its own figures may end that. */
  isDayBlocked(): boolean {
    return isDayBlocked(this.#entries(), this.#now());
  }

  quota(perMinute: number): Quota {
    return quotaOf(this.#entries(), this.#limits, perMinute, this.#now());
  }

  /** When the limits of the minute allow a request, epoch milliseconds; `undefined` for now. */
  #waitUntil(entries: Entries, perMinute: number, tokens: number, now: number): number | undefined {
    const last = entries.sent.at(-1);
    const { intervalMs } = this.#limits ?? {};
    const tokensAt = tokensFreeAt(entries, this.#limits, tokens, now);
    const until = Math.max(
      blockedUntil(entries, perMinute, now) ?? now,
      last !== undefined && intervalMs !== undefined ? last + intervalMs : now,
      // A request that never fits does not wait: it is not chosen.
      tokensAt === undefined || tokensAt === Infinity ? now : tokensAt,
    );
    return until > now ? until : undefined;
  }

  /** The error for a request that leaves `reserve` requests of the day to others. */
  #dayError(entries: Entries, reserve: number | undefined, now: number): RouterError | undefined {
    const whose = this.#limits ? { service: this.#service.name } : { link: servicePages.credits };
    const blockedDay = dayBlockedUntil(entries, this.#limits, now);
    if (blockedDay !== undefined)
      return new RouterError("rate-limit-day", "Today's free requests are used up.", { retryAt: blockedDay, ...whose });
    const retryAt = reserve === undefined ? undefined : reservedUntil(entries, this.#limits, reserve, now);
    if (retryAt === undefined) return undefined;
    const remaining = Math.max(0, Math.floor(requestsLeftToday(entries, this.#limits, now) ?? 0));
    const message = `The last free requests of the day are reserved for others (${remaining} left).`;
    return new RouterError("reserved", message, { retryAt, remaining, ...whose });
  }

  /** Like `tryReserve`, but rejects at once after an abort. A request that is counted later is given back. */
  async #reserveUnlessAborted(
    { minuteLimit, tokens, reserve }: { minuteLimit: number; tokens: number; reserve: number | undefined },
    signal: AbortSignal | undefined,
  ) {
    const reserving = this.tryReserve(minuteLimit, tokens, reserve);
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
  async #reserve(
    tokens: number,
    isAllowed: (entries: Entries, now: number) => boolean = () => true,
  ): Promise<Reservation> {
    const reservationAt = (at: number): Reservation => ({ at, ...(this.#limits && { tokens }) });
    let decision: { isAllowed: boolean; at: number } | undefined;
    let isSent = false;
    await this.#change((entries, now) => {
      // The storage may serve other windows first. But once the request is sent, a repeated change must count the same.
      if (!decision || !isSent) decision = { isAllowed: isAllowed(entries, now), at: now };
      if (!decision.isAllowed) return entries;
      return withCost(withRequest(entries, decision.at), this.#limits, reservationAt(decision.at));
    });
    isSent = true;
    return reservationAt(decision?.at ?? this.#now());
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
