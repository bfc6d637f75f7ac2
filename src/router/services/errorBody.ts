import { findErrorObject, type ErrorObject } from "../errorObject";
import { isRecord, parseJson } from "../json";

/** The fields of an error, from any of the shapes in which services send it; "" and `undefined` where it lacks one. */
export interface ErrorBody {
  readonly message: string;
  /** Lower-case words such as `invalid_request_error`. */
  readonly type: string;
  /** A word or number, as text. */
  readonly code: string;
  /** The HTTP status that the body names, for an error inside a body with status 200 or inside a stream. */
  readonly status: number | undefined;
  /** The whole error object, for fields that only one service sends. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Reads the error of a body or chunk: `{ error: { message } }` (OpenAI), `{ error: "text" }` (Ollama's own API, LM Studio), the same in an
 * array (Gemini), flat with `object: "error"` (Mistral, older vLLM), `{ detail }` (Mistral, RFC 7807), `{ errors: [...] }` (Cloudflare), or
 * one of these as JSON inside the message (Ollama, which passes on its runner's answer). `undefined` if it contains none.
 */
export function readErrorBody(body: unknown): ErrorBody | undefined {
  const found = findError(body);
  if (found === undefined) return undefined;
  const fields = typeof found === "string" ? { message: found } : found;
  const nested = parseJson(textOf(fields["message"]));
  const inner = isRecord(nested) ? readErrorBody(nested) : undefined;
  if (inner) return inner;
  const code = fields["code"];
  return {
    message: textOf(fields["message"]) || detailOf(fields) || textOf(fields["title"]),
    type: textOf(fields["type"]) || textOf(fields["error_type"]),
    code: typeof code === "number" ? String(code) : textOf(code),
    status: [fields["status_code"], fields["status"], fields["raw_status_code"], code].find(isStatus),
    fields,
  };
}

function findError(body: unknown): ErrorObject | undefined {
  if (Array.isArray(body)) return findError((body as unknown[])[0]);
  if (!isRecord(body)) return undefined;
  const error = findErrorObject(body);
  if (error !== undefined) return error;
  const { errors } = body;
  if (Array.isArray(errors) && isRecord(errors[0])) return errors[0];
  const isFlat =
    body["object"] === "error" ||
    body["detail"] !== undefined ||
    typeof body["title"] === "string" ||
    (typeof body["message"] === "string" && !("choices" in body));
  return isFlat ? body : undefined;
}

/** FastAPI sends a text, or a list of `{ loc, msg }`. */
function detailOf({ detail }: Readonly<Record<string, unknown>>): string {
  if (!Array.isArray(detail)) return textOf(detail);
  return (detail as unknown[])
    .filter(isRecord)
    .map(({ loc, msg }) => [Array.isArray(loc) ? loc.join(".") : "", textOf(msg)].filter(Boolean).join(": "))
    .join("; ");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isStatus(value: unknown): value is number {
  return typeof value === "number" && value >= 400 && value < 600;
}
