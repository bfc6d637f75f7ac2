import { parseDuration } from "../duration";

/** The windows whose state a service reports in the headers of its answers. */
export type LimitWindow = "requestsPerMinute" | "requestsPerDay" | "tokensPerMinute";

/**
 * How a service names the windows in its headers: `x-ratelimit-limit-requests`, `x-ratelimit-remaining-requests` and
 * `x-ratelimit-reset-requests` are per day at Groq; Mistral has `x-ratelimit-remaining-req-minute`.
 */
export type LimitHeaderNames = Readonly<Partial<Record<LimitWindow, string>>>;

/** What is left in a window after the request that was answered. */
export interface ReportedWindow {
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  /** How long until all of it is back, milliseconds. */
  readonly resetsInMs: number | undefined;
}

export type ReportedLimits = Readonly<Partial<Record<LimitWindow, ReportedWindow>>>;

/** The windows that the headers report; empty for headers without any. */
export function readLimitHeaders(headers: Headers, names: LimitHeaderNames): ReportedLimits {
  const windows = Object.entries(names).map(([window, name]) => {
    const [limit, remaining] = [count(headers, `limit-${name}`), count(headers, `remaining-${name}`)];
    const reset = headers.get(`x-ratelimit-reset-${name}`);
    const resetsInMs = reset === null ? undefined : parseDuration(reset);
    return [window, limit === undefined && remaining === undefined ? undefined : { limit, remaining, resetsInMs }];
  });
  return Object.fromEntries(windows.filter(([, window]) => window !== undefined)) as ReportedLimits;
}

function count(headers: Headers, name: string): number | undefined {
  const text = headers.get(`x-ratelimit-${name}`);
  const number = text === null || text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
