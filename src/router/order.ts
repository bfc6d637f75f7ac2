import type { Model, ModelId } from "./model";
import { shuffled, weightedShuffled, type Random } from "./pick";
import { adaptiveWeights } from "./quality";
import type { RouterSettings } from "./settings";

export interface OrderOptions {
  readonly settings: Pick<RouterSettings, "strategy" | "pinnedModel" | "fallbacks">;
  readonly needsTools: boolean;
  readonly experienceOf: (model: ModelId) => number;
  readonly random: Random;
}

/**
 * Draws the order in which a completion tries the models of a tier: the user's own choice first, the others at random. Each (service, id)
 * counts once: the same weights at two services are two models, with hosts, limits and windows of their own.
 */
export function drawOrder(
  models: readonly Model[],
  { settings, needsTools, experienceOf, random }: OrderOptions,
): readonly Model[] {
  if (settings.strategy === "adaptive") {
    const weights = adaptiveWeights(models, needsTools ? "agentic" : "coding", experienceOf);
    return weightedShuffled(models, ({ id }) => weights.get(id) ?? 0, random);
  }
  const wanted = preferredModels(settings);
  if (wanted.length === 0) return shuffled(models, random);
  const preferred = new Set(wanted.flatMap((id) => models.find((model) => model.id === id) ?? []));
  return [
    ...preferred,
    ...shuffled(
      models.filter((model) => !preferred.has(model)),
      random,
    ),
  ];
}

function preferredModels({ strategy, pinnedModel, fallbacks }: OrderOptions["settings"]): readonly ModelId[] {
  if (strategy === "fallbacks") return fallbacks;
  return strategy === "pinned" && pinnedModel !== undefined ? [pinnedModel] : [];
}
