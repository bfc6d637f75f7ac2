import type { ModelId } from "./model";

/** A chat request in the OpenAI shape with OpenRouter's extensions, limited to the fields that the router supports. */
export interface CompletionRequest {
  messages: readonly Message[];
  tools?: readonly Tool[];
  tool_choice?: ToolChoice;
  parallel_tool_calls?: boolean;
  response_format?: ResponseFormat;
  max_tokens?: number;
  temperature?: number;
  top_p?: number;
  seed?: number;
  stop?: string | readonly string[];
  reasoning?: { effort?: string; enabled?: boolean; max_tokens?: number; exclude?: boolean };
  /** Models to exclude from this request, for "try another model". Not sent. */
  exclude?: readonly string[];
  /** Asks only models on this computer, as if `serviceOrder` were `only-local`. Not sent. */
  onlyLocal?: boolean;
  /** Asks this model first, as the strategy `pinned` does. Not sent. */
  pin?: ModelId;
  /** Whether another model may be asked as well while the first one is silent; `true` by default. Not sent. */
  hedge?: boolean;
  /** Requests of the day that are left to others: a service with so few left, or fewer, is not asked. Not sent. */
  reserve?: number;
}

export interface Message {
  role: "system" | "developer" | "user" | "assistant" | "tool";
  content: string | readonly ContentPart[] | null;
  name?: string;
  /** On an assistant message: the calls that it makes. */
  tool_calls?: readonly { id: string; type: "function"; function: { name: string; arguments: string } }[];
  /** On a tool message: the call that it answers. */
  tool_call_id?: string;
  /** On an assistant message: sent back unchanged, and only to the model that wrote it. */
  reasoning_details?: readonly unknown[];
  /** On an assistant message: the model that wrote it, to decide whether `reasoning_details` are sent. Not sent. */
  model?: string;
}

export type ContentPart =
  | { type: "text"; text: string }
  | { type: "image_url"; image_url: { url: string; detail?: "auto" | "low" | "high" | "original" } }
  | { type: "file"; file: { filename: string; file_data: string } }
  | { type: "input_audio"; input_audio: { data: string; format: string } }
  | { type: "video_url"; video_url: { url: string } };

export interface Tool {
  type: "function";
  function: { name: string; description?: string; parameters?: Record<string, unknown>; strict?: boolean };
}

export type ToolChoice = "none" | "auto" | "required" | { type: "function"; function: { name: string } };

export type ResponseFormat =
  | { type: "text" }
  | { type: "json_object" }
  | {
      type: "json_schema";
      json_schema: { name: string; schema: Record<string, unknown>; strict?: boolean; description?: string };
    };

/** A complete tool call of a model, with parsed arguments. */
export interface ToolCall {
  id: string;
  name: string;
  arguments: unknown;
}

/** Token counts of a completion and its cost in USD, which should be 0. */
export interface Usage {
  promptTokens: number;
  completionTokens: number;
  reasoningTokens?: number;
  cost?: number;
}
