import { RouterError, type AttemptFailure } from "./errors";
import { failurePolicy } from "./failurePolicy";

/** The error of an attempt that ends the completion, with all failed attempts. */
export function finalError(
  error: RouterError,
  attempts: readonly AttemptFailure[],
  message = error.message,
): RouterError {
  const { reason, status, retryAt, detail, complaint, rules, link, capability, cause } = error;
  const model = error.model ?? attempts.at(-1)?.model;
  return new RouterError(reason, message, {
    ...{ status, retryAt, detail, complaint, rules, link, capability, cause, model, attempts },
  });
}

/** The error when no attempts or candidates are left: the reason of the last failure, and a summary of all. */
export function exhaustedError(
  last: RouterError | undefined,
  attempts: readonly AttemptFailure[],
  retryAt?: number,
): RouterError {
  if (!last) return new RouterError("no-candidate", "No free model is available for this request right now.");
  const message =
    attempts.length === 1 ? last.message : `${attempts.length} attempts failed: ${summary(attempts)}. ${last.message}`;
  const { reason, status, detail, complaint, link, cause } = last;
  return new RouterError(reason, message, {
    status,
    detail,
    complaint,
    link,
    cause,
    attempts,
    model: attempts.at(-1)?.model,
    retryAt,
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
