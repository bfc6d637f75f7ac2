import type { ServiceUse } from "../settings";
import { serviceFor } from "./registry";

export interface KeyCheck {
  readonly use: ServiceUse;
  readonly key: string;
  readonly fetch: typeof fetch;
  readonly now: number;
}

/** Checks a key by the service's list of models, which costs no request. Throws `RouterError`: `unauthorized` for a key that is rejected. */
export async function checkServiceKey({ use, key, fetch, now }: KeyCheck): Promise<void> {
  const service = serviceFor(use);
  await service.listRows({ fetch, access: { baseUrl: use.baseUrl, key }, now, timeoutMs: 8_000 });
}
