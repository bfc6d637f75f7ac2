import type { Model, ModelId } from "./model";
import { shuffled, weightedShuffled, type Random } from "./pick";
import { adaptiveWeights } from "./quality";
import type { RouterSettings } from "./settings";

export interface OrderOptions {
  readonly models: readonly Model[];
  readonly settings: Pick<RouterSettings, "strategy" | "pinnedModel" | "fallbacks">;
  readonly needsTools: boolean;
  readonly experienceOf: (model: ModelId) => number;
  readonly random: Random;
}

/** Draws the order in which a completion tries the models: the user's own choice first, the others at random. */
export function drawOrder({ models, settings, needsTools, experienceOf, random }: OrderOptions): ModelId[] {
  const ids = models.map(({ id }) => id);
  if (settings.strategy === "adaptive") {
    const weights = adaptiveWeights(models, needsTools ? "agentic" : "coding", experienceOf);
    return weightedShuffled(ids, (id) => weights.get(id) ?? 0, random);
  }
  const preferred = new Set(preferredModels(settings).filter((id) => ids.includes(id)));
  const others = ids.filter((id) => !preferred.has(id));
  return [...preferred, ...shuffled(others, random)];
}

function preferredModels({ strategy, pinnedModel, fallbacks }: OrderOptions["settings"]): readonly ModelId[] {
  if (strategy === "fallbacks") return fallbacks;
  return strategy === "pinned" && pinnedModel !== undefined ? [pinnedModel] : [];
}
