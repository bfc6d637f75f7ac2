import { isRecord } from "../../json";
import { servicePages } from "../../pages";
import type { Classification } from "../classification";
import { cappedRest, isUtcMidnight, nextUtcMidnight, resetTime, retryAfterTime } from "../../resetTime";
import type { ServiceError } from "./serviceError";
import type { Refusal } from "../service";

/** A value of the headers by its lower-case name; `metadata.headers` of the body takes precedence. */
type HeaderValues = ReadonlyMap<string, string>;

/** A limit per minute resets within a minute; the rest allows for clocks that differ. */
const maxMinuteResetMs = 90_000;

/**
 * Determines whose limit was reached. The order of the checks follows recorded responses: the limit's name, the message,
 * signs of a host, then the headers. The host's own text (`raw`) is not searched: it says "quota" and "per day" about the
 * host's shared limit. A daily limit needs proof: a wrong one locks the user out for hours, a missed one costs a request.
 */
export function classifyRateLimit(fields: ServiceError, refusal: Refusal): Classification {
  const { message, limitSource } = fields;
  const headers = readHeaders(fields, refusal);
  const trio = readTrio(headers, refusal.now);
  const restUntil =
    retryAfterTime(refusal.headers, refusal.now, fields.retryAfter ?? headers.get("retry-after")) ??
    otherReset(headers, refusal.now);
  const isUpstream = fields.isHostError || fields.availability === "capacity_exhausted";
  switch (limitName(limitSource, message) ?? (isUpstream ? "model" : trioWindow(trio, refusal.now))) {
    case "day":
      return {
        ...{ reason: "rate-limit-day", limit: trio.limit, link: servicePages.credits },
        retryAt: trio.reset ?? nextUtcMidnight(refusal.now),
      };
    case "minute":
      return { reason: "rate-limit-minute", limit: trio.limit, retryAt: trio.reset ?? restUntil };
    case "model":
      return { reason: "rate-limit-model", retryAt: restUntil };
    case undefined:
      return { reason: "rate-limit-unknown", retryAt: restUntil };
  }
}

/** The limit that the service names. A daily limit of 2025 named a host as well, so the name takes precedence over the host. */
function limitName(limitSource: string, message: string): "day" | "minute" | "model" | undefined {
  if (/daily|per_day/.test(limitSource)) return "day";
  if (/minute/.test(limitSource)) return "minute";
  if (/upstream/.test(limitSource)) return "model";
  const window = /free-models-per-(day|min)/i.exec(message)?.[1]?.toLowerCase();
  return window === "min" ? "minute" : window === "day" ? "day" : undefined;
}

/** The service's own three headers: `X-RateLimit-Limit`, `-Remaining` and `-Reset`. */
interface Trio {
  limit: number | undefined;
  /** The limit is reached: only then the headers explain the 429. Proxies and other services send them too. */
  isReached: boolean;
  reset: number | undefined;
}

function readTrio(headers: HeaderValues, now: number): Trio {
  return {
    limit: positiveNumber(headers.get("x-ratelimit-limit")),
    isReached: headers.get("x-ratelimit-remaining")?.trim() === "0",
    reset: resetTime(headers.get("x-ratelimit-reset"), now),
  };
}

/** The window of the account's limit, from its reset; without a usable reset from the numbers that the service uses. */
function trioWindow({ limit, isReached, reset }: Trio, now: number): "day" | "minute" | undefined {
  if (!isReached || limit === undefined) return undefined;
  if (reset !== undefined) {
    if (reset - now <= maxMinuteResetMs) return "minute";
    return isUtcMidnight(reset) ? "day" : undefined;
  }
  if (limit <= 20) return "minute";
  return limit === 50 || limit === 1_000 ? "day" : undefined;
}

/**
 * The reset of another service's headers, at most five minutes ahead: OpenAI and Groq send `x-ratelimit-reset-requests`, Mistral
 * `x-ratelimit-reset-tokens-minute`, the IETF draft `RateLimit-Reset`. Whose limit and which window differs, so it is
 * never the account's day. If the headers say which limits are reached, only those count.
 */
function otherReset(headers: HeaderValues, now: number): number | undefined {
  const resets = [...headers].flatMap(([name, value]) => {
    if (name === "x-ratelimit-reset" || !/^(x-)?ratelimit.*-reset\b/.test(name)) return [];
    const time = resetTime(value, now);
    const remaining = headers.get(name.replace("-reset", "-remaining"))?.trim();
    return time === undefined ? [] : [{ time, remaining }];
  });
  const reached = resets.filter(({ remaining }) => remaining === "0");
  const unknown = resets.filter(({ remaining }) => remaining === undefined);
  const times = (reached.length > 0 ? reached : unknown).map(({ time }) => time);
  return times.length > 0 ? cappedRest(Math.max(...times), now) : undefined;
}

/** With status 200 the headers belong to a success, where other services report a limit that the next request will reach. */
function readHeaders({ metadata }: ServiceError, { headers, status }: Refusal): HeaderValues {
  const inBody = isRecord(metadata["headers"]) ? Object.entries(metadata["headers"]) : [];
  const values = inBody.flatMap(([name, value]): [string, string][] =>
    typeof value === "string" || typeof value === "number" ? [[name.toLowerCase(), String(value)]] : [],
  );
  return new Map([...(status === 200 ? [] : headers), ...values]);
}

/** Parses a limit. Other servers write "20, 20;w=60", or -1 for no limit: `undefined`. */
function positiveNumber(text: string | undefined): number | undefined {
  const number = Number(text);
  return Number.isFinite(number) && number > 0 ? number : undefined;
}
