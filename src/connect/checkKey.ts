import type { RouterSettings, service } from "../router/index";

/** The router's way to the service, handed in by whoever loaded it. */
export type AccountApi = typeof service;

/**
 * Asks the service about a key, which costs nothing. Rejects with the router's `unauthorized` where the key is refused, and with some
 * other reason where nobody could be asked.
 */
export async function checkKey(
  key: string,
  { service, settings, fetch }: { service: AccountApi; settings: RouterSettings; fetch: typeof globalThis.fetch },
): Promise<void> {
  await service.fetchDailyRequests(fetch, settings, key, Date.now(), { timeoutMs: 8_000 });
}
