import { isForcedToolChoice } from "../../capability";
import type { ModelId } from "../../model";
import type { CompletionRequest, ContentPart, Message } from "../../request";
import type { BodyOptions } from "../service";
import { maxFallbacks } from "./serverRouter";

/**
 * The body of a completion request. Leaves out every parameter that the turn does not need, since each one excludes
 * models. Always sets a price limit of zero, so that the request cannot be charged even if the catalogue is wrong.
 */
export function completionBody({
  request,
  chain,
  dataCollection,
  omittedFields,
  hasMandatoryReasoning,
}: BodyOptions): Record<string, unknown> {
  const [model, ...fallbacks] = chain;
  const tools = request.tools?.length ? request.tools : undefined;
  const plugins = [
    // An account can have web search on by default, which costs money with every model. An empty list would not turn it off.
    ...(omittedFields.has("plugins") ? [] : [{ id: "web", enabled: false }]),
    // The default PDF engine costs two dollars per thousand pages, even with a free model.
    ...(hasPart(request, "file") ? [{ id: "file-parser", pdf: { engine: "cloudflare-ai" } }] : []),
  ];
  return withoutUndefined({
    model,
    models: fallbacks.length > 0 ? fallbacks.slice(0, maxFallbacks) : undefined,
    messages: request.messages.map((message) => wireMessage(message, chain)),
    stream: true,
    tools,
    tool_choice:
      tools && (isForcedToolChoice(request.tool_choice) || request.tool_choice === "none")
        ? request.tool_choice
        : undefined,
    parallel_tool_calls: tools && request.parallel_tool_calls,
    response_format: request.response_format?.type === "text" ? undefined : request.response_format,
    max_tokens: request.max_tokens,
    temperature: request.temperature,
    top_p: request.top_p,
    seed: request.seed,
    stop: request.stop,
    reasoning: hasMandatoryReasoning && isReasoningOff(request.reasoning) ? undefined : request.reasoning,
    plugins: plugins.length > 0 ? plugins : undefined,
    provider: withoutUndefined({
      max_price: { prompt: 0, completion: 0, request: 0, image: 0, ...(hasAudio(request) && { audio: 0 }) },
      data_collection: dataCollection === "deny" ? "deny" : undefined,
    }),
  });
}

/** Reasoning details are valid only for the model that wrote them, so no other model gets them. */
function wireMessage(
  { model, reasoning_details, ...message }: Message,
  chain: readonly ModelId[],
): Record<string, unknown> {
  const isSameModel = chain.length === 1 && chain[0] === model;
  return reasoning_details && isSameModel ? { ...message, reasoning_details } : message;
}

function hasPart(request: CompletionRequest, type: ContentPart["type"]): boolean {
  return request.messages.some(
    ({ content }) => Array.isArray(content) && content.some((part: ContentPart) => part.type === type),
  );
}

function hasAudio(request: CompletionRequest): boolean {
  return hasPart(request, "input_audio");
}

/** Such a request fails with status 400 for models that must reason. */
function isReasoningOff(reasoning: CompletionRequest["reasoning"]): boolean {
  return reasoning?.enabled === false || reasoning?.effort === "none" || reasoning?.max_tokens === 0;
}

function withoutUndefined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
