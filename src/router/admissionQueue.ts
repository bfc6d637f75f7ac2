import { unlessAborted } from "./sleep";

/**
 * The order in which callers are admitted: by their tickets, but only among those that are in the queue. A caller leaves
 * it while it cannot act, and joins it again at its old place.
 */
export class AdmissionQueue {
  #lastTicket = 0;
  /** Tickets, lowest first. */
  #waiting: number[] = [];
  /** Wakes the callers that wait for their turn. */
  readonly #wake = new Map<number, () => void>();

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  takeTicket(): number {
    return ++this.#lastTicket;
  }

  join(ticket: number): void {
    if (this.#waiting.includes(ticket)) return;
    this.#waiting = [...this.#waiting, ticket].sort((one, other) => one - other);
  }

  leave(ticket: number): void {
    this.#waiting = this.#waiting.filter((each) => each !== ticket);
    this.#wake.delete(ticket);
    const [first] = this.#waiting;
    if (first !== undefined) this.#wake.get(first)?.();
  }

  /** Joins the queue and waits until the ticket is the first. Rejects with the signal's reason. */
  async turn(ticket: number, signal?: AbortSignal): Promise<void> {
    this.join(ticket);
    while (this.#waiting[0] !== ticket) {
      const woken = new Promise<void>((resolve) => this.#wake.set(ticket, resolve));
      await unlessAborted(woken, signal);
    }
    this.#wake.delete(ticket);
  }
}
