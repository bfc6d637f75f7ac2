import type { Model } from "./model";
import type { CompletionRequest, ContentPart, Message } from "./request";

/** What a request can need of a model and a model can offer. */
export type Capability =
  "image" | "file" | "audio" | "video" | "tools" | "tool_choice" | "structured_outputs" | "response_format";

/** The capabilities a request needs, and the tokens that it takes: prompt (estimated) plus room for the answer. */
export interface CapabilitySet {
  capabilities: readonly Capability[];
  promptTokens: number;
  contextTokens: number;
}

/** Three bytes a token fits code and CJK and overestimates English by a third: the safe side when choosing a window. */
const bytesPerToken = 3;
/** What vision models charge for a picture of about a megapixel. */
const tokensPerPicture = 1_500;
const tokensPerMessage = 6;
/** Room for an answer nobody limited; a reasoning model's thoughts are in it. */
const roomForAnswer = 4_096;

const partCapability: Record<ContentPart["type"], Capability | undefined> = {
  text: undefined,
  image_url: "image",
  file: "file",
  input_audio: "audio",
  video_url: "video",
};

/**
 * What the request needs of a model. The whole history counts, not the last message: an image of ten turns ago is sent
 * again with every turn, and a text-only model refuses it each time.
 */
export function requiredCapabilities(request: CompletionRequest): CapabilitySet {
  const needed = new Set<Capability>();
  let promptTokens = 0;
  for (const message of request.messages) {
    promptTokens += tokensPerMessage + tokensOf(message);
    for (const part of partsOf(message)) {
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
    contextTokens: promptTokens + (request.max_tokens ?? roomForAnswer),
  };
}

/** Whether the model lists the capability. Each flag stands for itself: in July 2026 two rows had schemas without JSON mode. */
export function hasCapability(model: Model, capability: Capability): boolean {
  switch (capability) {
    case "image":
    case "audio":
    case "video":
      return model.inputModalities.includes(capability);
    case "file":
      // No free model reads PDFs; the service's free parser turns them into text for any of them.
      return true;
    case "tools":
    case "tool_choice":
    case "structured_outputs":
    case "response_format":
      return model.supportedParameters.includes(capability);
  }
}

/** Whether prompt and answer fit the model's window. An unknown window is given the benefit of the doubt. */
export function fitsContext(model: Model, needs: CapabilitySet, maxTokens: number | undefined): boolean {
  if (model.contextLength > 0 && needs.contextTokens > model.contextLength) return false;
  return maxTokens === undefined || model.maxCompletionTokens === undefined || maxTokens <= model.maxCompletionTokens;
}

/** An estimate of the tokens in a text, on the high side. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/** `auto` and `none` are understood by every model with tools; only a forced call needs the model's own flag. */
export function isForcedToolChoice(choice: CompletionRequest["tool_choice"]): boolean {
  return choice !== undefined && choice !== "auto" && choice !== "none";
}

function partsOf(message: Message): readonly ContentPart[] {
  return typeof message.content === "string" ? [] : (message.content ?? []);
}

function tokensOf(message: Message): number {
  let tokens = typeof message.content === "string" ? estimateTokens(message.content) : 0;
  for (const part of partsOf(message)) {
    if (part.type === "text") tokens += estimateTokens(part.text);
    else if (part.type === "image_url") tokens += tokensPerPicture;
    else if (part.type === "file")
      tokens += Math.ceil(part.file.file_data.length / 16); // a PDF is mostly not text
    else tokens += tokensPerPicture;
  }
  for (const call of message.tool_calls ?? []) tokens += estimateTokens(call.function.name + call.function.arguments);
  return tokens;
}
