import { dayMs, isDayBlocked, minuteMs, type Entries, type Reservation } from "./ledgerEntries";
import { utcDay } from "./pool";
import { nextUtcMidnight } from "./resetTime";
import type { ReportedLimits } from "./services/limitHeaders";
import type { ServiceLimits } from "./services/service";

/** Allows for rounding when a bucket has refilled to one whole request. */
const tolerance = 1e-6;

/** Until when nothing more may be sent today: the service said so, or its documented number is used up. `undefined` if not blocked. */
export function dayBlockedUntil(entries: Entries, limits: ServiceLimits | undefined, now: number): number | undefined {
  if (isDayBlocked(entries, now)) return entries.latchedUntil;
  const limit = dayLimit(entries, limits);
  if (!limits || limit === undefined) return undefined;
  if (!limits.refills) return entries.used >= limit ? nextUtcMidnight(now) : undefined;
  const missing = 1 - requestsLeft(entries, limit, now);
  return missing <= tolerance ? undefined : now + Math.ceil((missing * dayMs) / limit);
}

/** The requests that are left today, also parts of one; `undefined` if the limit is not known. */
export function requestsLeftToday(
  entries: Entries,
  limits: ServiceLimits | undefined,
  now: number,
): number | undefined {
  const limit = limits ? dayLimit(entries, limits) : entries.limit;
  if (limit === undefined) return undefined;
  return limits?.refills ? requestsLeft(entries, limit, now) : limit - entries.used;
}

/** Until when no more requests are left today than these; `undefined` if there are more, or their number is not known. */
export function reservedUntil(
  entries: Entries,
  limits: ServiceLimits | undefined,
  reserve: number,
  now: number,
): number | undefined {
  const left = requestsLeftToday(entries, limits, now);
  if (left === undefined) return undefined;
  const missing = Math.floor(reserve) + 1 - left;
  if (missing <= tolerance) return undefined;
  const limit = limits?.refills && dayLimit(entries, limits);
  return limit ? now + Math.min(Math.ceil((missing * dayMs) / limit), dayMs) : nextUtcMidnight(now);
}

/** The requests that are left today of a limit that refills evenly. */
export function requestsLeft({ requestsLeft: known }: Entries, limit: number, now: number): number {
  if (!known) return limit;
  return Math.min(limit, known.left + (Math.max(0, now - known.at) * limit) / dayMs);
}

/** The requests per day: as the service reported, else as documented. OpenRouter's limit only counts once it refuses. */
export function dayLimit(entries: Entries, limits: ServiceLimits | undefined): number | undefined {
  return limits && (entries.limit ?? limits.requestsPerDay);
}

/** The tokens per minute: as the service reported, else as documented. */
export function tokenLimit(entries: Entries, limits: ServiceLimits | undefined): number | undefined {
  return entries.tokenLimit ?? limits?.tokensPerMinute;
}

/** The tokens that are left at this time, of those that are left now. */
export function tokensLeft({ pending = [], tokensLeft: known }: Entries, limit: number, time: number): number {
  const left = known && time < known.until && known.until - time <= minuteMs ? Math.min(known.left, limit) : limit;
  return pending.reduce((rest, { at, tokens }) => (time - at < minuteMs ? rest - tokens : rest), left);
}

/** When there are tokens for the request, epoch milliseconds; `undefined` for now, `Infinity` for never. */
export function tokensFreeAt(
  entries: Entries,
  limits: ServiceLimits | undefined,
  tokens: number,
  now: number,
): number | undefined {
  const limit = tokenLimit(entries, limits);
  if (limit === undefined || tokensLeft(entries, limit, now) >= tokens) return undefined;
  if (tokens > limit) return Infinity;
  const { pending = [], tokensLeft: known } = entries;
  const times = [...(known ? [known.until] : []), ...pending.map(({ at }) => at + minuteMs)].filter((at) => at > now);
  return times.sort((one, other) => one - other).find((time) => tokensLeft(entries, limit, time) >= tokens);
}

