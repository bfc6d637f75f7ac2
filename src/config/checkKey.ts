import { fetchDailyRequests, type RouterSettings } from "../router/index";

/**
 * Asks the service about a key, which costs nothing. Rejects with the router's `unauthorized` where the key is refused, and with some
 * other reason where nobody could be asked.
 */
export async function checkKey(key: string, settings: RouterSettings, fetch: typeof globalThis.fetch): Promise<void> {
  await fetchDailyRequests(fetch, settings, key, Date.now(), { timeoutMs: 8_000 });
}
