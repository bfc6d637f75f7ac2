import { authorization } from "./headers";
import { keyUrl } from "./addresses";
import { parseKeyInfo } from "./keyInfo";
import { fetchDocument, type DocumentRequest } from "../../fetchDocument";
import type { RouterSettings } from "../../settings";

/**
 * Today's free requests from `GET /key`, which does not count as one; `undefined` if the service does not report them.
 * Throws `RouterError`: `unauthorized` for an invalid key, so this is also the cheapest way to check a key.
 */
export async function fetchDailyRequests(
  fetch: typeof globalThis.fetch,
  settings: RouterSettings,
  key: string,
  now: number,
  options: Pick<DocumentRequest, "signal" | "timeoutMs" | "onHeaders"> = {},
): Promise<{ used: number; limit?: number; remaining?: number } | undefined> {
  const request = { url: keyUrl(settings), headers: authorization(key), now, ...options };
  return (await fetchDocument(fetch, request, parseKeyInfo)).daily;
}
