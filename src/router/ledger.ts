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

/** How much of the account's free requests is left. Times are epoch milliseconds. */
export interface Quota {
  /** Requests of this UTC day: the service's count where it told one, else what this machine sent. */
  used: number;
  /** `undefined` until the service has told it (50 or 1000). */
  limit: number | undefined;
  remaining: number | undefined;
  /** The next 00:00 UTC, or what the service said. */
  resetsAt: number;
  /** True while the service refuses free requests until `resetsAt`. */
  exhausted: boolean;
  minute: { used: number; limit: number; resetsAt: number };
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const entries = z.object({
  /** A fingerprint of the key: another key may be another account, whose quota is its own. */
  account: z.string(),
  day: z.string(),
  used: z.number(),
  limit: z.optional(z.number()),
  /** Until then the service refuses every free request of the account. */
  latchedUntil: z.optional(z.number()),
  latchedAt: z.optional(z.number()),
  /** Until then the account's minute is used up, by the service's word. */
  minuteBlockedUntil: z.optional(z.number()),
  /** Requests a minute, where a refusal told. */
  minuteLimit: z.optional(z.number()),

  /** When the requests of the last minute went out. */
  sent: z.array(z.number()),
});
type Entries = z.infer<typeof entries>;

const empty: Entries = { account: "", day: "", used: 0, sent: [] };

/**
 * The account's free requests: of this minute, of this UTC day. Failed attempts count like answered ones, so every request
 * is entered before it is sent; the service's own figures correct the count. Shared by windows through the storage.
 */
export class Ledger {
  private readonly state: SharedState<Entries>;
  private account = "";
  private accountKey = "";
  /** Resolves when everybody who asked before has gone. */
  private queue: Promise<void> = Promise.resolve();

  constructor(
    storage: RouterStorage,
    private readonly now: () => number,
    log: Log,
  ) {
    this.state = new SharedState<Entries>(storage, "ledger", (json) => entries.safeParse(json).data ?? empty, log);
  }

  /** Looks at the books of the account that this key belongs to. */
  async open(key: string): Promise<void> {
    if (key !== this.accountKey) {
      this.accountKey = key;
      this.account = createHash("sha256").update(key).digest("hex").slice(0, 8);
    }
    await this.state.sync();
  }

  /**
   * Enters one request and returns when it may go, in the order of asking; yields until when it has to wait. Throws like
   * `enter`, or with the signal's reason.
   */
  async *admit(minuteLimit: number, signal?: AbortSignal): AsyncGenerator<number, void> {
    const before = this.queue;
    let leave = (): void => undefined;
    this.queue = new Promise((resolve) => (leave = resolve));
    try {
      // Whoever waits behind another wants to be told as well.
      let told = this.waitUntil(minuteLimit);
      if (told !== undefined) yield told;
      await unlessAborted(before, signal);
      const enter = () => unlessAborted(this.tryReserve(minuteLimit), signal);
      for (let wait = await enter(); wait; wait = await enter()) {
        if (wait.waitUntil !== told) yield (told = wait.waitUntil);
        if (!(await sleepUntil(wait.waitUntil, this.now, signal))) return;
      }
    } finally {
      void before.then(leave);
    }
  }

  /** The request never reached the service. */
  async release(): Promise<void> {
    await this.state.change((before) => ({
      ...before,
      used: Math.max(0, before.used - 1),
      sent: before.sent.slice(0, -1),
    }));
  }

  /**
   * Enters one request, if it may go now; otherwise says until when it must wait (epoch milliseconds). Throws `RouterError`
   * (rate-limit-day) while the day is used up.
   */
  async tryReserve(minuteLimit: number): Promise<{ waitUntil: number } | undefined> {
    let waitUntil: number | undefined;
    await this.state.change((before) => {
      const now = this.now(); // the storage may have let others go first
      const current = this.current(before, now);
      waitUntil = refusedUntil(current, minuteLimit, now);
      if (waitUntil !== undefined || isLatched(current, now)) return current;
      return { ...current, used: current.used + 1, sent: [...current.sent, now] };
    });
    const { latchedUntil } = this.state.value;
    if (isLatched(this.state.value, this.now())) throw dayUsedUp(latchedUntil);
    return waitUntil === undefined ? undefined : { waitUntil };
  }

  /** Until when a request would have to wait, as far as is known here. */
  private waitUntil(minuteLimit: number): number | undefined {
    const now = this.now();
    return refusedUntil(this.current(this.state.value, now), minuteLimit, now);
  }

