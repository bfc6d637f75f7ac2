import type { ModelId } from "./catalogue";
import type { FailureReason, RouterError } from "./errors";

/** A model that failed, and how. */
export interface Blame {
  model: ModelId;
  reason: FailureReason;
  retryAt?: number | undefined;
  /** Whether it was surely this model. In a chain the service may not tell whom its error is about. */
  certain: boolean;
}

/**
 * Which models of a chain a failure is about, the last one being the one that the error itself names. The service tries a
 * chain in order and reports the last error; who else failed it tells in opt-in metadata, in `previous_errors`, or only by
 * the model that the text names. Where it tells nothing, the first model alone is blamed: it was surely asked.
 */
export function blame(error: RouterError, chain: readonly ModelId[], served: ModelId | undefined): Blame[] {
  const told =
    served ??
    error.chain.findLast(({ model }) => chain.includes(model))?.model ??
    chain.findLast((model) => error.detail?.includes(model)) ??
    (error.previousStatuses.length > 0 ? chain[error.previousStatuses.length] : undefined);
  const last = told ?? chain[0] ?? "";
  const certain = told !== undefined || chain.length === 1;
  const own: Blame = { model: last, reason: error.reason, retryAt: error.retryAt, certain };
  return [...passedOver(error.chain, chain, last, error.previousStatuses), own];
}

/** The models that the service tried in vain before the one that answered or failed last. */
export function passedOver(
  told: RouterError["chain"],
  chain: readonly ModelId[],
  last: ModelId,
  statuses: readonly number[] = [],
): Blame[] {
  return chain.slice(0, Math.max(chain.indexOf(last), 0)).map((model, index) => {
    const status = told.find((each) => each.model === model)?.status ?? statuses[index] ?? 429;
    return { model, reason: status === 429 ? "rate-limit-model" : "unavailable", certain: true };
  });
}
