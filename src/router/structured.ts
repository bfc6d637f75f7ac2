import { AttemptError } from "./attemptError";
import { RouterError } from "./errors";
import { parseJson, isRecord } from "./json";
import { loadSchemaCompiler, type SchemaCheck } from "./jsonSchema";
import type { CompletionRequest, ContentPart, Message, ResponseFormat } from "./request";

/**
 * Returns the JSON text in an answer. Throws `AttemptError` if it does not match the format: `out-of-tokens` if the answer
 * was cut off (finish reason `length`), else `schema-mismatch`.
 */
export type Validator = (text: string, finishReason?: string) => string;

/**
 * Creates the validator for a response format; `undefined` for plain text. Some models silently ignore schemas and even
 * JSON mode, so every answer is validated. Throws `RouterError` (bad-request) for an invalid schema.
 */
export async function createValidator(format: ResponseFormat | undefined): Promise<Validator | undefined> {
  if (format?.type === "json_object")
    return (text, finishReason) =>
      extractJson(text, finishReason, (json) => (isRecord(json) ? undefined : "It is not a JSON object."));
  if (format?.type !== "json_schema") return undefined;
  const compile = await loadSchemaCompiler();
  try {
    const findProblem = compile(format.json_schema.schema, "answer");
    return (text, finishReason) => extractJson(text, finishReason, findProblem);
  } catch (error) {
    throw new RouterError("bad-request", `The schema of the response format is invalid: ${String(error)}`, {
      cause: error,
    });
  }
}

/** Moves the schema into the prompt, for models that support JSON mode but no schemas. */
export function withSchemaInPrompt(request: CompletionRequest): CompletionRequest {
  const format = request.response_format;
  if (format?.type !== "json_schema") return request;
  const instruction = `Answer with one JSON value and nothing else. It must be valid against this JSON Schema:\n${JSON.stringify(format.json_schema.schema)}`;
  const last = request.messages.findLastIndex(({ role }) => role === "user");
  const messages =
    last < 0
      ? [...request.messages, { role: "user" as const, content: instruction }]
      : request.messages.map((message, index) => (index === last ? withText(message, instruction) : message));
  return { ...request, messages, response_format: { type: "json_object" } };
}

/** Appends to the user's message, because some hosts do not accept system messages. */
function withText(message: Message, text: string): Message {
  const { content } = message;
  const parts: readonly ContentPart[] =
    typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
  return { ...message, content: [...parts, { type: "text", text }] };
}

/** Returns the first JSON text without a problem. `findProblem` returns the problem of a value, or `undefined`. */
function extractJson(text: string, finishReason: string | undefined, findProblem: SchemaCheck): string {
  let detail = "It is not JSON.";
  for (const candidate of possibleJson(text)) {
    const json = parseJson(candidate);
    if (json === undefined) continue;
    const problem = findProblem(json);
    if (problem === undefined) return candidate;
    detail = problem;
  }
  if (finishReason === "length")
    throw new AttemptError("out-of-tokens", "The model reached its token limit within its answer.", { detail });
  throw new AttemptError("schema-mismatch", `The answer does not match the response format. ${detail}`, { detail });
}

/** Models wrap JSON in a code fence, sometimes with text around it. Inside JSON, a fence cannot start a line. */
function* possibleJson(text: string): Generator<string, void> {
  const trimmed = text.trim();
  yield trimmed;
  const opening = /^```\w*/.exec(trimmed)?.[0];
  if (opening && trimmed.endsWith("```")) yield trimmed.slice(opening.length, -"```".length).trim();
  const fenced = /^[ \t]*```\w*[ \t]*\r?\n([^]*?)\n[ \t]*```/m.exec(trimmed)?.[1];
  if (fenced !== undefined) yield fenced.trim();
}
