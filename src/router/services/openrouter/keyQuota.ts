import { authorization } from "./headers";
import { keyUrl } from "./addresses";
import { parseKeyInfo } from "./keyInfo";
import { refusalError } from "./refusal";
import { fetchDocument, type DocumentRequest } from "../../fetchDocument";
import type { DailyRequests } from "../../ledgerEntries";
import type { RouterSettings } from "../../settings";

/**
 * Today's free requests from `GET /key`, which does not count as one; `undefined` if the service does not report them.
 * Throws `RouterError`: `unauthorized` for an invalid key, so this is also the cheapest way to check a key.
 */
export async function fetchDailyRequests(
  fetch: typeof globalThis.fetch,
  settings: Pick<RouterSettings, "baseUrl">,
  key: string,
  now: number,
  options: Pick<DocumentRequest, "signal" | "timeoutMs" | "onHeaders"> = {},
): Promise<DailyRequests | undefined> {
  const request = {
    url: keyUrl(settings.baseUrl),
    headers: authorization(key),
    now,
    readRefusal: refusalError,
    ...options,
  };
  return (await fetchDocument(fetch, request, parseKeyInfo)).daily;
}
