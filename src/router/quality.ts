import type { Model, ModelId } from "./model";

/** How strongly quality decides: with 3.3, a model of twice the index is picked ten times as often. */
const qualityExponent = 3.3;
/** No model gets a larger share of the picks: the best model would be everyone's first choice, and therefore busy. */
const maxShare = 0.23;
/** Nor a smaller one, relative to an equal share: a model with a bad record may have recovered. */
const minRelativeShare = 0.1;
const bisectionSteps = 50;

/**
 * The weights of the strategy `adaptive`, which add up to 1. The catalogue's benchmark index is the prior (`agentic` for requests with
 * tools, else `coding`; the pool's median for models without one), multiplied by the experience on this computer: 1 for an average
 * model or one without a record.
 */
export function adaptiveWeights(
  models: readonly Model[],
  index: "coding" | "agentic",
  experienceOf: (model: ModelId) => number,
): Map<ModelId, number> {
  const indexOf = relativeIndex(models, index);
  const weights = models.map((model) => indexOf(model) ** qualityExponent * experienceOf(model.id));
  const shares = limitedShares(weights);
  return new Map(models.map(({ id }, position) => [id, shares[position] ?? 0]));
}

/** A benchmark index of the models, relative to the median of the pool: 1 for the median, and for a model without an index. */
export function relativeIndex(models: readonly Model[], index: "coding" | "agentic"): (model: Model) => number {
  // An index of 0 would make the weight 0, and as the median it would make the weights infinite.
  const known: number[] = [];
  for (const { benchmarks } of models) if (benchmarks?.[index]) known.push(benchmarks[index]);
  const median = medianOf(known) ?? 1;
  return ({ benchmarks }) => (benchmarks?.[index] || median) / median;
}

/**
 * The weights as shares between the limits, which add up to 1: all weights are multiplied by the same factor, found by bisection, and
 * then limited. Weights must be positive.
 */
function limitedShares(weights: readonly number[]): number[] {
  const smallest = minRelativeShare / weights.length;
  const largest = Math.max(maxShare, 1 / weights.length);
  const sharesFor = (factor: number): number[] =>
    weights.map((weight) => Math.min(Math.max(weight * factor, smallest), largest));
  let [low, high] = [0, largest / Math.min(...weights)];
  for (let step = 0; step < bisectionSteps; step++) {
    const middle = (low + high) / 2;
    if (sum(sharesFor(middle)) < 1) low = middle;
    else high = middle;
  }
  return sharesFor(high);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function medianOf(numbers: readonly number[]): number | undefined {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
