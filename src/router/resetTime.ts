import { parseDuration } from "./duration";

/** The limit for a wait that the service or a host asks for: after five minutes a model is worth another try. */
const maxRestMs = 5 * 60_000;
/** The service's longest limit is per day. One more hour, since clocks differ. */
const maxResetMs = 25 * 60 * 60_000;

/**
 * Parses `X-RateLimit-Reset` to epoch milliseconds; `undefined` if missing, invalid, in the past or too far ahead. The
 * magnitude determines the unit: OpenRouter sends epoch milliseconds, other servers send epoch seconds, seconds from now, or
 * a duration such as `6m0s`.
 */
export function resetTime(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? "";
  const number = text === "" ? NaN : Number(text);
  const time = Number.isNaN(number) ? now + (parseDuration(text) ?? NaN) : epochMs(number, now);
  return time > now && time - now <= maxResetMs ? time : undefined;
}

function epochMs(number: number, now: number): number {
  if (number > 1e12) return number;
  return number > 1e9 ? number * 1_000 : now + number * 1_000;
}

/** Parses `Retry-After` (seconds or an HTTP date, from the headers or else from the body) to epoch milliseconds. */
export function retryAfterTime(headers: Headers, now: number, inBody?: unknown): number | undefined {
  const time = toldRetryTime(headers, now, inBody);
  return time === undefined ? undefined : cappedRest(time, now);
}

/** Like `retryAfterTime`, but up to the longest limit: of a service whose own limits these are. */
export function toldRetryTime(headers: Headers, now: number, inBody?: unknown): number | undefined {
  const value = headers.get("retry-after") ?? inBody;
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const seconds = Number(value);
  const time = Number.isFinite(seconds) ? now + seconds * 1_000 : Date.parse(String(value));
  return time > now ? Math.min(time, now + maxResetMs) : undefined;
}

/** The time, but at most five minutes from now. */
export function cappedRest(time: number, now: number): number {
  return Math.min(time, now + maxRestMs);
}

/** The start of the next UTC day in epoch milliseconds: when the daily quota resets. */
export function nextUtcMidnight(now: number): number {
  return new Date(now).setUTCHours(24, 0, 0, 0);
}

/** Whether the time is the start of a UTC day. */
export function isUtcMidnight(time: number): boolean {
  return time % 86_400_000 === 0;
}
