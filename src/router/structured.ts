import { RouterError } from "./errors";
import { parseJson, isRecord } from "./json";
import type { CompletionRequest, ContentPart, Message, ResponseFormat } from "./request";

/** Turns the text of a whole answer into the JSON text that was asked for, or throws `RouterError` (schema-mismatch). */
export type Validator = (text: string) => string;

/**
 * The check that a response format asks for, `undefined` for plain text. Models leave schemas and even JSON mode out
 * silently, so the answer is always checked here. Throws `RouterError` (bad-request) for a schema that is none.
 */
export async function createValidator(format: ResponseFormat | undefined): Promise<Validator | undefined> {
  if (format?.type === "json_object")
    return (text) => unwrapped(text, (json) => (isRecord(json) ? undefined : "It is no JSON object."));
  if (format?.type !== "json_schema") return undefined;
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
  // A schema may name another draft, which ajv would insist on knowing; the keywords in use mean the same.
  const schema = Object.fromEntries(Object.entries(format.json_schema.schema).filter(([name]) => name !== "$schema"));
  try {
    const validate = ajv.compile(schema);
    return (text) =>
      unwrapped(text, (json) => (validate(json) ? undefined : ajv.errorsText(validate.errors, { dataVar: "answer" })));
  } catch (error) {
    throw new RouterError("bad-request", `The response format's schema cannot be used: ${String(error)}`, {
      cause: error,
    });
  }
}

/** The same request for models that know JSON mode but no schemas: the schema goes into the prompt. */
export function withSchemaInPrompt(request: CompletionRequest): CompletionRequest {
  const format = request.response_format;
  if (format?.type !== "json_schema") return request;
  const wish = `Answer with one JSON value and nothing else. It must be valid against this JSON Schema:\n${JSON.stringify(format.json_schema.schema)}`;
  const last = request.messages.findLastIndex(({ role }) => role === "user");
  const messages =
    last < 0
      ? [...request.messages, { role: "user" as const, content: wish }]
      : request.messages.map((message, index) => (index === last ? withText(message, wish) : message));
  return { ...request, messages, response_format: { type: "json_object" } };
}

/** In the user's own message, since some hosts refuse a system role. */
function withText(message: Message, text: string): Message {
  const { content } = message;
  const parts: readonly ContentPart[] =
    typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
  return { ...message, content: [...parts, { type: "text", text }] };
}

function unwrapped(text: string, complaint: (json: unknown) => string | undefined): string {
  let told = "It is no JSON.";
  for (const candidate of possibleJson(text)) {
    const json = parseJson(candidate);
    if (json === undefined) continue;
    const wrong = complaint(json);
    if (wrong === undefined) return candidate;
    told = wrong;
  }
  throw new RouterError("schema-mismatch", `The answer is not what the response format asks for. ${told}`, {
    detail: told,
  });
}

/** Models wrap JSON in a code fence, sometimes with words around it. The JSON may hold fences, though not at a line's start. */
function* possibleJson(text: string): Generator<string, void> {
  const whole = text.trim();
  yield whole;
  const opening = /^```\w*/.exec(whole)?.[0];
  if (opening && whole.endsWith("```")) yield whole.slice(opening.length, -"```".length).trim();
  const fenced = /^[ \t]*```\w*[ \t]*\r?\n([^]*?)\n[ \t]*```/m.exec(whole)?.[1];
  if (fenced !== undefined) yield fenced.trim();
}
