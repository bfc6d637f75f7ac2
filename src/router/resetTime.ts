/** The limit for `Retry-After`: after five minutes a model is worth another try, whatever the service asks for. */
const maxRetryAfterMs = 5 * 60_000;
/** The service's longest limit is per day. */
const maxResetMs = 24 * 60 * 60_000;

/**
 * Parses `X-RateLimit-Reset` to epoch milliseconds; `undefined` if missing or invalid. The magnitude determines the unit:
 * OpenRouter sends epoch milliseconds, other servers send epoch seconds or seconds from now.
 */
export function resetTime(value: string | undefined, now: number): number | undefined {
  const number = value === undefined || value.trim() === "" ? NaN : Number(value);
  if (!Number.isFinite(number) || number <= 0) return undefined;
  const time = number > 1e12 ? number : number > 1e9 ? number * 1_000 : now + number * 1_000;
  return time > now && time - now <= maxResetMs ? time : undefined;
}

/** Parses `Retry-After` (seconds or an HTTP date, from the headers or else from the body) to epoch milliseconds. */
export function retryAfterTime(headers: Headers, now: number, inBody?: unknown): number | undefined {
  const value = headers.get("retry-after") ?? inBody;
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const seconds = Number(value);
  const time = Number.isFinite(seconds) ? now + seconds * 1_000 : Date.parse(String(value));
  if (!(time > now)) return undefined;
  return Math.min(time, now + maxRetryAfterMs);
}

/** The start of the next UTC day in epoch milliseconds: when the daily quota resets. */
export function nextUtcMidnight(now: number): number {
  return new Date(now).setUTCHours(24, 0, 0, 0);
}
