/** Has the shape of VS Code's `Disposable`, so `context.subscriptions` accepts it. */
export interface Disposable {
  dispose(): unknown;
}

/** Disposes its items together, newest first. An item added after `dispose` is disposed immediately. */
export class DisposableStore implements Disposable {
  #items: Disposable[] | undefined = [];

  add<T extends Disposable>(item: T): T {
    if (this.#items) this.#items.push(item);
    else item.dispose();
    return item;
  }

  dispose(): void {
    const items = this.#items ?? [];
    this.#items = undefined;
    for (const item of items.reverse()) item.dispose();
  }
}

/** Owns one disposable at a time. Assigning a new one disposes the previous one. */
export class MutableDisposable<T extends Disposable> implements Disposable {
  #value: T | undefined;
  #disposed = false;

  get value(): T | undefined {
    return this.#value;
  }

  set value(next: T | undefined) {
    if (next === this.#value) return;
    this.#value?.dispose();
    this.#value = next;
    if (this.#disposed) this.dispose();
  }

  dispose(): void {
    this.#disposed = true;
    this.#value?.dispose();
    this.#value = undefined;
  }
}

/** An event. Every listener is called even if another one throws; `fire` then rethrows the first error. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => unknown>();

  /** Adds a listener; dispose the result to remove it. */
  readonly event = (listener: (value: T) => unknown): Disposable => {
    // A wrapper per subscription, so that the same function can listen twice.
    const subscription = (value: T): unknown => listener(value);
    this.#listeners.add(subscription);
    return { dispose: () => this.#listeners.delete(subscription) };
  };

  fire(value: T): void {
    const failures: unknown[] = [];
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

/** Loads on the first call and shares the promise with later calls. After a failure, the next call loads again. */
export function lazy<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}

/** Calls functions with something that loads on first use: `const inChat = withLoaded(chat)`, then `inChat(({ view }) => view.newChat())`. */
export function withLoaded<T>(load: () => Promise<T>): <R>(run: (loaded: T) => R | PromiseLike<R>) => Promise<R> {
  return async (run) => run(await load());
}

/** Calls `run` once after `delayMs`, unless disposed first. */
export function after(delayMs: number, run: () => void): Disposable {
  const timer = setTimeout(run, delayMs);
  return { dispose: () => clearTimeout(timer) };
}

/** The promise's value, or `undefined` if it rejects, takes longer than `timeoutMs`, or `signal` aborts first. */
export async function withTimeout<T>(
  timeoutMs: number,
  promise: PromiseLike<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const timeout = Promise.withResolvers<undefined>();
  const giveUp = (): void => timeout.resolve(undefined);
  const timer = after(timeoutMs, giveUp);
  signal?.addEventListener("abort", giveUp, { once: true });
  if (signal?.aborted) giveUp();
  try {
    return await Promise.race([promise, timeout.promise]);
  } catch {
    return undefined;
  } finally {
    timer.dispose();
    signal?.removeEventListener("abort", giveUp);
  }
}

/** Calls `run` every `periodMs` until disposed. */
export function every(periodMs: number, run: () => void): Disposable {
  const timer = setInterval(run, periodMs);
  return { dispose: () => clearInterval(timer) };
}

/** The part of `vscode.CancellationToken` that `abortSignal` uses. */
export interface CancellationToken {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => unknown): Disposable;
}

/** Converts a cancellation token to an `AbortSignal`. Dispose the result to remove the listener; the signal then never fires. */
export function abortSignal(token: CancellationToken): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  if (token.isCancellationRequested) {
    controller.abort();
    return { signal: controller.signal, dispose: () => undefined };
  }
  const listener = token.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, dispose: () => listener.dispose() };
}
