import { isRecord, jsonText } from "./json";

/** The fields of an error that classify it. In the response, each may be missing or of another type. */
export interface ServiceError {
  code: number;
  message: string;
  type: string;
  limitSource: string;
  availability: string;
  excludedBy: readonly unknown[];
  provider: string;
  raw: string;
  /** Seconds to wait, if the body contains them. */
  retryAfter: unknown;
  /** The codes of earlier errors in a chain. */
  previousStatuses: number[] | undefined;
  metadata: Record<string, unknown>;
}

/** Whether a body or chunk contains an error, at the top level or in a choice. Runs on every chunk. */
export function hasError(body: unknown): boolean {
  return isRecord(body) && findError(body) !== undefined;
}

function findError(body: Record<string, unknown>): Record<string, unknown> | string | undefined {
  const topLevel = body["error"];
  if (isError(topLevel)) return topLevel;
  const choices = body["choices"];
  if (!Array.isArray(choices)) return undefined;
  for (const choice of choices as unknown[]) {
    const error = isRecord(choice) ? choice["error"] : undefined;
    if (isError(error)) return error;
  }
  return undefined;
}

function isError(value: unknown): value is Record<string, unknown> | string {
  return isRecord(value) || (typeof value === "string" && value !== "");
}

/** Reads the error of a body or chunk; `undefined` if it contains none. */
export function readServiceError(body: unknown, status: number): ServiceError | undefined {
  const error = isRecord(body) ? findError(body) : undefined;
  if (error === undefined) return undefined;
  const record = typeof error === "string" ? { message: error } : error;
  const metadata = isRecord(record["metadata"]) ? record["metadata"] : {};
  const availability = [record["availability"], metadata["availability"]].find(isRecord) ?? {};
  const type = readString(metadata, "error_type") || readString(record, "error_type") || readString(record, "type");
  return {
    code: readCode(record["code"], type, status),
    message: readString(record, "message"),
    type,
    limitSource: readString(metadata, "limit_source"),
    availability: readString(availability, "code"),
    excludedBy: Array.isArray(availability["excluded_by"]) ? availability["excluded_by"] : [],
    provider: readString(metadata, "provider_name"),
    raw: rawText(metadata["raw"]),
    retryAfter: metadata["retry_after"] ?? availability["retry_after"],
    previousStatuses: readPreviousStatuses(metadata["previous_errors"]),
    metadata,
  };
}

/** The values of `error_type` by status. */
const errorTypes: Readonly<Record<number, string>> = {
  400:
    "context_length_exceeded max_tokens_exceeded token_limit_exceeded string_too_long invalid_request invalid_prompt " +
    "content_policy_violation refusal invalid_image image_too_large image_too_small unsupported_image_format image_download_failed",
  401: "authentication",
  402: "payment_required",
  403: "permission_denied",
  404: "not_found image_not_found",
  412: "precondition_failed",
  413: "payload_too_large",
  422: "unprocessable",
  429: "rate_limit_exceeded",
  502: "provider_unavailable",
  503: "provider_overloaded",
  504: "timeout",
};
const statusByType = new Map(
  Object.entries(errorTypes).flatMap(([status, types]) => types.split(" ").map((type) => [type, Number(status)])),
);

/**
 * The code is a number in the specification and an `error_type` in one example of the documentation. In a body with status
 * 200 or a chunk it is the only status. An unknown type comes from a host and counts as a server error (500), since another
 * host may well accept the request.
 */
function readCode(code: unknown, type: string, status: number): number {
  const number = typeof code === "string" && code.trim() !== "" ? Number(code) : code;
  if (typeof number === "number" && number >= 300 && number < 600) return number;
  if (status !== 200) return status;
  return (typeof code === "string" ? statusByType.get(code) : undefined) ?? statusByType.get(type) ?? 500;
}

/** The models that the service tried and their statuses, from its opt-in metadata; `undefined` if it lacks them. */
export function readChain(metadata: unknown): { model: string; status: number }[] | undefined {
  const attempts = isRecord(metadata) ? metadata["attempts"] : undefined;
  if (!Array.isArray(attempts)) return undefined;
  return attempts
    .filter(isRecord)
    .flatMap(({ model, status }) =>
      typeof model === "string" && typeof status === "number" ? [{ model, status }] : [],
    );
}

function readPreviousStatuses(errors: unknown): number[] | undefined {
  return Array.isArray(errors)
    ? errors.map((error: unknown) => (isRecord(error) ? Number(error["code"] ?? error["status"]) : 0))
    : undefined;
}

function readString(record: Record<string, unknown>, name: string): string {
  const value = record[name];
  return typeof value === "string" ? value : "";
}

function rawText(raw: unknown): string {
  if (typeof raw === "string") return raw;
  return isRecord(raw) ? jsonText(raw) : "";
}
