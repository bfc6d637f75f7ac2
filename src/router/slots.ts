import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import { AdmissionQueue } from "./admissionQueue";
import { parseJson } from "./json";
import type { Reservation } from "./ledgerEntries";
import type { Log } from "./log";
import type { RouterStorage } from "./storage";

/** A lease that is not renewed ends after this time: its window has closed or crashed. */
export const leaseMs = 10_000;
const renewMs = 3_000;

/** A request that a local server answers now. */
const leaseSchema = z.object({ id: z.string(), until: z.number() });
type Lease = z.infer<typeof leaseSchema>;
const leasesSchema = z.catch(z.record(z.string(), z.array(leaseSchema)), {});

interface HeldSlot {
  readonly server: string;
  readonly id: string;
  readonly renewal: ReturnType<typeof setInterval>;
}

/**
 * The requests that local servers answer now. Further ones would wait in the server without a word, which looks like a model that is
 * silent. Windows share the slots by leases in the storage.
 */
export class Slots {
  readonly #storage: RouterStorage;
  readonly #now: () => number;
  readonly #log: Log;
  readonly #held = new Map<Reservation, HeldSlot>();
  readonly #queues = new Map<string, AdmissionQueue>();
  /** Wakes the callers that wait for a slot. */
  #freed = Promise.withResolvers<undefined>();

  constructor(storage: RouterStorage, now: () => number, log: Log) {
    this.#storage = storage;
    this.#now = now;
    this.#log = log;
  }

  /** The order in which the requests of this window get the server's slots. */
  queueOf(server: string): AdmissionQueue {
    const queue = this.#queues.get(server) ?? new AdmissionQueue();
    this.#queues.set(server, queue);
    return queue;
  }

  /** Resolves when this window frees a slot. */
  get freed(): Promise<undefined> {
    return this.#freed.promise;
  }

  /** Takes one of the server's slots; `undefined` if all of them are in use. */
  async take(server: string, count: number): Promise<Reservation | undefined> {
    const id = randomUUID();
    let isFree = this.#heldAt(server) < count;
    await this.#change(server, (leases) => {
      isFree = leases.length < count;
      return isFree ? [...leases, this.#lease(id)] : leases;
    });
    if (!isFree) return undefined;
    const reservation = { at: this.#now() };
    const renewal = setInterval(() => void this.#renew(reservation), renewMs);
    renewal.unref();
    this.#held.set(reservation, { server, id, renewal });
    return reservation;
  }

  /** Frees the slot. Does nothing the second time. */
  async free(reservation: Reservation): Promise<void> {
    const slot = this.#held.get(reservation);
    if (!slot) return;
    clearInterval(slot.renewal);
    this.#held.delete(reservation);
    await this.#change(slot.server, (leases) => leases.filter(({ id }) => id !== slot.id));
    const { resolve } = this.#freed;
    this.#freed = Promise.withResolvers();
    resolve(undefined);
  }

  async #renew(reservation: Reservation): Promise<void> {
    const slot = this.#held.get(reservation);
    if (!slot) return;
    await this.#change(slot.server, (leases) => {
      const others = leases.filter(({ id }) => id !== slot.id);
      // The answer may have ended while the storage served another window.
      return this.#held.has(reservation) ? [...others, this.#lease(slot.id)] : others;
    });
  }

  #lease(id: string): Lease {
    return { id, until: this.#now() + leaseMs };
  }

  /** Without the storage, each window counts its own requests. */
  async #change(server: string, change: (leases: readonly Lease[]) => readonly Lease[]): Promise<void> {
    try {
      await this.#storage.update("slots", (text) => {
        const stored = this.#activeLeases(text);
        return JSON.stringify({ ...stored, [server]: change(stored[server] ?? []) });
      });
    } catch (error) {
      this.#log.warn(`Could not save the slots of local servers: ${String(error)}`);
    }
  }

  /** A lease that ends later than a new one was stored while the clock was ahead. */
  #activeLeases(text: string | undefined): Record<string, readonly Lease[]> {
    const now = this.#now();
    const stored = leasesSchema.parse(text === undefined ? {} : parseJson(text));
    const active = Object.entries(stored).map(
      ([server, leases]) => [server, leases.filter(({ until }) => until > now && until <= now + leaseMs)] as const,
    );
    return Object.fromEntries(active.filter(([, leases]) => leases.length > 0));
  }

  #heldAt(server: string): number {
    return [...this.#held.values()].filter((slot) => slot.server === server).length;
  }
}
