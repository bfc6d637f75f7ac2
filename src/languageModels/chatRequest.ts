import type { CompletionRequest, ModelId, Tool } from "../router/index";
import type { ChatMessage, ChatTool } from "./chatMessage";
import { completionMessages } from "./completionMessages";

/** A request that VS Code or another extension makes. */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ChatTool[];
  /** Whether a tool must be called. */
  readonly requiresTool: boolean;
  /** The extension that makes it, such as `github.copilot-chat`; `core` for VS Code itself. */
  readonly requester: string;
  /** The model that the user chose; `undefined` for any. */
  readonly model: ModelId | undefined;
  /** How much the model should reason, as the user chose it. */
  readonly effort?: string | undefined;
  /** Parameters of the API, as the caller spells them. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The request for the router. Unknown options are left out, as each one reduces the number of models that can answer. */
export function completionRequest({
  messages,
  tools,
  requiresTool,
  model,
  effort,
  options,
}: ChatRequest): CompletionRequest {
  return {
    messages: completionMessages(messages),
    ...(tools.length > 0 && { tools: tools.map(toolOf) }),
    ...(tools.length > 0 && requiresTool && { tool_choice: "required" as const }),
    ...(model !== undefined && { pin: model }),
    ...(effort !== undefined && { reasoning: effort === "none" ? { enabled: false } : { effort } }),
    ...numberOption(options, "max_tokens"),
    ...numberOption(options, "temperature"),
    ...numberOption(options, "top_p"),
    ...numberOption(options, "seed"),
  };
}

function toolOf({ name, description, inputSchema }: ChatTool): Tool {
  const parameters = { type: "object", properties: {}, ...inputSchema };
  return { type: "function", function: { name, description, parameters } };
}

function numberOption<Name extends "max_tokens" | "temperature" | "top_p" | "seed">(
  options: ChatRequest["options"],
  name: Name,
): Pick<CompletionRequest, Name> {
  const value = options[name];
  return (typeof value === "number" ? { [name]: value } : {}) as Pick<CompletionRequest, Name>;
}
