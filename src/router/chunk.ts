import { RouterError } from "./errors";
import { hasError } from "./serviceError";
import { isRecord } from "./json";
import type { Usage } from "./request";

/** One chunk of a stream (or a whole non-streamed answer) as the router reads it. */
export interface Chunk {
  /** The parsed JSON, when it carries an error and must be classified. */
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
 * Reads one JSON chunk by plain guards: on the hot path a schema would cost a third of the parsing itself. `choices` may
 * be empty, the delta missing, every field null. Throws `RouterError` (malformed) where content is not what it must be.
 */
export function readChunk(json: unknown): Chunk | undefined {
  if (!isRecord(json)) return undefined;
  const choices = json["choices"];
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const fields = isRecord(choice) ? choice : undefined;
  const delta = fields?.["delta"] ?? fields?.["message"];
  const content = isRecord(delta) ? delta : undefined;
  const finishReason = stringOf(fields?.["finish_reason"]);
  const failed = hasError(json) || finishReason === "error";
  return {
    error: failed
      ? hasError(json)
        ? json
        : { error: { code: 500, message: "The model broke off with an error." } }
      : undefined,
    id: stringOf(json["id"]),
    model: stringOf(json["model"]),
    provider: stringOf(json["provider"]),
    text: content ? textOf(content["content"]) || textOf(content["refusal"]) : "",
    reasoning: content ? reasoningOf(content) : "",
    reasoningDetails: arrayOf(content?.["reasoning_details"]),
    toolCalls: arrayOf(content?.["tool_calls"]),
    finishReason,
    usage: usageOf(json["usage"]),
    metadata: json["openrouter_metadata"],
  };
}

/** Content is a string, or parts in some providers' answers. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (content == null) return "";
  if (!Array.isArray(content)) throw new RouterError("malformed", "The answer could not be read.");
  return content.map((part: unknown) => (isRecord(part) ? (stringOf(part["text"]) ?? "") : "")).join("");
}

/** Thoughts come as `reasoning`, as `reasoning_content` from some hosts, or in the details; encrypted ones are never shown. */
function reasoningOf(content: Record<string, unknown>): string {
  const plain = stringOf(content["reasoning"]) ?? stringOf(content["reasoning_content"]);
  if (plain !== undefined) return plain;
  const details = content["reasoning_details"];
  if (!Array.isArray(details)) return "";
  return details
    .map((detail: unknown) => (isRecord(detail) ? (stringOf(detail["text"]) ?? stringOf(detail["summary"]) ?? "") : ""))
    .join("");
}

function usageOf(usage: unknown): Usage | undefined {
  if (!isRecord(usage)) return undefined;
  const details = usage["completion_tokens_details"];
  const reasoningTokens = isRecord(details) ? numberOf(details["reasoning_tokens"]) : undefined;
  const cost = numberOf(usage["cost"]);
  return {
    promptTokens: numberOf(usage["prompt_tokens"]) ?? 0,
    completionTokens: numberOf(usage["completion_tokens"]) ?? 0,
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
    ...(cost === undefined ? {} : { cost }),
  };
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function arrayOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value : undefined;
}
