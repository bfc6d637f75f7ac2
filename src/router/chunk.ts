import { AttemptError } from "./attemptError";
import { hasError } from "./errorObject";
import { isRecord, parseJson } from "./json";
import type { Usage } from "./request";

/** One chunk of a stream, or a complete answer that was not streamed. */
export interface Chunk {
  /** The parsed JSON if it contains an error, for `refusalError`. */
  error: unknown;
  id: string | undefined;
  model: string | undefined;
  provider: string | undefined;
  text: string;
  reasoning: string;
  reasoningDetails: readonly unknown[] | undefined;
  toolCalls: readonly unknown[] | undefined;
  finishReason: string | undefined;
  usage: Usage | undefined;
  metadata: unknown;
}

/**
 * Reads one JSON chunk with plain type guards: on this hot path a schema would add a third to the parsing time.
 * `choices` may be empty, the delta missing, every field null. Throws `AttemptError` (malformed) for content of a wrong type.
 */
export function readChunk(json: unknown): Chunk | undefined {
  if (!isRecord(json)) return undefined;
  const choices = json["choices"];
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const fields = isRecord(choice) ? choice : undefined;
  const finishReason = readFinishReason(fields?.["finish_reason"]);
  const error = hasError(json) ? json : finishReason === "error" ? errorOfFinishReason : undefined;
  // Next to an error, content of a wrong type must not hide it.
  const delta = error ? undefined : (fields?.["delta"] ?? fields?.["message"]);
  const content = isRecord(delta) ? delta : undefined;
  return {
    error,
    id: asString(json["id"]),
    model: asString(json["model"]),
    provider: asString(json["provider"]),
    text: content ? contentText(content["content"]) || contentText(content["refusal"]) : "",
    reasoning: content ? reasoningText(content) : "",
    reasoningDetails: asNonEmptyArray(content?.["reasoning_details"]),
    toolCalls: asNonEmptyArray(content?.["tool_calls"]),
    finishReason,
    usage: readUsage(json["usage"]) ?? groqUsage(json["x_groq"]),
    metadata: json["openrouter_metadata"],
  };
}

/** Returns the text of a message, or `undefined` if the message has to be parsed. */
export type TextReader = (message: string) => string | undefined;

const probe = "probe";

/**
 * A reader for messages that differ from this one in their text only, as most messages of a stream do. It parses just the
 * text, a fraction of the work. Returns `undefined` if the chunk has other content as well.
 */
export function createTextReader(message: string, chunk: Chunk): TextReader | undefined {
  const { error, reasoning, reasoningDetails, toolCalls, finishReason, usage, metadata } = chunk;
  if (!chunk.text || reasoning || (error ?? reasoningDetails ?? toolCalls ?? finishReason ?? usage ?? metadata) != null)
    return undefined;
  const literal = JSON.stringify(chunk.text);
  const start = message.indexOf(literal, message.indexOf('"content"'));
  if (start < 0) return undefined;
  const before = message.slice(0, start);
  const after = message.slice(start + literal.length);
  // The same characters can stand elsewhere in the message. Only in the right place does the probe become the text.
  if (readChunk(parseJson(`${before}"${probe}"${after}`))?.text !== probe) return undefined;
  return (other) => {
    const end = other.length - after.length;
    // Ten times faster than `startsWith` and `endsWith`.
    if (end < before.length || other.slice(0, before.length) !== before || other.slice(end) !== after) return undefined;
    // What is not one string is no text: the message differs in more than its text.
    const text = parseJson(other.slice(before.length, end));
    return typeof text === "string" && text !== "" ? text : undefined;
  };
}

const errorOfFinishReason = { error: { code: 500, message: "The model stopped with an error." } };

/** Content is a string; some providers send an array of parts. */
function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (content == null) return "";
  if (!Array.isArray(content)) throw new AttemptError("malformed", "The response could not be parsed.");
  return content.map((part: unknown) => (isRecord(part) ? (asString(part["text"]) ?? "") : "")).join("");
}

/** Mistral says `model_length` when the window of the model is full. */
function readFinishReason(value: unknown): string | undefined {
  return value === "model_length" ? "length" : asString(value);
}

/** Groq repeats the usage in a field of its own; older answers have it only there. */
function groqUsage(fields: unknown): Usage | undefined {
  return isRecord(fields) ? readUsage(fields["usage"]) : undefined;
}

/**
 * Reasoning is in `reasoning`, in `reasoning_content` (some hosts), in the details, or in parts of the content (Mistral). Encrypted
 * reasoning is not shown.
 */
function reasoningText(content: Record<string, unknown>): string {
  const plain = asString(content["reasoning"]) ?? asString(content["reasoning_content"]);
  if (plain !== undefined) return plain;
  const details = content["reasoning_details"];
  if (!Array.isArray(details)) return partsReasoning(content["content"]);
  return details
    .map((detail: unknown) => (isRecord(detail) ? (asString(detail["text"]) ?? asString(detail["summary"]) ?? "") : ""))
    .join("");
}

/** The reasoning of parts `{ type: "thinking", thinking: [{ type: "text", text }] }`. */
function partsReasoning(parts: unknown): string {
  if (!Array.isArray(parts)) return "";
  return parts
    .map((part: unknown) => (isRecord(part) && Array.isArray(part["thinking"]) ? contentText(part["thinking"]) : ""))
    .join("");
}

/** The usage of a body or chunk; `undefined` if it has none. */
export function readUsage(usage: unknown): Usage | undefined {
  if (!isRecord(usage)) return undefined;
  const details = usage["completion_tokens_details"];
  const reasoningTokens = isRecord(details) ? asNumber(details["reasoning_tokens"]) : undefined;
  const cost = readCost(usage);
  return {
    promptTokens: asNumber(usage["prompt_tokens"]) ?? 0,
    completionTokens: asNumber(usage["completion_tokens"]) ?? 0,
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
    ...(cost === undefined ? {} : { cost }),
  };
}

/** USD charged to the account or, with a key of the user's own at a host, to that key. */
function readCost(usage: Record<string, unknown>): number | undefined {
  const cost = asNumber(usage["cost"]);
  const details = usage["cost_details"];
  // Without an own key, the host's price is already part of the cost.
  const atHost =
    usage["is_byok"] === true && isRecord(details) ? asNumber(details["upstream_inference_cost"]) : undefined;
  return atHost === undefined ? cost : (cost ?? 0) + atHost;
}

function asString(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function asNumber(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function asNonEmptyArray(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value : undefined;
}
