import type { ModelId } from "./catalogue";
import type { FailureReason, RouterError } from "./errors";

/** A model that failed, and how. */
export interface Blame {
  model: ModelId;
  reason: FailureReason;
  retryAt?: number | undefined;
}

/**
 * Which models of a chain a failure is about, the last one being the one that the error itself names. The service tries a
 * chain in order and reports the last error; who else failed it tells in opt-in metadata, in `previous_errors`, or only by
 * the model that the text names. Where it tells nothing, the first model alone is blamed: it was surely asked.
 */
export function blame(error: RouterError, chain: readonly ModelId[], served: ModelId | undefined): Blame[] {
  const last = served ?? lastTried(error, chain);
  const own: Blame = { model: last, reason: error.reason, retryAt: error.retryAt };
  return [...passedOver(error.chain, chain, last, error.previousStatuses), own];
}

/** The models that the service tried in vain before the one that answered or failed last. */
export function passedOver(
  told: RouterError["chain"],
  chain: readonly ModelId[],
  last: ModelId,
  statuses: readonly number[] = [],
): Blame[] {
  const position = chain.indexOf(last);
  return chain.slice(0, Math.max(position, 0)).map((model, index) => {
    const status = told.find((each) => each.model === model)?.status ?? statuses[index] ?? 429;
    return { model, reason: status === 429 ? "rate-limit-model" : "unavailable" };
  });
}

function lastTried(error: RouterError, chain: readonly ModelId[]): ModelId {
  const first = chain[0] ?? "";
  const told = error.chain.findLast(({ model }) => chain.includes(model))?.model;
  const named = chain.findLast((model) => error.detail?.includes(model));
  return told ?? named ?? chain[error.previousStatuses.length] ?? first;
}
