import type { CompletionRequest, Explanation, Router } from "../../router/index";
import type { Step } from "../conversation/branch";

/** The part of a conversation that fits into a request. */
export interface TrimmedHistory {
  /** All steps, or the newest ones that fit. */
  steps: readonly Step[];
  /** The router's explanation of the request with these steps. */
  explanation: Explanation;
  /** Even the last question alone does not fit into any free model. */
  tooLong: boolean;
}

/**
 * Leaves out as few of the oldest steps as needed to fit the rest into a free model. The last step always stays. `build` makes
 * the request for some steps; images in it need no data. Throws what `explain` throws.
 */
export async function trimHistory(
  steps: readonly Step[],
  build: (steps: readonly Step[]) => Promise<CompletionRequest>,
  router: Pick<Router, "explain">,
): Promise<TrimmedHistory> {
  const without = async (count: number): Promise<TrimmedHistory> => {
    const newest = steps.slice(count);
    const explanation = await router.explain(await build(newest));
    return { steps: newest, explanation, tooLong: isTooLong(explanation) };
  };
  const all = await without(0);
  if (!all.tooLong || steps.length < 2) return all;
  let fitting = await without(steps.length - 1);
  if (fitting.tooLong) return { ...fitting, steps };
  // Binary search: the smallest count that is enough.
  let [tooLittle, enough] = [0, steps.length - 1];
  while (enough - tooLittle > 1) {
    const middle = (tooLittle + enough) >> 1;
    const trimmed = await without(middle);
    if (trimmed.tooLong) tooLittle = middle;
    else [enough, fitting] = [middle, trimmed];
  }
  return fitting;
}

/** Every model's context is too small, and there is no larger model that is only cooling down. */
function isTooLong({ pool, excluded }: Explanation): boolean {
  const rules = excluded.map(({ rule }) => rule);
  return pool.length === 0 && rules.includes("context") && !rules.includes("resting");
}
