import { loadSchemaCompiler, type SchemaCheck, type SchemaCompiler } from "./jsonSchema";
import type { CompletionRequest, ToolCall } from "./request";
import { badToolCall, cutOff } from "./toolCalls";

/** Loads what checks the arguments while they stream. Nothing is loaded before a model calls a tool. */
export function expectArguments({ tools = [] }: CompletionRequest): void {
  if (tools.some((tool) => tool.function.parameters)) loadSchemaCompiler().catch(() => undefined);
}

/**
 * Checks the arguments of each call against the schema of its tool. Throws `AttemptError` for a call that does not fit. Only the schemas
 * of tools that were called are compiled: an agent offers forty of them, which would take a tenth of a second.
 */
export async function checkArguments(
  calls: readonly ToolCall[],
  request: CompletionRequest,
  finishReason: string,
): Promise<void> {
  const schemas = new Map(request.tools?.map(({ function: { name, parameters } }) => [name, parameters]));
  if (!calls.some(({ name }) => schemas.get(name))) return;
  const compile = await loadSchemaCompiler();
  const checks = new Map<string, SchemaCheck | undefined>();
  for (const { name, arguments: given } of calls) {
    if (!checks.has(name)) checks.set(name, compiled(schemas.get(name), compile));
    const problem = checks.get(name)?.(given);
    if (problem === undefined) continue;
    if (finishReason === "length")
      throw cutOff(request, "The model reached its token limit within a tool call.", problem);
    throw badToolCall(`The model called ${name} with arguments that do not fit its schema.`, problem);
  }
}

/** Tools of others may have a schema that ajv cannot compile, such as one of an old draft. That is no fault of the answer. */
function compiled(schema: Record<string, unknown> | undefined, compile: SchemaCompiler): SchemaCheck | undefined {
  try {
    return schema && compile(schema, "arguments");
  } catch {
    return undefined;
  }
}
