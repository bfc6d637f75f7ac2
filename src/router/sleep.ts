/** The longest time for `setTimeout`; with a longer one it fires at once. */
export const maxTimerMs = 2 ** 31 - 1;
/** Short enough to notice soon that the clock jumped (after the computer slept, or in a test). */
const tickMs = 50;
/** Long enough for a running clock to advance: shorter timers sometimes end within the same millisecond. */
const minTickMs = 5;

/**
 * Resolves to true when the clock reaches `until`, or to false if the clock does not advance (in tests). Never waits longer
 * than the clock's distance to `until` at the start, so that setting the clock back does not prolong the wait. Rejects with
 * the signal's reason when it is aborted.
 */
export async function sleepUntil(until: number, now: () => number, signal?: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + until - now();
  for (let before = now(); before < until; before = now()) {
    signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(until - before, minTickMs), tickMs)));
    if (now() === before) return false;
    if (performance.now() >= deadline) break;
  }
  signal?.throwIfAborted();
  return true;
}

/** Settles like the promise, or rejects with the signal's reason if that is aborted first. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  promise.catch(() => undefined); // The promise may reject after the abort, when nothing awaits it.
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    };
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
