/** However long a service asks us to wait for one model, after five minutes it is worth another look. */
const longestRetryAfterMs = 5 * 60_000;
/** The service's longest window is a day. */
const longestResetMs = 24 * 60 * 60_000;

/**
 * The instant of an `X-RateLimit-Reset`, epoch milliseconds; `undefined` for none or nonsense. The unit goes by
 * magnitude: the service sends milliseconds, others seconds since 1970, others seconds from now.
 */
export function resetTime(value: string | undefined, now: number): number | undefined {
  const number = value === undefined || value.trim() === "" ? NaN : Number(value);
  if (!Number.isFinite(number) || number <= 0) return undefined;
  const instant = number > 1e12 ? number : number > 1e9 ? number * 1_000 : now + number * 1_000;
  return instant > now && instant - now <= longestResetMs ? instant : undefined;
}

/** The instant that `Retry-After` (seconds or an HTTP date, in the headers or `inBody`) asks to wait for. */
export function retryAfterTime(headers: Headers, now: number, inBody?: unknown): number | undefined {
  const value = headers.get("retry-after") ?? inBody;
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const seconds = Number(value);
  const instant = Number.isFinite(seconds) ? now + seconds * 1_000 : Date.parse(String(value));
  if (!(instant > now)) return undefined;
  return Math.min(instant, now + longestRetryAfterMs);
}

/** The start of the next UTC day, epoch milliseconds: when the daily quota begins anew. */
export function nextUtcMidnight(now: number): number {
  return new Date(now).setUTCHours(24, 0, 0, 0);
}
