import type { Model, ModelId } from "./model";
import { relativeIndex } from "./quality";

/** A model's tool calls on this computer, as numbers of calls. Older ones count less, so these are seldom whole. */
export interface ToolRecord {
  /** Answers with valid tool calls. */
  readonly good: number;
  /** Answers with broken ones. */
  readonly bad: number;
}

/**
 * What is assumed of a model without a record: an average one breaks a call in five. The assumption weighs more than one call, so that an
 * average model may break one by chance, and less than two: after two broken calls in a row it is unreliable for about four hours.
 */
const prior = { weight: 1.2, rate: 0.8 };
/** Half of what is assumed of an average model: a model of less than half of the pool's median index starts below. */
const minReliability = prior.rate / 2;

/**
 * The probability that a model's next tool call is valid. `relativeIndex`: its benchmark index for agents, relative to the pool's median.
 * A better index than that is no promise: such models break calls as well.
 */
export function toolReliability({ good, bad }: ToolRecord, relativeIndex: number): number {
  const expected = prior.weight * prior.rate * Math.min(relativeIndex, 1);
  return (expected + good) / (prior.weight + good + bad);
}

/** Models of the pool in the same order, but those that are likely to break tool calls after all others. None is left out. */
export function unreliableLast(
  order: readonly Model[],
  pool: readonly Model[],
  recordOf: (model: ModelId) => ToolRecord,
): readonly Model[] {
  const indexOf = relativeIndex(pool, "agentic");
  const [reliable, unreliable]: [Model[], Model[]] = [[], []];
  for (const model of order) {
    const isReliable = toolReliability(recordOf(model.id), indexOf(model)) >= minReliability;
    (isReliable ? reliable : unreliable).push(model);
  }
  return unreliable.length === 0 ? order : reliable.concat(unreliable);
}
