import { defaultService } from "../model";
import type { RouterSettings, ServiceUse } from "../settings";
import { isLoopbackUrl } from "./loopback";
import { openRouter } from "./openrouter/openrouter";
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

/** The service of a use. All but OpenRouter are loaded on first use. */
export async function loadService(use: PoolService): Promise<Service> {
  const { kind } = use;
  if (kind === "openrouter") return openRouter;
  const { createService } = await import("./otherServices");
  return createService({ ...use, kind });
}
