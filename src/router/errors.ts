import { AttemptError } from "./attemptError";
import type { Capability } from "./capability";
import type { FailureReason } from "./failureReason";
import type { ModelId } from "./model";
import type { ExclusionRule } from "./pool";

export interface RouterErrorDetails {
  /** The name of the service that failed, if it is not OpenRouter. */
  service?: string | undefined;
  /** HTTP status, or the code in a body or chunk that came with status 200. */
  status?: number | undefined;
  model?: ModelId | undefined;
  /** When a retry makes sense, epoch milliseconds: the reset of a limit, or the end of the first cooldown. */
  retryAt?: number | undefined;
  /** How many requests the exhausted limit of the account allows. */
  limit?: number | undefined;
  /** How many requests of the day are left. */
  remaining?: number | undefined;
  /** The service's own text, for a *Details* section. Contains no key, prompt or user id. */
  detail?: string | undefined;
  /** The service's explanation of a bad request, on one line. */
  complaint?: string | undefined;
  /** The rules that emptied the candidate pool: one that excludes every model, or the capabilities that no model combines. */
  rules?: readonly ExclusionRule[] | undefined;
  /** The page of the service where the user can resolve the problem. */
  link?: string | undefined;
  /** The capability that the model lacks. */
  capability?: Capability | undefined;
  /** All failed attempts, if the error ends a completion. */
  attempts?: readonly AttemptFailure[] | undefined;
  /** Whether one of them had begun to answer. */
  hasText?: boolean | undefined;
  /** Whether one of them had begun to reason. */
  hasReasoning?: boolean | undefined;
  cause?: unknown;
}

/** A failed attempt, with a message for the user. */
export interface AttemptFailure {
  attempt: number;
  model: ModelId;
  reason: FailureReason;
  message: string;
}

/** The only error that the router throws: a reason for code, and a message that can be shown to the user. */
export class RouterError extends Error {
  override readonly name = "RouterError";
  readonly reason: FailureReason;
  readonly service: string | undefined;
  readonly status: number | undefined;
  readonly model: ModelId | undefined;
  readonly retryAt: number | undefined;
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  readonly detail: string | undefined;
  readonly complaint: string | undefined;
  readonly rules: readonly ExclusionRule[];
  readonly link: string | undefined;
  readonly capability: Capability | undefined;
  readonly attempts: readonly AttemptFailure[];
  readonly hasText: boolean;
  readonly hasReasoning: boolean;

  constructor(reason: FailureReason, message: string, details: RouterErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.reason = reason;
    this.service = details.service;
    this.status = details.status;
    this.model = details.model;
    this.retryAt = details.retryAt;
    this.limit = details.limit;
    this.remaining = details.remaining;
    this.detail = details.detail;
    this.complaint = details.complaint;
    this.rules = details.rules ?? [];
    this.link = details.link;
    this.capability = details.capability;
    this.attempts = details.attempts ?? [];
    this.hasText = details.hasText ?? false;
    this.hasReasoning = details.hasReasoning ?? false;
  }
}

/** The `code` of the error of a `fetch` that refuses every address beyond this computer; its `host` is the one that was to be asked. */
export const notLocalCode = "ERR_NOT_LOCAL";

/** Whether the error is a `RouterError`, also one of another copy of the router (two bundles in one process). */
export function isRouterError(error: unknown): error is RouterError {
  return error instanceof Error && error.name === "RouterError" && "reason" in error;
}

/** The error as a `RouterError`. Any other error is a bug and gets the reason `internal`. */
export function toRouterError(error: unknown): RouterError {
  if (isRouterError(error)) return error;
  if (error instanceof AttemptError)
    return new RouterError(error.reason, error.message, { ...error.details, cause: error.cause });
  return new RouterError("internal", `An unexpected error occurred: ${String(error)}`, { cause: error });
}

/** The error and its chain of causes, outermost first, five at most. `fetch` reports the actual error as a cause. */
export function causesOf(error: unknown): { code?: string; message: string }[] {
  const causes: { code?: string; message: string }[] = [];
  let cause: unknown = error;
  while (cause instanceof Error && causes.length < 5) {
    const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
    causes.push({ ...(code ? { code } : {}), message: cause.message });
    cause = cause instanceof AggregateError ? cause.errors[0] : cause.cause;
  }
  return causes.length > 0 ? causes : [{ message: String(error) }];
}
