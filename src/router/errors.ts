import type { ModelId } from "./catalogue";

/** Everything that can end an attempt or a completion: a closed list, so that every table over it is checked by the compiler. */
export type FailureReason =
  // nobody can be asked
  | "no-key"
  | "no-candidate"
  | "all-resting"
  | "offline"
  | "aborted"
  // the account
  | "unauthorized"
  | "payment-required"
  | "budget-exceeded"
  | "data-policy"
  | "rate-limit-minute"
  | "rate-limit-day"
  // the request
  | "bad-request"
  | "context-too-long"
  | "too-large"
  | "moderated"
  // one model
  | "rate-limit-model"
  | "model-gone"
  | "model-refused"
  | "capability-missing"
  | "provider-rejected"
  | "not-free"
  | "timeout"
  | "silent"
  | "unavailable"
  | "server-error"
  // its answer
  | "interrupted"
  | "malformed"
  | "empty"
  | "out-of-tokens"
  | "bad-tool-call"
  | "schema-mismatch";

export interface RouterErrorDetails {
  /** HTTP status, or the code in a body or chunk that came with status 200. */
  status?: number | undefined;
  model?: ModelId | undefined;
  /** When going on makes sense again, epoch milliseconds: a quota's reset, the end of the shortest rest. */
  retryAt?: number | undefined;
  /** What the service said, for *Details*: never a key, a prompt or a user id. */
  detail?: string | undefined;
  /** The service's own page that cures it. */
  link?: string | undefined;
  cause?: unknown;
}

/** The one error of the router: a closed reason, and a sentence that can be shown as it is. */
export class RouterError extends Error {
  override readonly name = "RouterError";
  readonly status: number | undefined;
  readonly model: ModelId | undefined;
  readonly retryAt: number | undefined;
  readonly detail: string | undefined;
  readonly link: string | undefined;

  constructor(
    readonly reason: FailureReason,
    message: string,
    details: RouterErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.status = details.status;
    this.model = details.model;
    this.retryAt = details.retryAt;
    this.detail = details.detail;
    this.link = details.link;
  }
}

/** True for errors of the router, also of another copy of it (two bundles in one process). */
export function isRouterError(error: unknown): error is RouterError {
  return error instanceof Error && error.name === "RouterError" && "reason" in error;
}
