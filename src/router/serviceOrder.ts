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
  const isLocal = ({ service }: ServiceTiers): boolean => service.place === "local";
  const isSomeLoaded = parts.some((part) => isLocal(part) && part.tiers.some(({ pool }) => pool.some(isLoaded)));
  const hasNames = settings.strategy === "pinned" || settings.strategy === "fallbacks";
  const merged = new Map<string, MergedTier>();
  const add = (models: readonly Model[], { request, preference }: Tier, rank: number, isNamed: boolean): void => {
    if (models.length === 0) return;
    const key = `${preference} ${rank}`;
    const tier = merged.get(key) ?? { rank, tier: { request, preference, ...(isNamed && { isNamed }) }, pool: [] };
    merged.set(key, tier);
    tier.pool.push(...models);
  };
  for (const part of parts) {
    const usual = serviceRank(part.service, settings);
    for (const tier of part.tiers) {
      const isNamed = (model: Model): boolean => namedRank(model, settings) !== undefined;
      for (const model of hasNames ? tier.pool.filter(isNamed) : [])
        add([model], tier, namedRank(model, settings) ?? usual, true);
      const others = hasNames ? tier.pool.filter((model) => !isNamed(model)) : tier.pool;
      const isSplit = isSomeLoaded && isLocal(part);
      add(isSplit ? others.filter(isLoaded) : others, tier, usual, false);
      if (isSplit)
        add(
          others.filter((model) => !isLoaded(model)),
          tier,
          usual + unloadedRank,
          false,
        );
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

function isLoaded({ loaded }: Model): boolean {
  return loaded === true;
}

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
