import type { Model, ModelId } from "./model";
import { shuffled, weightedShuffled, type Random } from "./pick";
import { adaptiveWeights } from "./quality";
import type { RouterSettings } from "./settings";
import { unreliableLast, type ToolRecord } from "./toolReliability";

export interface OrderOptions {
  readonly settings: Pick<RouterSettings, "strategy" | "pinnedModel" | "fallbacks">;
  readonly needsTools: boolean;
  readonly experienceOf: (model: ModelId) => number;
  readonly toolRecordOf: (model: ModelId) => ToolRecord;
  readonly random: Random;
}

/**
 * Draws the order in which a completion tries the models of a tier: the user's own choice first, the others at random; if the request has
 * tools, those that break tool calls come last. Each (service, id) counts once: the same weights at two services are two models, with
 * hosts, limits and windows of their own.
 */
export function drawOrder(models: readonly Model[], options: OrderOptions): readonly Model[] {
  const wanted = preferredModels(options.settings);
  const preferred = new Set(wanted.flatMap((id) => models.find((model) => model.id === id) ?? []));
  const drawn = drawOthers(preferred.size === 0 ? models : models.filter((model) => !preferred.has(model)), options);
  const others = options.needsTools ? unreliableLast(drawn, models, options.toolRecordOf) : drawn;
  return preferred.size === 0 ? others : [...preferred, ...others];
}

function drawOthers(
  models: readonly Model[],
  { settings, needsTools, experienceOf, random }: OrderOptions,
): readonly Model[] {
  if (settings.strategy !== "adaptive") return shuffled(models, random);
  const weights = adaptiveWeights(models, needsTools ? "agentic" : "coding", experienceOf);
  return weightedShuffled(models, ({ id }) => weights.get(id) ?? 0, random);
}

function preferredModels({ strategy, pinnedModel, fallbacks }: OrderOptions["settings"]): readonly ModelId[] {
  if (strategy === "fallbacks") return fallbacks;
  return strategy === "pinned" && pinnedModel !== undefined ? [pinnedModel] : [];
}
