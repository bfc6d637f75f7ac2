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
 * tier, models of several services are alike. Local models that would have to be loaded, which takes up to a minute, come after one that
 * is loaded.
 */
export function mergeTiers(parts: readonly ServiceTiers[], settings: OrderSettings): readonly Tier[] {
  const isSomeLoaded = parts.some(({ tiers }) => tiers.some(({ pool }) => pool.some(({ loaded }) => loaded)));
  const hasNames = settings.strategy === "pinned" || settings.strategy === "fallbacks";
  const merged = new Map<string, MergedTier>();
  for (const { service, tiers } of parts) {
    const usual = serviceRank(service, settings);
    for (const { request, pool, preference } of tiers) {
      let last: MergedTier | undefined;
      for (const model of pool) {
        const named = hasNames ? namedRank(model, settings) : undefined;
        const rank = named ?? (isSomeLoaded && model.loaded === false ? usual + unloadedRank : usual);
        if (last?.rank !== rank) {
          const key = `${preference} ${rank}`;
          const tier = { request, preference, ...(named !== undefined && { isNamed: true as const }) };
          last = merged.get(key) ?? { rank, tier, pool: [] };
          merged.set(key, last);
        }
        last.pool.push(model);
      }
    }
  }
  return [...merged.values()]
    .sort(
      (one, other) =>
        tierPreferences.indexOf(one.tier.preference) - tierPreferences.indexOf(other.tier.preference) ||
        one.rank - other.rank,
    )
    .map(({ tier, pool }) => ({ ...tier, pool }));
}

/** Less than the distance between the ranks of services. */
const unloadedRank = 0.5;

interface MergedTier {
  readonly rank: number;
  readonly tier: Omit<Tier, "pool">;
  readonly pool: Model[];
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
