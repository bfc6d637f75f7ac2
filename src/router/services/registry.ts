import { defaultService } from "../model";
import type { RouterSettings, ServiceUse } from "../settings";
import { isLoopbackUrl } from "./loopback";
import { openRouter } from "./openrouter/openrouter";
import { createService } from "./otherServices";
import type { Service } from "./service";

/** A service that a completion may ask: OpenRouter, or one that the user allowed. */
export type PoolService = Omit<ServiceUse, "kind"> & { readonly kind: ServiceUse["kind"] | "openrouter" };

export function openRouterAt(baseUrl: string): PoolService {
  return { id: defaultService, kind: "openrouter", baseUrl, automatic: true };
}

/** The services that the settings allow, OpenRouter first. With `only-local`, those on this computer. */
export function usedServices({ baseUrl, services, serviceOrder }: RouterSettings): readonly PoolService[] {
  if (serviceOrder === "only-local") return services.filter((use) => isLoopbackUrl(use.baseUrl));
  return [openRouterAt(baseUrl), ...services];
}

/** The local servers that run on this machine, at their usual ports. Only for a user who asks for it. */
export { findLocalServers } from "./findLocalServers";

export function serviceFor(use: PoolService): Service {
  const { kind } = use;
  return kind === "openrouter" ? openRouter : createService({ ...use, kind });
}
