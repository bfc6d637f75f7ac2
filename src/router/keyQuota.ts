import { authorization, keyUrl, parseKeyInfo } from "./openrouter";
import { fetchDocument, type DocumentRequest } from "./fetchDocument";
import type { RouterSettings } from "./settings";

/**
 * What `GET /key` says of today's free requests; costs none of them. Empty where the service does not tell. Throws
 * `RouterError`: `unauthorized` is the cheapest check of a key.
 */
export async function fetchDailyRequests(
  fetch: typeof globalThis.fetch,
  settings: RouterSettings,
  key: string,
  now: number,
  how: Pick<DocumentRequest, "signal" | "timeoutMs" | "onHeaders"> = {},
): Promise<{ used: number; limit?: number; remaining?: number } | undefined> {
  const request = { url: keyUrl(settings), headers: authorization(key), now, ...how };
  return (await fetchDocument(fetch, request, parseKeyInfo)).daily;
}
