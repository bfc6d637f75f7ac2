/** What became of promises that were started together. */
export interface Settled<T> {
  /** In the order of the promises. */
  readonly values: readonly T[];
  readonly errors: readonly unknown[];
}

/**
 * Resolves when all promises have settled, or a while after the first value: one that is slow must not hold up the others. What settles
 * later is ignored.
 */
export async function settledTogether<T>(promises: readonly Promise<T>[], lateMs: number): Promise<Settled<T>> {
  const results = promises.map((): PromiseSettledResult<T> | undefined => undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  await new Promise<void>((resolve) => {
    let pending = promises.length;
    if (pending === 0) resolve();
    for (const [index, promise] of promises.entries()) {
      void Promise.allSettled([promise]).then(([result]) => {
        results[index] = result;
        if (--pending === 0) resolve();
        else if (result.status === "fulfilled") timer ??= setTimeout(resolve, lateMs);
      });
    }
  });
  clearTimeout(timer);
  return {
    values: results.flatMap((result) => (result?.status === "fulfilled" ? [result.value] : [])),
    errors: results.flatMap((result) => (result?.status === "rejected" ? [result.reason as unknown] : [])),
  };
}
