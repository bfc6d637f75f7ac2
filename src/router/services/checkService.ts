import { readCatalogue } from "../catalogue";
import { RouterError } from "../errors";
import { noKeyError } from "../keys";
import { silentLog } from "../log";
import { freeModels } from "../pool";
import type { ServiceUse } from "../settings";
import { serviceFor } from "./registry";

export interface ServiceCheck {
  readonly use: ServiceUse;
  /** "" if there is none. */
  readonly key: string;
  readonly fetch: typeof fetch;
  readonly now: number;
  readonly signal?: AbortSignal;
}

/**
 * Checks a service and its key by its list of models, which costs no request. Resolves to how many of its models can answer. Throws
 * `RouterError`: `no-key` without a key that it needs, `unauthorized` for a key that it rejects, `server-loading` for a local
 * server that is not ready.
 */
export async function checkService({ use, key, fetch, now, signal }: ServiceCheck): Promise<number> {
  const service = serviceFor(use);
  if (service.needsKey && key === "") throw noKeyError(service);
  const access = { baseUrl: use.baseUrl, key };
  const options = { fetch, access, now, timeoutMs: 8_000, signal };
  const rows = await service.listRows(options);
  // Some servers list their models while they still load one.
  if (service.isReady && !(await service.isReady(options)))
    throw new RouterError("server-loading", `${service.name} is still loading a model.`, { service: service.name });
  return freeModels(readCatalogue(service, rows, now, silentLog).models, now).length;
}
