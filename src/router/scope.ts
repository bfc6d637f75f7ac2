import { createHash } from "node:crypto";
import type { ModelId } from "./model";
import { defaultSettings, type RouterSettings } from "./settings";

/**
 * Where a lesson about a model holds: the same id can work at one service and fail at another, and some refusals concern
 * only one account.
 */
export interface Scope {
  /** The base URL of the service, without a trailing slash. */
  readonly address: string;
  /** A fingerprint of the key, since each key may belong to another account. */
  readonly account: string;
}

export function scopeOf(baseUrl: string, key = ""): Scope {
  const address = serviceAddress(baseUrl);
  // Without the default address, so that the counts of version 0.1.0 stay valid.
  const secret = isDefault(address) ? key : `${address} ${key}`;
  return { address, account: createHash("sha256").update(secret).digest("hex").slice(0, 8) };
}

export function serviceAddress(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, "");
}

/** A storage key for a model of one service. For the default service it is the plain id, as in version 0.1.0. */
export function scopedModel({ address }: Pick<Scope, "address">, model: ModelId): string {
  return isDefault(address) ? model : `${address} ${model}`;
}

/** The scope of refusals by privacy settings: what the router's own setting `deny` excludes is not the account's doing. */
export function policyScope(scope: Scope, { dataCollection }: Pick<RouterSettings, "dataCollection">): Scope {
  return dataCollection === "deny" ? { ...scope, account: `${scope.account} deny` } : scope;
}

function isDefault(address: string): boolean {
  return address === serviceAddress(defaultSettings.baseUrl);
}