/** Adds what a request can cost. It counts until its answer tells what is left, or for a minute. */
export function withCost(
  entries: Entries,
  limits: ServiceLimits | undefined,
  { at, tokens = 0 }: Reservation,
): Entries {
  if (!limits) return entries;
  const limit = limits.refills && dayLimit(entries, limits);
  return {
    ...entries,
    pending: [...(entries.pending ?? []), { at, tokens }],
    ...(limit !== undefined && {
      requestsLeft: { left: requestsLeft(entries, limit, at) - 1, at, sentAt: entries.requestsLeft?.sentAt ?? 0 },
    }),
  };
}

/** Takes back what a request would have cost, because it did not reach the service. */
export function withoutCost(entries: Entries, limits: ServiceLimits | undefined, reservation: Reservation): Entries {
  if (!limits) return entries;
  const { requestsLeft: known } = entries;
  return {
    ...withoutPending(entries, reservation),
    ...(known && { requestsLeft: { ...known, left: known.left + 1 } }),
  };
}

/**
 * Applies what the answer of a request reports. Requests on their way may not be part of it, so they are subtracted; figures of an earlier
 * request than the last known ones can only lower them.
 */
export function withReported(
  entries: Entries,
  reported: ReportedLimits,
  reservation: Reservation,
  now: number,
): Entries {
  const { requestsPerDay: day, requestsPerMinute: minute, tokensPerMinute: tokens } = reported;
  const known = withoutPending(entries, reservation);
  const { at: sentAt } = reservation;
  const onTheirWay = known.pending?.length ?? 0;
  const limit = day?.limit ?? known.limit;
  const isOld = (last: { sentAt: number } | undefined): boolean => last !== undefined && sentAt <= last.sentAt;
  const left = (day?.remaining ?? 0) - onTheirWay;
  const before = isOld(known.requestsLeft) && limit !== undefined ? requestsLeft(known, limit, now) : Infinity;
  const isKnown = known.tokensLeft !== undefined && known.tokensLeft.until > now && isOld(known.tokensLeft);
  return {
    ...known,
    ...(day?.limit !== undefined && { limit }),
    ...(day?.remaining !== undefined && { requestsLeft: { left: Math.min(left, before), at: now, sentAt } }),
    ...(minute?.limit !== undefined && { minuteLimit: minute.limit }),
    ...(minute?.remaining === 0 && { minuteBlockedUntil: now + Math.min(minute.resetsInMs ?? minuteMs, minuteMs) }),
    ...(tokens?.limit !== undefined && { tokenLimit: tokens.limit }),
    ...(tokens?.remaining !== undefined && {
      tokensLeft: {
        left: Math.min(tokens.remaining, isKnown ? (known.tokensLeft?.left ?? Infinity) : Infinity),
        until: Math.max(
          now + Math.min(tokens.resetsInMs ?? minuteMs, minuteMs),
          isKnown ? (known.tokensLeft?.until ?? 0) : 0,
        ),
        sentAt,
      },
    }),
  };
}

function withoutPending(entries: Entries, { at, tokens = 0 }: Reservation): Entries {
  if (!entries.pending) return entries;
  const index = entries.pending.findIndex((each) => each.at === at && each.tokens === tokens);
  return { ...entries, pending: entries.pending.filter((_, position) => position !== index) };
}

/** Whether the limits of a minute allow anything, because the book was not changed for longer: so are most of hundreds of books. */
export function isIdle(stored: Entries | undefined, now: number): boolean {
  return stored === undefined || (stored.usedAt !== undefined && now - stored.usedAt > minuteMs);
}

/** What the limits of an idle book allow, without bringing its entries up to date. */
export function idleLimit(
  stored: Entries | undefined,
  limits: ServiceLimits,
  tokens: number,
  now: number,
): "day" | undefined {
  if (tokens > (stored?.tokenLimit ?? limits.tokensPerMinute ?? Infinity)) return "day";
  if (stored === undefined) return undefined;
  const isOfToday = limits.refills ?? stored.day === utcDay(now);
  if (!isOfToday && !isDayBlocked(stored, now)) return undefined;
  return dayBlockedUntil(stored, limits, now) === undefined ? undefined : "day";
}
