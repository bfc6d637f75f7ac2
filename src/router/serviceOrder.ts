import { tierPreferences, type Tier } from "./candidatePools";
import { defaultService, serviceOf, type Model, type ModelId } from "./model";
import type { Service } from "./services/service";
import type { RouterSettings } from "./settings";

/** The tiers of one service. */
export interface ServiceTiers {
  readonly service: Pick<Service, "id" | "place">;
  readonly tiers: readonly Tier[];
}

type OrderSettings = Pick<RouterSettings, "serviceOrder" | "strategy" | "pinnedModel" | "fallbacks">;

/**
 * Merges the tiers of all services in the order of the setting. What a model is known to accept counts more than whose it is. Within a
 * tier, models of several services are alike.
 */
export function mergeTiers(parts: readonly ServiceTiers[], settings: OrderSettings): Tier[] {
  if (parts.length === 1) return [...(parts[0]?.tiers ?? [])];
  const merged = new Map<string, Tier & { rank: number }>();
  for (const { service, tiers } of parts) {
    for (const { request, pool, preference } of tiers) {
      for (const model of pool) {
        const named = namedRank(model, settings);
        const rank = named ?? serviceRank(service, settings);
        const key = `${preference} ${rank}`;
        const tier = merged.get(key);
        const pool = [...(tier?.pool ?? []), model];
        merged.set(key, { request, preference, rank, pool, ...(named !== undefined && { isNamed: true }) });
      }
    }
  }
  return [...merged.values()].sort(
    (one, other) =>
      tierPreferences.indexOf(one.preference) - tierPreferences.indexOf(other.preference) || one.rank - other.rank,
  );
}

/** The rank of a model whose place the user chose: before all services. A pinned model brings the others of its service along, as fallbacks. */
function namedRank({ id }: Model, { strategy, pinnedModel, fallbacks }: OrderSettings): number | undefined {
  if (strategy === "pinned" && pinnedModel !== undefined) return isSameService(id, pinnedModel) ? -1 : undefined;
  if (strategy !== "fallbacks" || !fallbacks.includes(id)) return undefined;
  return fallbacks.indexOf(id) - fallbacks.length;
}

function serviceRank({ id, place }: ServiceTiers["service"], { serviceOrder }: OrderSettings): number {
  if (serviceOrder === "openrouter-first") return id === defaultService ? 0 : 1;
  return serviceOrder === "local-first" && place === "remote" ? 1 : 0;
}

function isSameService(one: ModelId, other: ModelId): boolean {
  return serviceOf(one) === serviceOf(other);
}
