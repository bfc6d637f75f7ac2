import type { Log } from "../router/index";

/** Shows a message with a button for each action and, whenever the user chooses one, runs it. Nobody waits for that. */
export function showWithActions(
  show: (...labels: readonly string[]) => PromiseLike<string | undefined>,
  actions: Readonly<Record<string, () => unknown>>,
  log: Log,
): void {
  const run = async (): Promise<void> => {
    const chosen = await show(...Object.keys(actions));
    if (chosen !== undefined) await actions[chosen]?.();
  };
  void run().catch((error: unknown) => log.error(`What was offered failed: ${String(error)}`));
}
