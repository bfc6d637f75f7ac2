import { after, Emitter, MutableDisposable, type Disposable } from "../lifecycle";
import type { Quota } from "../router/index";

/** The latest known quota. It is read on request and again when the daily limit resets. */
export class QuotaWatch implements Disposable {
  readonly #fetchQuota: () => Promise<Quota> | undefined;
  readonly #now: () => number;
  readonly #changed = new Emitter<void>();
  readonly #resetTimer = new MutableDisposable();
  #quota: Quota | undefined;
  #reads = 0;

  /** `fetchQuota` returns undefined while there is no router. */
  constructor(fetchQuota: () => Promise<Quota> | undefined, now: () => number = Date.now) {
    this.#fetchQuota = fetchQuota;
    this.#now = now;
  }

  readonly onDidChange = this.#changed.event;

  /** Undefined until known. */
  get quota(): Quota | undefined {
    return this.#quota;
  }

  /** Reads the quota. Only the last of several reads counts, because an earlier one may be for another key. */
  async read(): Promise<void> {
    const read = ++this.#reads;
    // After an error, keep the known quota; it is read again after the next answer.
    const quota = await this.#fetchQuota()?.catch(() => this.#quota);
    if (read !== this.#reads) return;
    this.#quota = quota;
    const untilReset = (quota?.resetsAt ?? 0) - this.#now();
    this.#resetTimer.value = untilReset > 0 ? after(untilReset, () => void this.read()) : undefined;
    this.#changed.fire();
  }

  /** Discards the quota and reads it again, for another account. */
  async reload(): Promise<void> {
    this.#quota = undefined;
    await this.read();
  }

  /**
   * Reads the quota if it can have changed while the window was inactive: the limit has reset, since timers fire late after the computer was
   * asleep, or the day was used up and credits were bought.
   */
  async refresh(): Promise<void> {
    if (this.#quota && (this.#quota.exhausted || this.#now() >= this.#quota.resetsAt)) await this.read();
  }

  dispose(): void {
    this.#reads++;
    this.#resetTimer.dispose();
    this.#changed.dispose();
  }
}
