import type { CompletionRequest, Explanation, Router } from "../../router/index";
import type { Step } from "../conversation/branch";

/** How much of a conversation goes with its last question. */
export interface TrimmedHistory {
  /** All steps, or those that are left when the oldest are not sent. */
  steps: readonly Step[];
  /** What the router says of the request that these make. */
  explanation: Explanation;
  /** Not even the last question alone fits into any free model. */
  tooLong: boolean;
}

/**
 * Leaves out as few of the oldest steps as needed for a free model to take the rest; the last one always stays. `sizeOf` makes the request of
 * some steps, in which pictures may lack their bytes. Throws what `explain` throws.
 */
export async function trimHistory(
  steps: readonly Step[],
  sizeOf: (steps: readonly Step[]) => Promise<CompletionRequest>,
  router: Pick<Router, "explain">,
): Promise<TrimmedHistory> {
  const without = async (count: number): Promise<TrimmedHistory> => {
    const kept = steps.slice(count);
    const explanation = await router.explain(await sizeOf(kept));
    return { steps: kept, explanation, tooLong: isTooLong(explanation) };
  };
  const whole = await without(0);
  if (!whole.tooLong || steps.length < 2) return whole;
  let fitting = await without(steps.length - 1);
  if (fitting.tooLong) return { ...fitting, steps };
  // What is left out grows with the count, so that the least that is enough can be found by halving.
  let [tooLittle, enough] = [0, steps.length - 1];
  while (enough - tooLittle > 1) {
    const middle = (tooLittle + enough) >> 1;
    const half = await without(middle);
    if (half.tooLong) tooLittle = middle;
    else [enough, fitting] = [middle, half];
  }
  return fitting;
}

/** No model is wide enough, and none that is rests only. */
function isTooLong({ pool, excluded }: Explanation): boolean {
  const rules = excluded.map(({ rule }) => rule);
  return pool.length === 0 && rules.includes("context") && !rules.includes("resting");
}
