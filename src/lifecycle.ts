/** What must be given back: VS Code's shape, so that a `context.subscriptions` takes it. */
export interface Disposable {
  dispose(): unknown;
}

/** Owns what lives as long as its owner; disposes the newest first. What is added after the end is disposed at once. */
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

/** Owns one thing at a time: the newest replaces, and ends, the one before. */
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

/** Tells listeners; one that throws does not keep the others from hearing. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => unknown>();

  /** Adds a listener, until what it returns is disposed. */
  readonly event = (listener: (value: T) => unknown): Disposable => {
    const own = (value: T): unknown => listener(value);
    this.#listeners.add(own);
    return { dispose: () => this.#listeners.delete(own) };
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

/** Loads what is asked for with the first who asks, for all of them; what could not be loaded the next one tries again. */
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

/** A timer that is owned: `run` is called once after `delayMs`, unless disposed before. */
export function after(delayMs: number, run: () => void): Disposable {
  const timer = setTimeout(run, delayMs);
  return { dispose: () => clearTimeout(timer) };
}

/** What the promise resolves to; `undefined` where it takes longer than `patienceMs`, is not waited for any more, or rejects. */
export async function within<T>(
  patienceMs: number,
  promise: PromiseLike<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const giveUp = (): void => late.resolve(undefined);
  const timer = after(patienceMs, giveUp);
  signal?.addEventListener("abort", giveUp, { once: true });
  if (signal?.aborted) giveUp();
  try {
    return await Promise.race([promise, late.promise]);
  } catch {
    return undefined;
  } finally {
    timer.dispose();
    signal?.removeEventListener("abort", giveUp);
  }
}

/** `run` every `periodMs`, until disposed. */
export function every(periodMs: number, run: () => void): Disposable {
  const timer = setInterval(run, periodMs);
  return { dispose: () => clearInterval(timer) };
}

/** The part of `vscode.CancellationToken` that is read here. */
export interface CancellationToken {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => unknown): Disposable;
}

/** VS Code's cancellation as an `AbortSignal`; dispose it to give the listener back (the signal then never fires). */
export function abortSignal(token: CancellationToken): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  if (token.isCancellationRequested) {
    controller.abort();
    return { signal: controller.signal, dispose: () => undefined };
  }
  const listening = token.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, dispose: () => listening.dispose() };
}
