import { AttemptError } from "./attemptError";
import { networkError } from "./networkError";
import { maxTimerMs } from "./sleep";

const drainMs = 1_000;
/** No answer or refusal is longer. The limit keeps an endless body from filling the memory. */
const maxTextLength = 16 * 1024 * 1024;

/**
 * One HTTP exchange that always settles: an abort signal, a deadline or the network can end it. Fetch implementations
 * have lost abort signals (undici issues 3644 and 4068), so the exchange does not rely on the signal alone: it races the
 * response against its own promise and cancels the body itself.
 */
export class Exchange {
  readonly #signals: readonly AbortSignal[];
  readonly #controller = new AbortController();
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #failure: AttemptError | undefined;
  #reject: (error: AttemptError) => void = () => undefined;
  #deadline: { ms: number; expire: () => void } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerMs = 0;
  /** What is left of the deadline when the timer fires: the consumer's own work does not count, but the timer runs on meanwhile. */
  #remainingMs = 0;
  #workingSince: number | undefined;
  #isEnding = false;
  readonly #onAbort = (): void => this.#fail(new AttemptError("aborted", "Stopped."));

  constructor(signals: readonly AbortSignal[]) {
    this.#signals = signals;
    for (const signal of signals) signal.addEventListener("abort", this.#onAbort, { once: true });
    if (signals.some(({ aborted }) => aborted)) this.#onAbort();
  }

  /** Sends the request. Throws `AttemptError`: the failure that ended the exchange, or a network failure. */
  async send(fetch: typeof globalThis.fetch, url: string, init: RequestInit): Promise<Response> {
    if (this.#failure) throw this.#failure;
    const ended = new Promise<never>((_, reject) => {
      this.#reject = reject;
    });
    // Redirects are not followed: they could send the key to another host.
    const sent = fetch(url, { ...init, redirect: "manual", signal: this.#controller.signal });
    sent.then((response) => this.#failure && response.body?.cancel()).catch(() => undefined);
    this.#startWaiting();
    try {
      const response = await Promise.race([sent, ended]);
      this.#reader = response.body?.getReader();
      return response;
    } catch (error) {
      throw this.#failureFrom(error, false);
    } finally {
      this.#stopWaiting();
    }
  }

  /** The next bytes of the body; `undefined` at its end. Throws like `send`. */
  async read(): Promise<Uint8Array | undefined> {
    this.#startWaiting();
    try {
      const result = await this.#reader?.read();
      // A canceled body looks like one that ended normally.
      if (this.#failure) throw this.#failure;
      return result?.value;
    } catch (error) {
      if (this.#isEnding && !this.#failure) return undefined;
      throw this.#failureFrom(error, true);
    } finally {
      this.#stopWaiting();
    }
  }

  /** The body as text, from `firstBytes` (already read) up to the maximum length. Throws like `send`. */
  async text(firstBytes: Uint8Array = new Uint8Array()): Promise<string> {
    const decoder = new TextDecoder();
    let text = decoder.decode(firstBytes, { stream: true });
    for (let bytes = await this.read(); bytes && text.length < maxTextLength; bytes = await this.read()) {
      text += decoder.decode(bytes, { stream: true });
    }
    return text.trim();
  }

  /** Ends the exchange with the failure after waiting this long for the service. Replaces the previous deadline. */
  setDeadline(ms: number, failure: () => AttemptError): void {
    this.#setTimer(ms, () => this.#fail(failure()));
  }

  /** Restarts the time of the current deadline. */
  renewDeadline(): void {
    if (!this.#deadline) return;
    // A timer that fired during the consumer's work starts again with the next read.
    this.#remainingMs = this.#deadline.ms - (this.#timer ? this.#timerMs : 0);
    if (this.#workingSince !== undefined) this.#workingSince = performance.now();
    this.#timer?.refresh();
  }

  /** Treats the body as ended when the connection fails or this time is over: the rest of it is optional. */
  endWithin(ms: number): void {
    this.#isEnding = true;
    this.#setTimer(ms, () => void this.#reader?.cancel().catch(() => undefined));
  }

  /** Reads the rest of a complete answer for a short time, so that the connection can be reused; then closes. Abort signals no longer matter. */
  async drain(): Promise<void> {
    this.#ignoreSignals();
    this.setDeadline(drainMs, () => new AttemptError("aborted", "Done."));
    try {
      while (await this.read()) continue;
    } catch {
      // The answer is complete, so failures no longer matter.
    } finally {
      this.close();
    }
  }

  /** Ends the exchange and closes its connection. */
  close(): void {
    clearTimeout(this.#timer);
    this.#deadline = undefined;
    this.#ignoreSignals();
    this.#failure ??= new AttemptError("aborted", "Stopped.");
    this.#controller.abort(this.#failure);
    this.#reader?.cancel().catch(() => undefined);
  }

  #ignoreSignals(): void {
    for (const signal of this.#signals) signal.removeEventListener("abort", this.#onAbort);
  }

  #setTimer(ms: number, expire: () => void): void {
    this.#deadline = { ms, expire };
    if (this.#workingSince !== undefined) this.#workingSince = performance.now();
    this.#startTimer(ms);
  }

  #startTimer(ms: number): void {
    clearTimeout(this.#timer);
    this.#timerMs = Math.min(ms, maxTimerMs);
    this.#remainingMs = ms - this.#timerMs;
    this.#timer = setTimeout(() => this.#onTimer(), this.#timerMs);
  }

  #startWaiting(): void {
    this.#addWork();
    this.#workingSince = undefined;
    if (!this.#timer && this.#deadline) this.#startTimer(this.#remainingMs);
  }

  #stopWaiting(): void {
    this.#workingSince = performance.now();
  }

  /** Adds the consumer's work so far to what is left, unless the timer stands still meanwhile. */
  #addWork(): void {
    if (this.#timer && this.#workingSince !== undefined) this.#remainingMs += performance.now() - this.#workingSince;
  }

  /** Only timers measure the wait, so that a process that replaces them can replay hours in a second. */
  #onTimer(): void {
    this.#addWork();
    this.#timer = undefined;
    if (!this.#deadline || this.#workingSince !== undefined) return;
    // Timers can fire a millisecond early.
    if (this.#remainingMs > 2) this.#startTimer(this.#remainingMs);
    // Data may have arrived while the process was busy or asleep. It is read first.
    else setImmediate(() => this.#expire());
  }

  #expire(): void {
    if (!this.#timer && this.#workingSince === undefined) this.#deadline?.expire();
  }

  /** Prefers the exchange's own failure, since the network error is then only its consequence. */
  #failureFrom(error: unknown, connected: boolean): AttemptError {
    return this.#failure ?? networkError(error, connected);
  }

  #fail(failure: AttemptError): void {
    this.#failure ??= failure;
    this.#reject(this.#failure);
    this.close();
  }
}
