import type { RouterError } from "./errors";
import type { Book, Limit } from "./book";
import type { Quota } from "./quota";
import type { Reservation } from "./ledgerEntries";
import { readLimitHeaders, type LimitHeaderNames } from "./services/limitHeaders";

/** A wait before a request may be sent, until about this time (epoch milliseconds). */
export interface AdmissionWait {
  readonly until: number;
  readonly reason: "minute-limit" | "queue" | "loading";
}

/** Decides when a request to a model may be sent, and counts it. `tokens`: what the request can cost, prompt and answer together. */
export interface Admission {
  /** Waits until a request may be sent and counts it. A caller that stops reading blocks no others. Throws `RouterError`, or the signal's reason. */
  admit(signal?: AbortSignal, tokens?: number): AsyncGenerator<AdmissionWait, Reservation>;
  /** Counts a request if it may be sent now; otherwise returns when to try again. Throws `RouterError` if nothing may be sent today. */
  tryReserve(tokens?: number): Promise<{ reserved: Reservation } | { waitUntil: number }>;
  /** The request did not reach the service. */
  release(reservation: Reservation): Promise<void>;
  /** The service reported that the day's limit is reached. */
  blockDay(until: number | undefined, limit: number | undefined): Promise<void>;
  /** The service reported that the limit per minute is reached, or that it is loading a model: others are asked first for a while. */
  blockMinute(until: number | undefined, limit: number | undefined): Promise<void>;
  /** The service reported how many tokens it allows in a minute. */
  limitTokens?(limit: number): Promise<void>;
  limit(tokens?: number): Limit | undefined;
  /** The error for the day's limit, if it is reached, or if the rest of it is reserved for others. */
  blockedError(): RouterError | undefined;
  quota(): Quota;
  /** Reads the service's own figures from the headers of a response. */
  noteHeaders?(headers: Headers, reservation: Reservation): void;
  /** The attempt has ended, whatever its outcome. */
  end?(reservation: Reservation): void;
}

export interface BookAdmissionOptions {
  readonly requestsPerMinute: number;
  /** How many requests of the day are left to others. */
  readonly reserve?: number | undefined;
  readonly headerNames?: LimitHeaderNames | undefined;
}

/** The admission by a book. */
export function bookAdmission(
  book: Book,
  { requestsPerMinute, reserve, headerNames = {} }: BookAdmissionOptions,
): Admission {
  return {
    async *admit(signal, tokens) {
      const waits = book.admit(requestsPerMinute, signal, tokens, reserve);
      let wait = await waits.next();
      try {
        for (; !wait.done; wait = await waits.next()) yield { until: wait.value, reason: "minute-limit" };
        return wait.value;
      } finally {
        if (!wait.done) await waits.return({ at: 0 });
      }
    },
    tryReserve: (tokens) => book.tryReserve(requestsPerMinute, tokens, reserve),
    release: (reservation) => book.release(reservation),
    blockDay: (until, limit) => book.blockDay(until, limit),
    blockMinute: (until, limit) => book.blockMinute(until, limit),
    limitTokens: (limit) => book.limitTokens(limit),
    limit: (tokens) => book.limit(requestsPerMinute, tokens, reserve),
    blockedError: () => book.blockedError(reserve),
    quota: () => book.quota(requestsPerMinute),
    noteHeaders(headers, reservation) {
      const reported = readLimitHeaders(headers, headerNames);
      if (Object.keys(reported).length > 0) void book.note(reported, reservation);
    },
  };
}
