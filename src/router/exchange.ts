import { networkError, RouterError } from "./errors";
import { maxTimerMs } from "./sleep";

const drainMs = 1_000;
/** No answer in one piece and no refusal is longer; a body that never ends must not fill the memory. */
const longestText = 16 * 1024 * 1024;

/**
 * One HTTP exchange that always settles: the caller's stop, a deadline and the network can each end it. Fetch
 * implementations have lost abort signals (undici's issues 3644 and 4068), so the exchange does not rely on the signal
 * alone: it races the answer to the request, and cancels the body itself.
 */
export class Exchange {
  private readonly controller = new AbortController();
  private reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  private failure: RouterError | undefined;
  private reject: (error: RouterError) => void = () => undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private ending = false;
  private readonly onAbort = (): void => this.stop(new RouterError("aborted", "Stopped."));

  constructor(private readonly signals: readonly AbortSignal[]) {
    for (const signal of signals) signal.addEventListener("abort", this.onAbort, { once: true });
    if (signals.some(({ aborted }) => aborted)) this.onAbort();
  }

  /** Sends the request. Throws the failure that ended it, or a network failure. */
  async send(fetch: typeof globalThis.fetch, url: string, init: RequestInit): Promise<Response> {
    if (this.failure) throw this.failure;
    const stopped = new Promise<never>((_, reject) => {
      this.reject = reject;
    });
    // Redirects are not followed: they could carry the key elsewhere.
    const sent = fetch(url, { ...init, redirect: "manual", signal: this.controller.signal });
    sent.then((response) => this.failure && response.body?.cancel()).catch(() => undefined);
    try {
      const response = await Promise.race([sent, stopped]);
      this.reader = response.body?.getReader();
      return response;
    } catch (error) {
      throw this.causeOf(error, false);
    }
  }

  /** The next bytes of the body, `undefined` at its end. Throws like `send`. */
  async read(): Promise<Uint8Array | undefined> {
    try {
      const result = await this.reader?.read();
      // A cancelled body ends as if it were whole.
      if (this.failure) throw this.failure;
      return result?.value;
    } catch (error) {
      if (this.ending && !this.failure) return undefined;
      throw this.causeOf(error, true);
    }
  }

  /** The whole body (after what was read of it) as text, as far as it is worth reading. Throws like `send`. */
  async text(begin: Uint8Array = new Uint8Array()): Promise<string> {
    const decoder = new TextDecoder();
    let text = decoder.decode(begin, { stream: true });
    for (let bytes = await this.read(); bytes && text.length < longestText; bytes = await this.read()) {
      text += decoder.decode(bytes, { stream: true });
    }
    return text.trim();
  }

  /** Sets the deadline: unless it is set anew or renewed in time, the exchange ends with the failure. */
  setDeadline(ms: number, failure: () => RouterError): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.stop(failure()), Math.min(ms, maxTimerMs));
  }

  /** What is left of the body matters little: it is taken as ended when it breaks, or has not ended by itself in time. */
  endWithin(ms: number): void {
    this.ending = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.reader?.cancel().catch(() => undefined), ms);
  }

  /** Starts the time of the present deadline over. */
  renewDeadline(): void {
    this.timer?.refresh();
  }

  /** Reads what is left of a body that said all it had to, so that its connection can be used again; but not for long. */
  async drain(): Promise<void> {
    this.setDeadline(drainMs, () => new RouterError("aborted", "Done."));
    try {
      while (await this.read()) continue;
    } catch {
      // Whatever happens now, the answer is whole.
    } finally {
      this.close();
    }
  }

  /** Ends the exchange and closes its connection, however far it came. */
  close(): void {
    clearTimeout(this.timer);
    for (const signal of this.signals) signal.removeEventListener("abort", this.onAbort);
    this.failure ??= new RouterError("aborted", "Stopped.");
    this.controller.abort(this.failure);
    this.reader?.cancel().catch(() => undefined);
  }

  /** What ended the exchange: our own doing, which looks like a network failure from outside, or the network. */
  private causeOf(error: unknown, connected: boolean): RouterError {
    return this.failure ?? networkError(error, connected);
  }

  private stop(failure: RouterError): void {
    this.failure ??= failure;
    this.reject(this.failure);
    this.close();
  }
}
