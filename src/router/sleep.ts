/** Short enough that a clock which jumps (a laptop that slept, a test's) is noticed soon. */
const tickMs = 50;

/**
 * Resolves when the clock reaches `until`, or when as much real time has passed as it was away at first, whichever comes
 * first. Rejects with the signal's reason when it is aborted.
 */
export async function sleepUntil(until: number, now: () => number, signal?: AbortSignal): Promise<void> {
  let left = until - now();
  while (left > 0 && now() < until) {
    signal?.throwIfAborted();
    const tick = Math.min(left, tickMs);
    await new Promise((resolve) => setTimeout(resolve, tick));
    left -= tick;
  }
  signal?.throwIfAborted();
}

/** The promise, unless the signal is aborted first: then rejects with its reason. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
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
