import type { account, RouterSettings } from "../router/index";

/** The router's functions for sign-in and the account, injected because the router is loaded on first use. */
export type AccountApi = typeof account;

export interface VerifyKeyDependencies {
  account: Pick<AccountApi, "fetchDailyRequests">;
  settings: RouterSettings;
  fetch: typeof fetch;
}

/**
 * Checks an API key with the service, for free. Rejects with the router's `unauthorized` if the key is rejected, and with another reason
 * if the service cannot be reached.
 */
export async function verifyKey(key: string, { account, settings, fetch }: VerifyKeyDependencies): Promise<void> {
  await account.fetchDailyRequests(fetch, settings, key, Date.now(), { timeoutMs: 8_000 });
}
