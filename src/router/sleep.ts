/** A timer that is set for longer rings at once. */
export const maxTimerMs = 2 ** 31 - 1;
/** Short enough that a clock which jumps (a laptop that slept, a test's) is noticed soon. */
const tickMs = 50;
/** Long enough that a clock which did not move meanwhile stands still: shorter timers end within the same millisecond at times. */
const shortestTickMs = 5;

/**
 * Resolves to true when the clock reaches `until`; to false when it will not, since it stands still (a test's). Rejects
 * with the signal's reason when it is aborted.
 */
export async function sleepUntil(until: number, now: () => number, signal?: AbortSignal): Promise<boolean> {
  for (let before = now(); before < until; before = now()) {
    signal?.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(until - before, shortestTickMs), tickMs)));
    if (now() === before) return false;
  }
  signal?.throwIfAborted();
  return true;
}

/** The promise, unless the signal is aborted first: then rejects with its reason. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  promise.catch(() => undefined); // it may fail when nobody waits for it any more
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
