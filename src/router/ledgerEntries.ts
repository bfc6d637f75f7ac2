import * as z from "zod/mini";
import { isRecord } from "./json";
import { utcDay } from "./pool";

/** The service's figures of a day. */
export interface DailyRequests {
  used: number;
  limit?: number;
  remaining?: number;
}

export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;
const maxAccounts = 8;
/** Of all accounts together: some services have limits for each model. */
const maxBooks = 100;
const hourMs = 60 * minuteMs;
const forgetAfterMs = 2 * dayMs;
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
  /** Requests of the last minute whose answers have not yet told what is left, and what each can cost in tokens. */
  pending: z.optional(z.array(z.object({ at: z.number(), tokens: z.number() }))),
  /** Tokens per minute, as a response reported. */
  tokenLimit: z.optional(z.number()),
  /** The tokens that are left until all of them are back, as the answer to the request of `sentAt` reported. */
  tokensLeft: z.optional(z.object({ left: z.number(), until: z.number(), sentAt: z.number() })),
  /** The requests that were left of the day at this time. The last answer that reported them was to the request of `sentAt`. */
  requestsLeft: z.optional(z.object({ left: z.number(), at: z.number(), sentAt: z.number() })),
  /** Refusals of the last hour that did not say when to retry. */
  refusedAt: z.optional(z.array(z.number())),
  /** The last change. */
  usedAt: z.optional(z.number()),
});
export type Entries = z.infer<typeof entriesSchema>;
/** What is stored: the entries by the fingerprint of the account, or by that and a model with limits of its own. */
export interface Accounts {
  readonly accounts: Readonly<Record<string, Entries>>;
}

const noEntries: Entries = { day: "", used: 0, sent: [] };

/** A counted request. Give it back with `release` if it did not reach the service. */
export interface Reservation {
  /** When the request was counted, epoch milliseconds. */
  readonly at: number;
  /** What the request can cost in tokens. */
  readonly tokens?: number;
}

/** Reads each account by itself, and the format of version 0.1.0: the entries of a single account. */
export function parseAccounts(json: unknown): Accounts {
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

/** Replaces the entries of a book, and forgets accounts that were not used for days. */
export function withEntries({ accounts }: Accounts, account: string, entries: Entries, now: number): Accounts {
  const kept = new Set([fingerprintOf(account)]);
  const others = Object.entries(accounts)
    .map(([id, each]) => [id, { ...each, usedAt: Math.min(each.usedAt ?? 0, now) }] as const)
    .filter(([id, { usedAt }]) => id !== account && now - usedAt < forgetAfterMs)
    .sort(([, one], [, other]) => other.usedAt - one.usedAt)
    .filter(([id]) => kept.has(fingerprintOf(id)) || (kept.size < maxAccounts && kept.add(fingerprintOf(id))))
    .slice(0, maxBooks - 1);
  return { accounts: { ...Object.fromEntries(others), [account]: { ...entries, usedAt: now } } };
}

/** The account of a book: the id of a model's book is `fingerprint model`. */
function fingerprintOf(book: string): string {
  return book.split(" ", 1)[0] ?? book;
}

/**
 * The entries of this day, without requests older than a minute and blocks that are over. A clock that is set back leaves
 * times in the future: they count as now.
 */
export function currentEntries(entries: Entries = noEntries, now: number): Entries {
  const { latchedUntil, latchedAt, pending, refusedAt, ...others } = entries;
  const sent = entries.sent
    .map((at) => Math.min(at, now))
    .filter((at) => now - at < minuteMs)
    .sort((one, other) => one - other);
  const current = {
    ...{ ...others, sent },
    ...(isDayBlocked(entries, now) && { latchedUntil, latchedAt }),
    ...(pending && { pending: pending.filter(({ at }) => isRecent(at, now, minuteMs)) }),
    ...(refusedAt && { refusedAt: refusedAt.filter((at) => isRecent(at, now, hourMs)) }),
  };
  const day = utcDay(now);
  if (current.day >= day) return { ...current, day };
  const usedYesterday = current.day === utcDay(now - dayMs) ? current.used : undefined;
  return { ...current, day, used: 0, usedYesterday, minuteLimit: undefined };
}

/** Adds a request that was sent at this time. */
export function withRequest(entries: Entries, at: number): Entries {
  return { ...entries, used: entries.used + (utcDay(at) === entries.day ? 1 : 0), sent: [...entries.sent, at] };
}

/**
 * Applies the service's daily figures. A positive remainder ends the block of the day, if it is newer or the limit is higher. None left
 * does not start one: accounts and models that are exempt from the limit report it too, so only a refusal does.
 */
export function corrected(entries: Entries, daily: DailyRequests, requestedAt: number, now: number): Entries {
  const limit = daily.limit ?? entries.limit;
  const isEarly = requestedAt - startOf(utcDay(requestedAt)) < staleFiguresMs;
  if (isEarly && daily.used >= (entries.usedYesterday ?? 0)) return { ...entries, limit };
  const remaining = daily.remaining ?? (limit === undefined ? undefined : limit - daily.used);
  // The service's count can be a minute old: it lacks the newest requests, and a limit that was just reached.
  const used = Math.max(daily.used, entries.used);
  const result = { ...entries, used, limit };
  const isNewer = requestedAt - latchTime(entries, now) >= minuteMs;
  // Credits were bought.
  const isRaised = (daily.limit ?? 0) > (entries.limit ?? Infinity);
  return remaining !== undefined && remaining > 0 && (isNewer || isRaised)
    ? { ...result, latchedUntil: undefined, latchedAt: undefined }
    : result;
}

/** When the daily block began; 0 if unknown, or if it lies in the future because the clock was set back. */
export function latchTime({ latchedAt = 0 }: Entries, now: number): number {
  return latchedAt > now ? 0 : latchedAt;
}

/** When the limit per minute allows the next request, epoch milliseconds; `undefined` if it does so now. */
export function blockedUntil(
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
export function stricterLimit(perMinute: number, serviceLimit: number | undefined): number {
  return Math.max(1, Math.min(perMinute, serviceLimit ?? perMinute));
}

export function isDayBlocked({ latchedUntil }: Entries, now: number): boolean {
  return isWithin(latchedUntil, now, dayMs);
}

/** Whether the time lies ahead, but at most `maxMs`: a later one was stored while the clock was ahead. */
function isWithin(time: number | undefined, now: number, maxMs: number): boolean {
  return time !== undefined && time > now && time - now <= maxMs;
}

/** Whether the time is in this period before now. One in the future was stored while the clock was ahead. */
function isRecent(at: number, now: number, maxMs: number): boolean {
  return at <= now && now - at < maxMs;
}

/** The start of a UTC day; 0 if the text is not a day. */
function startOf(day: string): number {
  return Date.parse(day) || 0;
}
