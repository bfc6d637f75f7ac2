import type { Capability } from "./capability";

/** Why a model of the catalogue is not in the candidate pool; the first rule that fits is the one that is told. */
export type ExclusionRule =
  | "paid"
  | "not-text"
  | "router"
  | "expired"
  | "classifier"
  | "preview"
  | `no-${Capability}`
  | "context"
  | "excluded"
  | "data-policy"
  | "gone"
  | "resting";
