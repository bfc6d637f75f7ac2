import { RouterError, toRouterError } from "./errors";
import type { ServiceId } from "./model";
import { servicePages } from "./pages";
import type { Service } from "./services/service";

/** The request that needs a key. */
export interface KeyUse {
  /** The service that the key is for. */
  service: ServiceId;
  /** Where the key will be sent. */
  baseUrl: string;
  /** `background`: no user is waiting for the request, so it must not ask anything. */
  purpose: "completion" | "background";
}

/** Resolves to `undefined` if there is no key. */
export type KeySource = (use: KeyUse) => Promise<string | undefined>;

/** The key for a request, "" for a service without keys. Throws `RouterError`: `no-key`, or `unauthorized` for a malformed key. */
export async function requireKey(source: KeySource, service: Service, use: Omit<KeyUse, "service">): Promise<string> {
  const key = await givenKey(source, { service: service.id, ...use });
  // Throws for a key that is invalid in a header: otherwise the error of `fetch` would contain it.
  if (key) service.headers(key);
  if (!key && service.needsKey) throw noKeyError(service);
  return key;
}

/** The key as it was entered, "" without one. Throws `RouterError` (internal) if the source fails. */
export async function givenKey(source: KeySource, use: KeyUse): Promise<string> {
  try {
    return (await source(use))?.trim() ?? "";
  } catch (error) {
    throw toRouterError(error);
  }
}

export function noKeyError({ id, name }: Pick<Service, "id" | "name">): RouterError {
  return id === "openrouter"
    ? new RouterError("no-key", "No API key is set. Create one with a free OpenRouter account.", {
        link: servicePages.keys,
      })
    : new RouterError("no-key", `No API key for ${name} is set.`, { service: name });
}
