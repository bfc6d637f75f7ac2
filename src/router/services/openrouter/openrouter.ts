import { fetchDocument } from "../../fetchDocument";
import { normalizeModelId } from "../../model";
import type { Service } from "../service";
import { completionsUrl, modelsUrl } from "./addresses";
import { completionHeaders } from "./headers";
import { fetchDailyRequests } from "./keyQuota";
import { catalogueRows, isZeroPriced, parseModel } from "./modelRow";
import { refusalError } from "./refusal";
import { completionBody } from "./requestBody";
import { maxFallbacks, serverRouter } from "./serverRouter";
import { readChain } from "./serviceError";

/** OpenRouter: the default service. `GET /models` needs no key. */
export const openRouter: Service = {
  id: "openrouter",
  name: "OpenRouter",
  place: "remote",
  needsKey: true,
  listsWithoutKey: true,
  maxFallbacks,
  serverRouter,
  // The free models change about every fourth day, and the list is one megabyte.
  listMaxAgeMs: 60 * 60_000,
  limits: undefined,
  // `deny` is a field of its requests.
  mayCollectData: false,
  completionsUrl,
  headers: completionHeaders,
  body: completionBody,
  servedModel: (name, _chain, models) => normalizeModelId(name, models),
  readRefusal: refusalError,
  readChain,
  listRows: ({ fetch, access, now, timeoutMs }) =>
    fetchDocument(fetch, { url: modelsUrl(access.baseUrl), now, timeoutMs, readRefusal: refusalError }, nonEmptyRows),
  fetchDailyRequests: ({ fetch, access, now }) => fetchDailyRequests(fetch, access, access.key, now),
  isFree: isZeroPriced,
  parseModel,
};

/** The service always has some models: an empty list is a failure and must not replace a valid catalogue. */
function nonEmptyRows(response: unknown): readonly unknown[] | undefined {
  const rows = catalogueRows(response);
  return rows?.length ? rows : undefined;
}
