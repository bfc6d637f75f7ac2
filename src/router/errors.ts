import type { Capability } from "./capability";
import type { ModelId } from "./model";
import type { ExclusionRule } from "./pool";

/** Everything that can end an attempt or a completion: a closed list, so that every table over it is checked by the compiler. */
export type FailureReason =
  // nobody can be asked
  | "internal"
  | "no-key"
  | "no-candidate"
  | "all-resting"
  | "offline"
  | "web-page"
  | "aborted"
  // the account
  | "unauthorized"
  | "payment-required"
  | "budget-exceeded"
  | "data-policy"
  | "rate-limit-minute"
  | "rate-limit-day"
  | "rate-limit-unknown"
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
  | "schema-mismatch"
  | "outrun";

export interface RouterErrorDetails {
  /** HTTP status, or the code in a body or chunk that came with status 200. */
  status?: number | undefined;
  model?: ModelId | undefined;
  /** When going on makes sense again, epoch milliseconds: a quota's reset, the end of the shortest rest. */
  retryAt?: number | undefined;
  /** How many requests the account's used-up limit allows. */
  limit?: number | undefined;
  /** What the service said, for *Details*: never a key, a prompt or a user id. */
  detail?: string | undefined;
  /** What the service said of the request itself, in a line: all that there is to tell of a bad request. */
  complaint?: string | undefined;
  /** The rules that left nobody to ask: one that they all fall to, or what none of them can. */
  rules?: readonly ExclusionRule[] | undefined;
  /** The service's own page that cures it. */
  link?: string | undefined;
  /** The capability a model turned out to lack. */
  capability?: Capability | undefined;
  /** How the models of a chain ended, where the service told: the others were never reached. */
  chain?: readonly { model: ModelId; status: number }[] | undefined;
  /** The codes of the errors before this one in a chain, in its order: the older way to tell. */
  previousStatuses?: readonly number[] | undefined;
  /** The attempts before this one, when the error ends a completion. */
  attempts?: readonly AttemptFailure[] | undefined;
  cause?: unknown;
}

/** One failed attempt, for whoever tells the user why it took longer. */
export interface AttemptFailure {
  attempt: number;
  model: ModelId;
  reason: FailureReason;
  message: string;
}

/** The one error of the router: a closed reason, and a sentence that can be shown as it is. */
export class RouterError extends Error {
  override readonly name = "RouterError";
  readonly status: number | undefined;
  readonly model: ModelId | undefined;
  readonly retryAt: number | undefined;
  readonly limit: number | undefined;
  readonly detail: string | undefined;
  readonly complaint: string | undefined;
  readonly rules: readonly ExclusionRule[];
  readonly link: string | undefined;
  readonly capability: Capability | undefined;
  readonly chain: readonly { model: ModelId; status: number }[];
  readonly previousStatuses: readonly number[];
  readonly attempts: readonly AttemptFailure[];

  constructor(
    readonly reason: FailureReason,
    message: string,
    details: RouterErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.status = details.status;
    this.model = details.model;
    this.retryAt = details.retryAt;
    this.limit = details.limit;
    this.detail = details.detail;
    this.complaint = details.complaint;
    this.rules = details.rules ?? [];
    this.link = details.link;
    this.capability = details.capability;
    this.chain = details.chain ?? [];
    this.previousStatuses = details.previousStatuses ?? [];
    this.attempts = details.attempts ?? [];
  }
}

/** True for errors of the router, also of another copy of it (two bundles in one process). */
export function isRouterError(error: unknown): error is RouterError {
  return error instanceof Error && error.name === "RouterError" && "reason" in error;
}

/** Whatever was thrown, as an error of the router; what is none of its own is a bug. */
export function toRouterError(error: unknown): RouterError {
  if (isRouterError(error)) return error;
  return new RouterError("internal", `Something unexpected happened: ${String(error)}`, { cause: error });
}

/** Codes of a connection that stood and broke: the request may have been worked on, another model is a fair try. */
const brokenCodes = new Set([
  "ECONNRESET",
  "EPIPE",
  "UND_ERR_SOCKET",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "UND_ERR_ABORTED",
  "HPE_INVALID_CONSTANT",
  "HPE_INVALID_CHUNK_SIZE",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_HTTP2_STREAM_ERROR",
]);
const brokenTexts =
  /terminated|other side closed|ERR_CONNECTION_(RESET|CLOSED)|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED|ERR_CONTENT_LENGTH_MISMATCH|ERR_HTTP2|socket hang up|premature/i;

/**
 * What a rejected fetch or (of a connection that stood) a broken body means. `fetch` tells the true cause only in the chain of
 * causes.
 */
export function networkError(error: unknown, connected = false): RouterError {
  if (isRouterError(error)) return error;
  const causes = causesOf(error);
  const text = causes.map(({ code, message }) => [code, message].filter(Boolean).join(" ")).join(": ");
  const broken = ({ code = "", message }: { code?: string; message: string }): boolean =>
    brokenCodes.has(code) || brokenTexts.test(message);
  // undici tells a proxy's refusal as an aborted request; no other model gets past that proxy either.
  const refusedByProxy = /Proxy response \(\d+\)|ERR_PROXY|ERR_TUNNEL/.test(text);
  if (connected || (causes.some(broken) && !refusedByProxy)) {
    return new RouterError("interrupted", "The connection broke off.", { cause: error, detail: text });
  }
  return new RouterError("offline", offlineSentence(text), { cause: error, detail: text });
}

function offlineSentence(text: string): string {
  if (/ENOTFOUND|EAI_AGAIN|ERR_NAME_NOT_RESOLVED/.test(text))
    return "The service's name could not be found. Check the network connection.";
  if (/ECONNREFUSED|ERR_CONNECTION_REFUSED/.test(text))
    return "The connection was refused. Check the network, the proxy and the base URL.";
  if (/CERT|certificate|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|SSL/i.test(text))
    return "The service's certificate is not trusted here. A company proxy may need its certificate installed.";
  if (/proxy|407/i.test(text)) return "The proxy refused the connection. Check the proxy settings.";
  return "The service cannot be reached. Check the network connection.";
}

/** The chain of causes, outermost first, five at most: `fetch` tells in it what really happened. */
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
