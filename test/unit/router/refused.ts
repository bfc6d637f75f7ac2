import type { RouterError } from "../../../src/router/errors";
import { refusalError } from "../../../src/router/refusal";
import { snapshotDay } from "../../support/clock";

export const now = snapshotDay + 12 * 3_600_000;
export const midnight = snapshotDay + 86_400_000;

/** The error for a refused request, whose body is an error object in the service's format or plain text. */
export function refused(status: number, error: unknown, headers: Record<string, string> = {}): RouterError {
  return typeof error === "string"
    ? refusalError({ status, body: undefined, text: error, headers: new Headers(headers), now })
    : refusalError({ status, body: { error, user_id: "user_2abcDEF" }, headers: new Headers(headers), now });
}
