import { serviceOf, type ServiceId } from "../router/index";
import type { ApiKey } from "./apiKey";
import { originOf } from "./baseUrl";
import type { Settings } from "./settings";

export interface ForgetServiceDependencies {
  settings: Pick<Settings, "router" | "removeService" | "setStrategy">;
  apiKey: Pick<ApiKey, "forgetAt">;
}

/** Removes a service from the pool, and its key, unless a service that stays has the same origin. A model of it is no longer pinned. */
export async function forgetService(id: ServiceId, { settings, apiKey }: ForgetServiceDependencies): Promise<void> {
  const removed = settings.router.services.find((use) => use.id === id);
  await settings.removeService(id);
  if (!removed) return;
  const { baseUrl, services, strategy, pinnedModel } = settings.router;
  if (strategy === "pinned" && pinnedModel !== undefined && serviceOf(pinnedModel) === id)
    await settings.setStrategy("random");
  const staying = [baseUrl, ...services.filter((use) => use.id !== id).map((use) => use.baseUrl)].map(originOf);
  if (!staying.includes(originOf(removed.baseUrl))) await apiKey.forgetAt(removed.baseUrl);
}
