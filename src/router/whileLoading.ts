import type { AdmissionWait } from "./admission";
import { AttemptError } from "./attemptError";
import { isRouterError } from "./errors";
import { sleepUntil } from "./sleep";

/** How long a server may load a model before a request to it fails. */
const readyMs = 180_000;
const checkMs = 1_000;

/** Repeats a task while the service that it asks is loading a model. Yields the wait, and throws the last error if it takes too long. */
export async function* whileLoading<T>(
  task: () => Promise<T>,
  now: () => number,
  signal: AbortSignal | undefined,
): AsyncGenerator<AdmissionWait, T> {
  let until: number | undefined;
  for (let checks = 0; ; checks++) {
    try {
      return await task();
    } catch (error) {
      // Checks are counted as well, for a clock that stands still or is set back.
      if (!isLoading(error) || checks >= readyMs / checkMs || (until !== undefined && now() >= until)) throw error;
    }
    if (until === undefined) yield { until: (until = now() + readyMs), reason: "loading" };
    await sleepUntil(now() + checkMs, now, signal);
  }
}

export function isLoading(error: unknown): boolean {
  return (isRouterError(error) || error instanceof AttemptError) && error.reason === "server-loading";
}
