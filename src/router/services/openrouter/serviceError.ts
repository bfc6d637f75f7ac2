import { findErrorObject } from "../../errorObject";
import { isRecord, jsonText } from "../../json";
import type { ModelId } from "../../model";
import type { Refusal } from "../service";

/** The fields of an error that classify it. In the response, each may be missing or of another type. */
export interface ServiceError {
  code: number;
  message: string;
  type: string;
  limitSource: string;
  /** The filter that left no endpoint, such as "Filter by Data Policy". */
  routingStep: string;
  availability: string;
  /** Whether the service says that the same request may succeed later. */
  retryable: boolean;
  excludedBy: readonly unknown[];
  /** Whether the error comes from the host behind the service. */
  isHostError: boolean;
  /** Whether the host refused a key that the user has stored at the service ("bring your own key"). */
  isByok: boolean;
  /** The host's own error. */
  raw: string;
  /** The model that `raw` names. */
  model: ModelId | undefined;
  /** Seconds to wait, if the body contains them. */
  retryAfter: unknown;
  /** The codes of earlier errors in a chain. */
  previousStatuses: number[] | undefined;
  metadata: Record<string, unknown>;
}

/** Reads the error of a body or chunk; `undefined` if it contains none. */
export function readServiceError({ body, status, streamProvider }: Refusal): ServiceError | undefined {
  if (!isRecord(body)) return undefined;
  const error = findErrorObject(body);
  if (error === undefined) return undefined;
  const record = typeof error === "string" ? { message: error } : error;
  const metadata = isRecord(record["metadata"]) ? record["metadata"] : {};
  const availability = [record["availability"], metadata["availability"]].find(isRecord) ?? {};
  const type = readString(metadata, "error_type") || readString(record, "error_type") || readString(record, "type");
  const message = readString(record, "message");
  const raw = rawText(metadata["raw"]);
  // `provider_name: null` names nobody and is common on the service's own errors. A chunk names its host at the top level.
  const host = readString(metadata, "provider_name") || readString(body, "provider") || streamProvider;
  return {
    code: readCode(record["code"], type, status),
    message,
    type,
    limitSource: readString(metadata, "limit_source"),
    routingStep: readString(metadata, "failed_routing_step"),
    availability: readString(availability, "code"),
    retryable: availability["retryable"] === true,
    excludedBy: Array.isArray(availability["excluded_by"]) ? availability["excluded_by"] : [],
    isHostError: Boolean(host || raw) || /provider returned error|upstream error from \S/i.test(message),
    isByok: metadata["is_byok"] === true,
    raw,
    model: leadingModel(raw),
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

/** Earlier errors are `{ provider, code, status }`, in older responses `{ code, message, raw }`. An unknown code counts as 0. */
function readPreviousStatuses(errors: unknown): number[] | undefined {
  if (!Array.isArray(errors)) return undefined;
  return errors.map((error: unknown) => {
    const { code, status } = isRecord(error) ? error : {};
    const known = [code, status].map(toStatus).find((each) => each !== undefined);
    return known ?? 0;
  });
}

function toStatus(code: unknown): number | undefined {
  if (typeof code === "string") return statusByType.get(code) ?? toStatus(code.trim() === "" ? NaN : Number(code));
  return typeof code === "number" && Number.isFinite(code) ? code : undefined;
}

/** The id at the start of the host's text: "`v/m:free` is temporarily rate-limited upstream". */
function leadingModel(raw: string): ModelId | undefined {
  return /^["'`]?(~?[\w.-]+\/[\w.-]+(?::[\w-]+)?)["'`]? is\b/.exec(raw)?.[1];
}

/** Whether a field of the metadata says something: each may be null or empty. */
export function hasValue(field: unknown): boolean {
  return Array.isArray(field) ? field.length > 0 : Boolean(field);
}

function readString(record: Record<string, unknown>, name: string): string {
  const value = record[name];
  return typeof value === "string" ? value : "";
}

/** Some hosts send an empty object. */
function rawText(raw: unknown): string {
  if (typeof raw === "string") return raw.trim() === "" ? "" : raw;
  return isRecord(raw) && Object.keys(raw).length > 0 ? jsonText(raw) : "";
}
