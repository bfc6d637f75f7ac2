import type { Admission, AdmissionWait } from "./admission";
import { AttemptError } from "./attemptError";
import { isRouterError } from "./errors";
import type { Reservation } from "./ledgerEntries";
import type { Access, Service } from "./services/service";
import { unlessAborted } from "./sleep";
import { leaseMs, type Slots } from "./slots";
import { whileLoading } from "./whileLoading";

export interface LocalAdmissionOptions {
  readonly service: Service;
  readonly access: Access;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly slots: Slots;
  /** Until when servers are taken to be loading a model, because they said so, by base URL. */
  readonly loadingUntil: Map<string, number>;
}

/** How long other services are asked first after a server has refused a request because it is loading a model. */
const othersFirstMs = 15_000;
/** How often a request checks whether another window has freed a slot. */
const slotCheckMs = 300;

/** The admission of a local server: it waits until the server is ready and has a free slot. It knows no quota and no day. */
export class LocalAdmission {
  readonly #options: LocalAdmissionOptions;
  #isLoading = false;
  readonly #bySlots = new Map<number, Admission>();

  constructor(options: LocalAdmissionOptions) {
    this.#options = options;
  }

  /** Asks whether the server is ready, so that other services are asked first while it is not. Never throws. */
  async update(): Promise<void> {
    this.#isLoading = !(await this.#isReady().catch(() => true));
  }

  /** The admission for a model that the server answers so many requests of at a time. */
  withSlots(count: number): Admission {
    const admission = this.#bySlots.get(count) ?? this.#create(Math.max(1, count));
    this.#bySlots.set(count, admission);
    return admission;
  }

  #create(count: number): Admission {
    const { slots, access, now, loadingUntil } = this.#options;
    const wasLoading = (): boolean => {
      const remainingMs = (loadingUntil.get(access.baseUrl) ?? 0) - now();
      // A later end was set before the clock was set back.
      return remainingMs > 0 && remainingMs <= othersFirstMs;
    };
    const take = (): Promise<Reservation | undefined> => slots.take(access.baseUrl, count);
    return {
      admit: (signal) => this.#admit(take, signal),
      async tryReserve() {
        const reserved = await take();
        return reserved ? { reserved } : { waitUntil: now() + leaseMs };
      },
      release: (reservation) => slots.free(reservation),
      end: (reservation) => void slots.free(reservation),
      limit: () => (this.#isLoading || wasLoading() ? "minute" : undefined),
      blockDay: () => Promise.resolve(),
      blockMinute: () => Promise.resolve(void loadingUntil.set(access.baseUrl, now() + othersFirstMs)),
      blockedError: () => undefined,
      quota: () => ({
        ...{ used: 0, limit: undefined, remaining: undefined, resetsAt: now(), exhausted: false },
        minute: { used: 0, limit: Infinity, resetsAt: now() },
      }),
    };
  }

  async *#admit(
    take: () => Promise<Reservation | undefined>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<AdmissionWait, Reservation> {
    yield* this.#untilReady(signal);
    const { slots, access, now } = this.#options;
    const queue = slots.queueOf(access.baseUrl);
    const ticket = queue.takeTicket();
    let yielded = 0;
    try {
      if (!queue.isEmpty) yield { until: (yielded = now() + leaseMs), reason: "queue" };
      for (;;) {
        await queue.turn(ticket, signal);
        const { freed } = slots;
        const reservation = await this.#takeUnlessAborted(take, signal);
        if (reservation) return reservation;
        if (now() >= yielded) {
          // A caller that stops reading here blocks no others.
          queue.leave(ticket);
          yield { until: (yielded = now() + leaseMs), reason: "queue" };
          queue.join(ticket);
        }
        await unlessAborted(Promise.race([freed, delay(slotCheckMs)]), signal);
      }
    } finally {
      queue.leave(ticket);
    }
  }

  /** Like `take`, but rejects at once after an abort. A slot that is taken later is given back. */
  async #takeUnlessAborted(take: () => Promise<Reservation | undefined>, signal: AbortSignal | undefined) {
    const taking = take();
    try {
      return await unlessAborted(taking, signal);
    } catch (error) {
      void taking.then((reservation) => reservation && this.#options.slots.free(reservation));
      throw error;
    }
  }

  /** Throws `AttemptError` (server-loading) if it takes too long. */
  #untilReady(signal: AbortSignal | undefined): AsyncGenerator<AdmissionWait, void> {
    const { service, now } = this.#options;
    const requireReady = async (): Promise<void> => {
      if (await this.#isReady(signal)) return;
      const message = `${service.name} is still loading a model.`;
      throw new AttemptError("server-loading", message, { origin: "service", service: service.name });
    };
    return whileLoading(requireReady, now, signal);
  }

  /** Throws `AttemptError` if the server cannot be reached. */
  async #isReady(signal?: AbortSignal): Promise<boolean> {
    const { service, access, fetch, now } = this.#options;
    try {
      const ready = service.isReady?.({ fetch, access, now: now(), timeoutMs: 2_000, signal }) ?? true;
      this.#isLoading = !(await ready);
      return !this.#isLoading;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isRouterError(error)) throw error;
      throw new AttemptError(error.reason, error.message, { origin: "service", service: service.name, cause: error });
    }
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
