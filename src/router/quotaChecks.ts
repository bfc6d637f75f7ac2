import type { Book } from "./book";
import type { Log } from "./log";
import type { Access, Service } from "./services/service";

/** The service's figures are up to a minute old, so more frequent requests give little new information. */
const maxAgeMs = 60_000;
/** While requests are refused for the day, each question and each user who asks is to know whether that has ended. */
const maxBlockedAgeMs = 5_000;

interface QuotaChecksOptions {
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly log: Log;
  readonly onDidChange: () => void;
}

/** Corrects the books of accounts by the services' own figures, which cost no request. */
export class QuotaChecks {
  readonly #options: QuotaChecksOptions;
  #last: { account: string; at: number; promise: Promise<void> } | undefined;

  constructor(options: QuotaChecksOptions) {
    this.#options = options;
  }

  /**
   * All callers within a minute share one request, within seconds while requests are refused for the day, even a failed one, so that an
   * unreachable service is not asked repeatedly. Throws `RouterError`.
   */
  update(service: Service, access: Access, book: Book): Promise<void> {
    const now = this.#options.now();
    const maxAge = book.isDayBlocked() ? maxBlockedAgeMs : maxAgeMs;
    const account = `${access.baseUrl} ${access.key}`;
    const age = this.#last?.account === account ? now - this.#last.at : Infinity;
    if (!this.#last || age < 0 || age >= maxAge)
      this.#last = { account, at: now, promise: this.#fetch(service, access, book) };
    return this.#last.promise;
  }

  /** Asks now, however recent the last figures are. Throws `RouterError`. */
  recheck(service: Service, access: Access, book: Book): Promise<void> {
    this.#last = undefined;
    return this.update(service, access, book);
  }

  /** A daily block can end early (purchased credits, a changed limit). The service's figures show this. */
  async recheckDayBlock(service: Service, access: Access, book: Book): Promise<void> {
    if (!book.isDayBlocked()) return;
    await this.update(service, access, book).catch((error: unknown) =>
      this.#options.log.debug(`Could not get the quota: ${String(error)}`),
    );
  }

  async #fetch(service: Service, access: Access, book: Book): Promise<void> {
    const { fetch, now, onDidChange } = this.#options;
    if (!service.fetchDailyRequests) return;
    const requestedAt = now();
    const daily = await service.fetchDailyRequests({ fetch, access, now: requestedAt, timeoutMs: 5_000 });
    if (daily) await book.correct(daily, requestedAt);
    onDidChange();
  }
}
