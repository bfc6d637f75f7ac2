import { blockedUntil, dayMs, minuteMs, stricterLimit, type Entries } from "./ledgerEntries";
import { dayBlockedUntil, dayLimit, requestsLeftToday, tokenLimit, tokensFreeAt, tokensLeft } from "./limitWindows";
import type { ModelId } from "./model";
import { nextUtcMidnight } from "./resetTime";
import type { ServiceLimits } from "./services/service";

/** The free requests of an account, or of one model with limits of its own. Times are epoch milliseconds. */
export interface Quota {
  /** Requests of this UTC day: the service's count if it reported one, else the requests of this computer. */
  used: number;
  /** OpenRouter: 50 or 1000. `undefined` until the service reports it, if it is not documented. */
  limit: number | undefined;
  remaining: number | undefined;
  /** The next 00:00 UTC, the time that the service reported, or when all requests are back that return evenly. */
  resetsAt: number;
  /** Whether the service refuses free requests until `resetsAt`. */
  exhausted: boolean;
  minute: { used: number; limit: number; resetsAt: number };
  /** The tokens of this minute, if they are limited. */
  tokens?: { limit: number; remaining: number; resetsAt: number };
  /** The model whose figures these are, if each has its own: the one with the least left. */
  model?: ModelId;
}

/** What the entries of a book leave to be sent. */
export function quotaOf(entries: Entries, limits: ServiceLimits | undefined, perMinute: number, now: number): Quota {
  const { used, sent } = entries;
  const limit = limits ? dayLimit(entries, limits) : entries.limit;
  const blockedDay = dayBlockedUntil(entries, limits, now);
  const left = requestsLeftToday(entries, limits, now);
  const fullAt = limits?.refills && limit && left !== undefined ? now + ((limit - left) * dayMs) / limit : undefined;
  const minuteLimit = stricterLimit(perMinute, entries.minuteLimit);
  const waitUntil = blockedUntil(entries, perMinute, now);
  const tokens = tokenLimit(entries, limits);
  return {
    used,
    limit,
    remaining: blockedDay !== undefined ? 0 : left && Math.max(0, Math.floor(left)),
    resetsAt: blockedDay ?? Math.round(fullAt ?? nextUtcMidnight(now)),
    exhausted: blockedDay !== undefined,
    minute: {
      used: waitUntil === undefined ? sent.length : minuteLimit,
      limit: minuteLimit,
      resetsAt: waitUntil ?? (sent[0] ?? now) + minuteMs,
    },
    ...(tokens !== undefined && {
      tokens: {
        limit: tokens,
        remaining: Math.max(0, tokensLeft(entries, tokens, now)),
        resetsAt: tokensFreeAt(entries, limits, tokens, now) ?? now,
      },
    }),
  };
}
