import type { Capability } from "./capability";
import type { ModelId } from "./model";
import type { FailureReason } from "./failureReason";

/**
 * Whose failure it is. The same status means different things: a 401 of a host says nothing about the user's key.
 * `provider`: the host behind the service, or the model itself. `service`: the service as a whole. `account`: the user's key or account.
 * `request`: every model would refuse the request. `network`: the service was not reached.
 */
export type FailureOrigin = "provider" | "service" | "account" | "request" | "network";

/** A field of the request that a model refused and that it can be sent without. */
export type OptionalField = "reasoning" | "reasoning_details" | "plugins";

export interface AttemptErrorDetails {
  /** The name of the service that failed, if it is not OpenRouter. */
  service?: string | undefined;
  origin?: FailureOrigin | undefined;
  /** HTTP status, or the code in a body or chunk with status 200. */
  status?: number | undefined;
  /** The model that the stream or the error named; may differ from the one that was asked. */
  model?: ModelId | undefined;
  /** When a retry makes sense, epoch milliseconds. */
  retryAt?: number | undefined;
  /** The account's limit, if the refusal reported it. */
  limit?: number | undefined;
  /** The tokens that the account may use in a minute, if the refusal reported them. */
  tokensPerMinute?: number | undefined;
  /** The limit is that of the model, so that others of the service may answer. */
  isPerModel?: true | undefined;
  /** How long the model stays out of the pool, if not the time of its reason in `failurePolicy`, milliseconds. */
  excludeMs?: number | undefined;
  /** What the service said, for *Details*: never a key, a prompt or a user id. */
  detail?: string | undefined;
  /** What the service said about the request, in one line. */
  complaint?: string | undefined;
  /** The service's page where the user can fix it. */
  link?: string | undefined;
  /** The capability that the model turned out to lack. */
  capability?: Capability | undefined;
  /** The model's actual window, if the refusal reported it, tokens. */
  contextLength?: number | undefined;
  /** The field to leave out when the attempt is repeated (`parameter-refused`). */
  field?: OptionalField | undefined;
  /** The refusal does not say why, and names no host. The second one in a row ends the completion. */
  isUnexplained?: true | undefined;
  /** USD that the failed attempt cost, if the service reported a charge. */
  cost?: number | undefined;
  /** How the models of a chain ended, if the service reported it. */
  chain?: readonly { model: ModelId; status: number }[] | undefined;
  /** The codes of the errors before this one in a chain, in order. */
  previousStatuses?: readonly number[] | undefined;
  cause?: unknown;
}

/** A failed attempt, inside the router. The caller of the router gets `RouterError`. */
export class AttemptError extends Error {
  override readonly name = "AttemptError";
  readonly reason: FailureReason;
  readonly details: Readonly<AttemptErrorDetails>;

  constructor(reason: FailureReason, message: string, details: AttemptErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.reason = reason;
    this.details = details;
  }
}
