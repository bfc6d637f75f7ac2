import type { ModelId } from "./model";
import type { CompletionRequest } from "./request";

/** The models to send a request to, in order of preference. */
export interface AttemptPlan {
  readonly chain: readonly ModelId[];
  readonly request: CompletionRequest;
  /** Every model of the chain is in cooldown. */
  readonly isProbe?: true;
  /** The models failed by chance before. */
  readonly isSecondRound?: true;
}

/** What to do next: an attempt, a wait (epoch milliseconds), or nothing, because every model was tried or is cooling down. */
export type Choice =
  | { readonly type: "attempt"; readonly plan: AttemptPlan }
  /** `loading`: the services that are getting ready are asked again then. */
  | { readonly type: "wait"; readonly until: number; readonly reason: "resting" | "loading" };
export type NoChoice =
  { readonly type: "exhausted" } | { readonly type: "resting"; readonly until: number; count: number };
