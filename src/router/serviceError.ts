import { isRecord, jsonText } from "./json";

/** The fields of an error that decide, whatever else it holds. Everything may be missing or of another type. */
export interface ServiceError {
  code: number;
  message: string;
  type: string;
  limitSource: string;
  availability: string;
  excludedBy: readonly unknown[];
  provider: string;
  raw: string;
  /** Seconds to wait, where the service says so in the body. */
  retryAfter: unknown;
  /** The codes of the errors before this one in a chain. */
  previousStatuses: number[] | undefined;
  metadata: Record<string, unknown>;
}

/** Whether a body or chunk carries an error, at the top or beside a choice. Runs on every chunk. */
export function hasError(body: unknown): boolean {
  return isRecord(body) && errorIn(body) !== undefined;
}

function errorIn(body: Record<string, unknown>): Record<string, unknown> | string | undefined {
  const own = body["error"];
  if (isError(own)) return own;
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

/** The error that a body or chunk carries, field by field; `undefined` where it carries none. */
export function readServiceError(body: unknown, status: number): ServiceError | undefined {
  const error = isRecord(body) ? errorIn(body) : undefined;
  if (error === undefined) return undefined;
  const record = typeof error === "string" ? { message: error } : error;
  const metadata = isRecord(record["metadata"]) ? record["metadata"] : {};
  const availability = [record["availability"], metadata["availability"]].find(isRecord) ?? {};
  const type = stringIn(metadata, "error_type") || stringIn(record, "error_type") || stringIn(record, "type");
  return {
    code: codeOf(record["code"], type, status),
    message: stringIn(record, "message"),
    type,
    limitSource: stringIn(metadata, "limit_source"),
    availability: stringIn(availability, "code"),
    excludedBy: Array.isArray(availability["excluded_by"]) ? availability["excluded_by"] : [],
    provider: stringIn(metadata, "provider_name"),
    raw: rawText(metadata["raw"]),
    retryAfter: metadata["retry_after"] ?? availability["retry_after"],
    previousStatuses: previousIn(metadata["previous_errors"]),
    metadata,
  };
}

/** The service's words for errors, as `error_type` has them. */
const words: Readonly<Record<number, string>> = {
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
const codeOfWord = new Map(
  Object.entries(words).flatMap(([code, each]) => each.split(" ").map((word) => [word, Number(code)])),
);

/**
 * The code is an int in the spec and a word in one docs example; in a 200 body or a chunk it is the only status there is.
 * Words that nobody knows are a host's, and no reason to think that another host would say the same.
 */
function codeOf(code: unknown, type: string, status: number): number {
  const number = typeof code === "string" && code.trim() !== "" ? Number(code) : code;
  if (typeof number === "number" && number >= 300 && number < 600) return number;
  if (status !== 200) return status;
  return (typeof code === "string" ? codeOfWord.get(code) : undefined) ?? codeOfWord.get(type) ?? 500;
}

/** How each model that the service tried ended, from its opt-in metadata; `undefined` where it says nothing. */
export function readChain(metadata: unknown): { model: string; status: number }[] | undefined {
  const attempts = isRecord(metadata) ? metadata["attempts"] : undefined;
  if (!Array.isArray(attempts)) return undefined;
  return attempts
    .filter(isRecord)
    .flatMap(({ model, status }) =>
      typeof model === "string" && typeof status === "number" ? [{ model, status }] : [],
    );
}

function previousIn(errors: unknown): number[] | undefined {
  return Array.isArray(errors)
    ? errors.map((error: unknown) => (isRecord(error) ? Number(error["code"] ?? error["status"]) : 0))
    : undefined;
}

function stringIn(record: Record<string, unknown>, name: string): string {
  const value = record[name];
  return typeof value === "string" ? value : "";
}

function rawText(raw: unknown): string {
  if (typeof raw === "string") return raw;
  return isRecord(raw) ? jsonText(raw) : "";
}
