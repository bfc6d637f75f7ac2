import type { CheckedRequest } from "../../context/secretsCheck";
import type { Tool } from "../../router/index";
import type { ToolExchange } from "./toolExchange";

/** The request for an answer, checked for secrets. */
export interface SentRequest {
  request: CheckedRequest;
  /** Labels of texts that the user held back. */
  heldBack: readonly string[];
  /** How many secrets are sent as placeholders. */
  replaced: number;
  /** Id of the first turn in it, if earlier ones did not fit. */
  sentFrom?: string;
  /**
   * The same request with what models found in the project: with `tools`, or as the last one without. Resolves to `undefined` if the user
   * sends nothing because of a possible secret.
   */
  follow: (exchanges: readonly ToolExchange[], tools: readonly Tool[] | undefined) => Promise<FollowUp | undefined>;
}

export interface FollowUp {
  request: CheckedRequest;
  /** The exchanges without what the user held back. */
  exchanges: readonly ToolExchange[];
  heldBack: readonly string[];
}
