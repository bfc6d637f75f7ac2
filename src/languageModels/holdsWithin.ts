import { withTimeout, type Disposable } from "../lifecycle";

/** The part of `vscode.Event` that is used here. */
type Event = (listener: () => unknown) => Disposable;

/**
 * Waits until `condition` is true, which is checked now and at each event. Resolves to false if it is not within `timeoutMs`, or if `signal`
 * aborts. A check that rejects counts as false.
 */
export async function holdsWithin(
  timeoutMs: number,
  condition: () => boolean | PromiseLike<boolean>,
  event: Event,
  signal?: AbortSignal,
): Promise<boolean> {
  const held = Promise.withResolvers<true>();
  const check = async (): Promise<void> => {
    if (await condition()) held.resolve(true);
  };
  const checkAgain = (): void => void check().catch(() => undefined);
  const subscription = event(checkAgain);
  try {
    checkAgain();
    return (await withTimeout(timeoutMs, held.promise, signal)) ?? false;
  } finally {
    subscription.dispose();
  }
}
