import { authorization } from "./headers";
import { catalogueRows, isZeroPriced, parseModel } from "./modelRow";
import { userModelsUrl } from "./addresses";
import { refusalError } from "./refusal";
import { freeModels } from "../../pool";
import { fetchDocument, type DocumentRequest } from "../../fetchDocument";
import type { RouterSettings } from "../../settings";

/**
 * Counts the free models that the account's privacy settings and guardrails allow, which does not count against the quota.
 * With 0, every completion fails with `data-policy`. Throws `RouterError`.
 */
export async function countFreeModels(
  fetch: typeof globalThis.fetch,
  settings: RouterSettings,
  key: string,
  now: number,
  options: Pick<DocumentRequest, "signal" | "timeoutMs"> = {},
): Promise<number> {
  const request = {
    url: userModelsUrl(settings.baseUrl),
    headers: authorization(key),
    now,
    readRefusal: refusalError,
    ...options,
  };
  const rows = await fetchDocument(fetch, request, catalogueRows);
  const models = rows.filter(isZeroPriced).flatMap((row) => parseModel(row) ?? []);
  return freeModels(models, now).length;
}
