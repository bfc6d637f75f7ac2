import type { AttemptError } from "../../../../../src/router/attemptError";
import { failurePolicy } from "../../../../../src/router/failurePolicy";
import { refusalError } from "../../../../../src/router/services/openrouter/refusal";
import type { Refusal } from "../../../../../src/router/services/service";
import { snapshotDay } from "../../../../support/clock";

export const now = snapshotDay + 12 * 3_600_000;
export const midnight = snapshotDay + 86_400_000;
/** How long the model stays out of the pool; `undefined` if it stays in. */
export function excludedMs({ reason, details }: AttemptError): number | undefined {
  const { exclude } = failurePolicy[reason];
  return details.excludeMs ?? (exclude && hours(exclude.hours));
}

export const hours = (count: number): number => count * 3_600_000;

/** The error for a refused request, whose body is an error object in the service's format or plain text. */
export function refused(
  status: number,
  error: unknown,
  headers: Record<string, string> = {},
  more: Partial<Refusal> = {},
): AttemptError {
  return refusalError({
    status,
    ...(typeof error === "string" ? { body: undefined, text: error } : { body: { error, user_id: "user_2abcDEF" } }),
    headers: new Headers(headers),
    now,
    ...more,
  });
}
