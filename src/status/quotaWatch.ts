import { after, Emitter, MutableDisposable, type Disposable } from "../lifecycle";
import type { Quota } from "../router/index";

/** What is left of today, as far as it was told: read when somebody asks for it, and once more when the day's requests are back. */
export class QuotaWatch implements Disposable {
  readonly #changed = new Emitter<void>();
  readonly #reset = new MutableDisposable();
  #quota: Quota | undefined;
  #reads = 0;

  /** `ask` gives nothing while nobody can be asked. */
  constructor(
    private readonly ask: () => Promise<Quota> | undefined,
    private readonly now: () => number = Date.now,
  ) {}

  readonly onDidChange = this.#changed.event;

  /** Undefined until it is known. */
  get quota(): Quota | undefined {
    return this.#quota;
  }

  /** Of several reads the last one counts: an earlier one may be about another key. */
  async read(): Promise<void> {
    const read = ++this.#reads;
    // Not knowing is no news: the quota is told again with the next answer.
    const quota = await this.ask()?.catch(() => this.#quota);
    if (read !== this.#reads) return;
    this.#quota = quota;
    const left = (quota?.resetsAt ?? 0) - this.now();
    this.#reset.value = left > 0 ? after(left, () => void this.read()) : undefined;
    this.#changed.fire();
  }

  /** What was known is about another account. */
  async readAnew(): Promise<void> {
    this.#quota = undefined;
    await this.read();
  }

  /** A machine that slept has late timers. */
  async wake(): Promise<void> {
    if (this.#quota && this.now() >= this.#quota.resetsAt) await this.read();
  }

  dispose(): void {
    this.#reads++;
    this.#reset.dispose();
    this.#changed.dispose();
  }
}
