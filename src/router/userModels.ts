import { authorization, catalogueRows, isZeroPriced, parseModel, userModelsUrl } from "./openrouter";
import { freeModels } from "./pool";
import { fetchDocument, type DocumentRequest } from "./fetchDocument";
import type { RouterSettings } from "./settings";

/**
 * How many free models the account's privacy settings and guardrails leave; costs no quota. 0 is what a question would be refused for
 * as `data-policy`. Throws `RouterError`.
 */
export async function countFreeModels(
  fetch: typeof globalThis.fetch,
  settings: RouterSettings,
  key: string,
  now: number,
  how: Pick<DocumentRequest, "signal" | "timeoutMs"> = {},
): Promise<number> {
  const request = { url: userModelsUrl(settings), headers: authorization(key), now, ...how };
  const rows = await fetchDocument(fetch, request, catalogueRows);
  const models = rows.filter(isZeroPriced).flatMap((row) => parseModel(row) ?? []);
  return freeModels(models, now).length;
}
