import type { AttemptError } from "./attemptError";
import type { CompletionState } from "./completionState";
import { RouterError, toRouterError, type AttemptFailure } from "./errors";
import { failurePolicy } from "./failurePolicy";

/** The error that ends a completion, with all failed attempts, and whether one of them had begun to answer or to reason. */
export function finalError(
  error: RouterError,
  attempts: readonly AttemptFailure[],
  { hasText, hasReasoning }: Pick<CompletionState, "hasText" | "hasReasoning">,
): RouterError {
  if (!hasText && !hasReasoning && (error.attempts.length > 0 || attempts.length === 0)) return error;
  const { reason, message, service, status, retryAt, limit, remaining, detail, complaint, rules } = error;
  const { link, capability, cause } = error;
  const model = error.model ?? attempts.at(-1)?.model;
  return new RouterError(reason, message, {
    ...{ service, status, retryAt, limit, remaining, detail, complaint, rules },
    ...{ link, capability, cause, model, hasText, hasReasoning },
    attempts: error.attempts.length > 0 ? error.attempts : attempts,
  });
}

/** The error after visible text that the caller cannot discard. */
export function incompleteError(error: AttemptError, attempts: readonly AttemptFailure[]): RouterError {
  const { reason, message, details } = error;
  return new RouterError(reason, `The answer is incomplete. ${message}`, { ...details, attempts, cause: error.cause });
}

/** The error when no attempts or candidates are left: the reason of the last failure, and a summary of all. */
export function exhaustedError(
  last: AttemptError | undefined,
  attempts: readonly AttemptFailure[],
  retryAt?: number,
): RouterError {
  if (!last) return new RouterError("no-candidate", "No free model is available for this request right now.");
  const message =
    attempts.length === 1 ? last.message : `${attempts.length} attempts failed: ${summary(attempts)}. ${last.message}`;
  const { reason, service, status, detail, complaint, link } = toRouterError(last);
  return new RouterError(reason, message, {
    ...{ service, status, detail, complaint, link, attempts, retryAt, cause: last.cause },
    model: attempts.at(-1)?.model,
  });
}

/** The error when every candidate is in cooldown. */
export function restingError({ until, count }: { until: number; count: number }, now: number): RouterError {
  const models =
    count === 1 ? "The only free model for this request is" : `All ${count} free models for this request are`;
  return new RouterError("all-resting", `${models} cooling down. Try again in ${durationText(until - now)}.`, {
    retryAt: until,
  });
}

/** For example "2 busy, 1 silent". */
function summary(failures: readonly AttemptFailure[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of failures) {
    const { label } = failurePolicy[reason];
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].map(([label, count]) => `${count} ${label}`).join(", ");
}

function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