  /** The service said that the day is used up, and at times how many requests it had. */
  async blockDay(until: number | undefined, limit?: number): Promise<void> {
    const now = this.now();
    const latchedUntil = Math.min(until ?? nextUtcMidnight(now), now + dayMs);
    await this.state.change((before) => {
      const current = this.current(before, now);
      return { ...current, limit: limit ?? current.limit, latchedUntil, latchedAt: now };
    });
  }

  /** The service said that the minute is used up; where it did not say until when, it is until the next full minute. */
  async blockMinute(until: number | undefined, limit?: number): Promise<void> {
    const now = this.now();
    const boundary = Math.floor(now / minuteMs + 1) * minuteMs;
    const minuteBlockedUntil = Math.min(until ?? boundary, now + minuteMs);
    await this.state.change((before) => {
      const current = this.current(before, now);
      return { ...current, minuteLimit: limit ?? current.minuteLimit, minuteBlockedUntil };
    });
  }

  /** Takes over what `GET /key` says of today: its count knows of other machines, and begins or ends the daily latch. */
  async correct(daily: { used: number; limit?: number; remaining?: number }): Promise<void> {
    const now = this.now();
    await this.state.change((before) => {
      const current = this.current(before, now);
      const limit = daily.limit ?? current.limit;
      const remaining = daily.remaining ?? (limit === undefined ? undefined : limit - daily.used);
      // The service's count is up to a minute old: what went out meanwhile is not in it, nor is a limit just reached.
      const used = Math.max(daily.used, current.sent.length > 0 ? current.used : 0);
      const fresh = { ...current, used, limit };
      if (remaining === undefined || now - (current.latchedAt ?? 0) < minuteMs) return fresh;
      if (remaining > 0) return { ...fresh, latchedUntil: undefined, latchedAt: undefined };
      return { ...fresh, latchedUntil: nextUtcMidnight(now), latchedAt: current.latchedAt ?? now };
    });
  }

  /** When the daily latch was set, if it holds: after a minute the service's own figures may have ended it. */
  dayBlockedSince(): number | undefined {
    const now = this.now();
    const current = this.current(this.state.value, now);
    return isLatched(current, now) ? (current.latchedAt ?? 0) : undefined;
  }

  quota(perMinute: number): Quota {
    const now = this.now();
    const current = this.current(this.state.value, now);
    const { used, limit, latchedUntil, sent } = current;
    const exhausted = isLatched(current, now);
    const minuteLimit = lesser(perMinute, current.minuteLimit);
    const waitUntil = refusedUntil(current, perMinute, now);
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

  /** The entries of this account and day; what is over is struck out. */
  private current(before: Entries, now: number): Entries {
    const own = before.account === this.account ? before : { ...empty, account: this.account };
    const day = utcDay(now);
    // Another window's entry may be a moment younger than this look at the clock; a clock set back leaves nonsense.
    const sent = own.sent.filter((at) => Math.abs(now - at) < minuteMs);
    if (own.day === day) return { ...own, sent };
    return { ...own, sent, day, used: 0, minuteLimit: undefined };
  }
}

/** Until when a request must wait for its minute, epoch milliseconds; `undefined` where it may go. */
function refusedUntil(
  { minuteBlockedUntil, minuteLimit, sent }: Entries,
  perMinute: number,
  now: number,
): number | undefined {
  if (isAhead(minuteBlockedUntil, now, minuteMs)) return minuteBlockedUntil;
  const most = lesser(perMinute, minuteLimit);
  const oldest = sent.at(-most);
  return sent.length >= most && oldest !== undefined ? oldest + minuteMs : undefined;
}

/** The user's limit, or the service's where it is stricter. */
function lesser(perMinute: number, told: number | undefined): number {
  return Math.max(1, Math.min(perMinute, told ?? perMinute));
}

function isLatched({ latchedUntil }: Entries, now: number): boolean {
  return isAhead(latchedUntil, now, dayMs);
}

/** Whether the instant is to come, and no further away than it can be: else the clock ran ahead when it was noted. */
function isAhead(instant: number | undefined, now: number, atMostMs: number): boolean {
  return instant !== undefined && instant > now && instant - now <= atMostMs;
}

function dayUsedUp(until: number | undefined): RouterError {
  return new RouterError("rate-limit-day", "Today's free requests are used up.", {
    retryAt: until,
    link: servicePages.credits,
  });
}
