import { setTimeout as delay } from "node:timers/promises";

/** Waits until `check` returns a value other than `undefined` and `false`. It is called now, after each event, and ten times a second. */
export async function waitFor<T>(
  check: () => T | undefined | false,
  ...events: readonly ((listener: () => void) => { dispose(): unknown })[]
): Promise<T> {
  const subscriptions: { dispose(): unknown }[] = [];
  try {
    return await new Promise<T>((resolve) => {
      const recheck = (): void => {
        const result = check();
        if (result !== undefined && result !== false) resolve(result);
      };
      for (const event of events) subscriptions.push(event(recheck));
      // A document can change in the extension host between two events, for example while its editor is being replaced.
      const timer = setInterval(recheck, 100);
      subscriptions.push({ dispose: () => clearInterval(timer) });
      recheck();
    });
  } finally {
    for (const subscription of subscriptions) subscription.dispose();
  }
}

/** Calls `check` repeatedly until it resolves to `true`, for states without an event. Pauses between, since what is waited for needs the processor too. */
export async function poll(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await delay(25);
}
