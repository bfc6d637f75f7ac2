import type { Model } from "./model";
import type { CompletionRequest, ContentPart, Message } from "./request";

/** A feature that a request can require and a model can support. */
export type Capability =
  "image" | "file" | "audio" | "video" | "tools" | "tool_choice" | "structured_outputs" | "response_format";

/** The capabilities that a request needs, and its tokens: the estimated prompt, and the prompt plus room for the answer. */
export interface CapabilitySet {
  capabilities: readonly Capability[];
  promptTokens: number;
  contextTokens: number;
}

/** Three bytes per token fits code and CJK and overestimates English by a third, which is the safe side for a context window. */
const bytesPerToken = 3;
/** What vision models count for an image of about one megapixel. */
export const tokensPerImage = 1_500;
const tokensPerMessage = 6;
/** Room for an answer without `max_tokens`, reasoning included. */
const defaultAnswerTokens = 4_096;

const partCapability: Record<ContentPart["type"], Capability | undefined> = {
  text: undefined,
  image_url: "image",
  file: "file",
  input_audio: "audio",
  video_url: "video",
};

/**
 * What the request needs from a model. The whole history counts, not only the last message: an image from ten turns ago
 * is sent again with every turn, and a text-only model refuses it each time.
 */
export function requiredCapabilities(request: CompletionRequest): CapabilitySet {
  const needed = new Set<Capability>();
  let promptTokens = 0;
  for (const message of request.messages) {
    promptTokens += tokensPerMessage + messageTokens(message);
    for (const part of contentParts(message)) {
      const capability = partCapability[part.type];
      if (capability) needed.add(capability);
    }
    if (message.role === "tool" || message.tool_calls?.length) needed.add("tools");
  }
  if (request.tools?.length) {
    needed.add("tools");
    promptTokens += estimateTokens(JSON.stringify(request.tools));
    if (isForcedToolChoice(request.tool_choice)) needed.add("tool_choice");
  }
  const format = request.response_format;
  if (format?.type === "json_object") needed.add("response_format");
  if (format?.type === "json_schema") {
    needed.add("structured_outputs");
    promptTokens += estimateTokens(JSON.stringify(format.json_schema.schema));
  }
  return {
    capabilities: [...needed],
    promptTokens,
    contextTokens: promptTokens + (request.max_tokens ?? defaultAnswerTokens),
  };
}

/** Whether the model lists the capability. No flag implies another: in July 2026 two models had schemas but no JSON mode. */
export function hasCapability(model: Model, capability: Capability): boolean {
  switch (capability) {
    case "image":
    case "audio":
    case "video":
      return model.inputModalities.includes(capability);
    case "file":
      // No free model reads PDF files; the service's free parser converts them to text for every model.
      return true;
    case "tools":
    case "tool_choice":
    case "structured_outputs":
    case "response_format":
      return model.supportedParameters.includes(capability);
  }
}

/** Whether the service does not tell if the model has the capability. An image that is silently dropped is a wrong answer, so images need a yes. */
export function mayHaveCapability(model: Model, capability: Capability): boolean {
  return model.unknownParameters?.includes(capability) ?? false;
}

/** Whether prompt and answer fit the model's context window. A window of unknown size (0) is assumed to fit. */
export function fitsContext(model: Model, needs: CapabilitySet, maxTokens: number | undefined): boolean {
  if (model.contextLength > 0 && neededTokens(model, needs, maxTokens) > model.contextLength) return false;
  return maxTokens === undefined || model.maxCompletionTokens === undefined || maxTokens <= model.maxCompletionTokens;
}

/** The tokens that a prompt may have for the model: its context window without the room for an answer. */
export function promptLimit(model: Model, needs: CapabilitySet): number {
  return model.contextLength - (neededTokens(model, needs, undefined) - needs.promptTokens);
}

/** Prompt and answer. Local servers have windows of 4,096 tokens, which the usual room for an answer would fill alone. */
function neededTokens({ contextLength, loaded }: Model, needs: CapabilitySet, maxTokens: number | undefined): number {
  const isLocal = loaded !== undefined;
  if (!isLocal || maxTokens !== undefined) return needs.contextTokens;
  return Math.min(needs.contextTokens, needs.promptTokens + contextLength / 4);
}

/** Estimates the tokens of a text, erring on the high side. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/** Whether the choice forces a tool call, which requires `tool_choice`. Every model with tools supports `auto` and `none`. */
export function isForcedToolChoice(choice: CompletionRequest["tool_choice"]): boolean {
  return choice !== undefined && choice !== "auto" && choice !== "none";
}

function contentParts(message: Message): readonly ContentPart[] {
  return typeof message.content === "string" ? [] : (message.content ?? []);
}

function messageTokens(message: Message): number {
  let tokens = typeof message.content === "string" ? estimateTokens(message.content) : 0;
  for (const part of contentParts(message)) {
    if (part.type === "text") tokens += estimateTokens(part.text);
    else if (part.type === "image_url") tokens += tokensPerImage;
    else if (part.type === "file")
      tokens += Math.ceil(part.file.file_data.length / 16); // most of a PDF is not text
    else tokens += tokensPerImage;
  }
  for (const call of message.tool_calls ?? []) tokens += estimateTokens(call.function.name + call.function.arguments);
  return tokens;
}
