import type { Model, ModelId } from "./model";

/** How strongly quality decides: with 3.3, a model of twice the index is picked ten times as often. */
const qualityExponent = 3.3;
/** No model gets a larger share of the picks: the best model would be everyone's first choice, and therefore busy. */
const maxShare = 0.24;
/** Nor a smaller one, relative to an equal share: a model with a bad record may have recovered. */
const minRelativeShare = 0.1;

/**
 * The weights of the strategy `adaptive`, which add up to 1. The catalogue's benchmark index is the prior (`agentic` for requests with
 * tools, else `coding`; the pool's median for models without one), multiplied by the experience on this machine: 1 for an average
 * model or one without a record.
 */
export function adaptiveWeights(
  models: readonly Model[],
  index: "coding" | "agentic",
  experienceOf: (model: ModelId) => number,
): Map<ModelId, number> {
  const median = medianOf(models.flatMap(({ benchmarks }) => benchmarks?.[index] ?? [])) ?? 1;
  const weights = models.map(
    ({ id, benchmarks }) => ((benchmarks?.[index] ?? median) / median) ** qualityExponent * experienceOf(id),
  );
  const shares = limitedShares(weights);
  return new Map(models.map(({ id }, position) => [id, shares[position] ?? 0]));
}

/** The weights as shares between the limits. What a limit takes from one share or gives to it is spread over the others. */
function limitedShares(weights: readonly number[]): number[] {
  const smallest = minRelativeShare / weights.length;
  const largest = Math.max(maxShare, 1 / weights.length);
  let shares = normalized(weights);
  // A few rounds suffice: each one fixes the shares that the round before pushed over a limit.
  for (let round = 0; round < 10; round++) {
    const fixed = shares.map((share) => (share >= largest ? largest : share <= smallest ? smallest : undefined));
    const left = 1 - sum(fixed.map((share) => share ?? 0));
    const free = sum(shares.filter((_, index) => fixed[index] === undefined));
    if (free === 0) return normalized(shares);
    const next = shares.map((share, index) => fixed[index] ?? (share / free) * left);
    if (next.every((share, index) => Math.abs(share - (shares[index] ?? 0)) < 1e-9)) return next;
    shares = next;
  }
  return shares;
}

function normalized(weights: readonly number[]): number[] {
  const total = sum(weights);
  return weights.map((weight) => weight / total);
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
