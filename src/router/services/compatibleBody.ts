import { hasCapability, isForcedToolChoice } from "../capability";
import { wireName } from "../model";
import type { CompletionRequest, Message } from "../request";
import type { BodyOptions } from "./service";

/** Fields that not every OpenAI-compatible service accepts. */
export type OptionalWireField = "stream_options" | "tool_choice" | "parallel_tool_calls" | "seed" | "reasoning_effort";

/**
 * The body of a request to an OpenAI-compatible service, from a list of what it accepts: some refuse every field that they do not know,
 * others ignore it without a word. A field that the turn does not need is left out.
 */
export function compatibleBody(
  { request, chain, model, omittedFields }: BodyOptions,
  accepted: ReadonlySet<OptionalWireField>,
): Record<string, unknown> {
  const tools = request.tools?.length ? request.tools : undefined;
  const mayChoose = tools && accepted.has("tool_choice");
  const fields: Record<string, unknown> = {
    model: wireName(chain[0] ?? ""),
    messages: request.messages.map(wireMessage),
    stream: true,
    stream_options: accepted.has("stream_options") ? { include_usage: true } : undefined,
    tools,
    tool_choice:
      mayChoose && (isForcedToolChoice(request.tool_choice) || request.tool_choice === "none")
        ? request.tool_choice
        : undefined,
    parallel_tool_calls: tools && accepted.has("parallel_tool_calls") ? request.parallel_tool_calls : undefined,
    // Without a word of the service, the schema in the prompt has to do.
    response_format: acceptsFormat(request, model) ? request.response_format : undefined,
    max_tokens: request.max_tokens,
    temperature: request.temperature,
    top_p: request.top_p,
    seed: accepted.has("seed") ? request.seed : undefined,
    stop: request.stop,
    reasoning_effort:
      accepted.has("reasoning_effort") && model?.reasoning && !omittedFields.has("reasoning")
        ? effortOf(request)
        : undefined,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function acceptsFormat({ response_format: format }: CompletionRequest, model: BodyOptions["model"]): boolean {
  if (!format || format.type === "text" || !model) return false;
  return hasCapability(model, format.type === "json_schema" ? "structured_outputs" : "response_format");
}

/** Only what every service knows: a field that another service has added to the history would be refused. */
function wireMessage({ role, content, tool_calls, tool_call_id }: Message): Record<string, unknown> {
  return {
    role: role === "developer" ? "system" : role,
    content,
    ...(tool_calls?.length && { tool_calls }),
    ...(tool_call_id !== undefined && { tool_call_id }),
  };
}

function effortOf({ reasoning }: CompletionRequest): string | undefined {
  if (reasoning?.enabled === false || reasoning?.effort === "none") return "none";
  return reasoning?.effort;
}
