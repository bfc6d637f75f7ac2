import type { ContentPart, Message } from "../router/index";
import { textOf, type ChatMessage, type ChatPart } from "./chatMessage";
import { withoutNotes } from "./ownNote";

type ToolCallPart = Extract<ChatPart, { type: "tool-call" }>;
type ToolResultPart = Extract<ChatPart, { type: "tool-result" }>;
type ToolCallMessage = NonNullable<Message["tool_calls"]>[number];

/**
 * The messages of a request in the form of the chat-completions API. That form is stricter than VS Code's: every tool call needs a result
 * right after it, and every result a call. VS Code sends a turn again that was stopped in between, so missing results are filled in, and
 * results without a call become text.
 */
export function completionMessages(messages: readonly ChatMessage[]): Message[] {
  const result: Message[] = [];
  let open: ToolCallPart[] = [];
  const closeCalls = (): void => {
    for (const { id } of open)
      result.push({ role: "tool", tool_call_id: id, content: "No result: the call was canceled." });
    open = [];
  };
  for (const message of messages) {
    if (message.role !== "user") {
      closeCalls();
      const written = message.role === "assistant" ? assistantMessage(message) : systemMessage(message);
      if (written) result.push(written);
      if (message.role === "assistant") open = message.parts.filter((part) => part.type === "tool-call");
      continue;
    }
    const orphans: ToolResultPart[] = [];
    const answered = message.parts.filter((part) => part.type === "tool-result");
    for (const part of answered) {
      const call = open.find(({ id }) => id === part.id);
      if (!call) {
        orphans.push(part);
        continue;
      }
      open = open.filter((each) => each !== call);
      result.push({ role: "tool", tool_call_id: part.id, content: textOf(part.parts) || "(no text)" });
    }
    const content = userContent([
      ...orphans.map(({ parts }) => ({ type: "text" as const, text: textOf(parts) })),
      // Tool messages contain text only.
      ...answered.flatMap(({ parts }) => parts.filter(({ type }) => type === "image")),
      ...message.parts,
    ]);
    if (content === undefined) continue;
    closeCalls();
    result.push({ role: "user", content, ...(message.name && { name: message.name }) });
  }
  closeCalls();
  return result;
}

function systemMessage({ parts }: ChatMessage): Message | undefined {
  const content = textOf(parts);
  return content === "" ? undefined : { role: "system", content };
}

function assistantMessage({ parts }: ChatMessage): Message | undefined {
  const content = withoutNotes(textOf(parts));
  const calls = parts.filter((part) => part.type === "tool-call").map(toolCallMessage);
  if (content === "" && calls.length === 0) return undefined;
  const reasoning = parts.findLast((part) => part.type === "reasoning" && part.details !== undefined);
  const details = reasoning?.type === "reasoning" ? reasoning.details : undefined;
  return {
    role: "assistant",
    content: content === "" ? null : content,
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(details && { model: details.model, reasoning_details: details.details }),
  };
}

function toolCallMessage({ id, name, input }: ToolCallPart): ToolCallMessage {
  return { id, type: "function", function: { name, arguments: JSON.stringify(input) } };
}

/** Plain text if there is nothing else, because some hosts accept no parts; `undefined` if it is empty. */
function userContent(parts: readonly ChatPart[]): string | ContentPart[] | undefined {
  const content = parts.flatMap((part): ContentPart[] => {
    if (part.type === "text") return part.text === "" ? [] : [{ type: "text", text: part.text }];
    if (part.type !== "image") return [];
    const base64 = Buffer.from(part.data).toString("base64");
    return [{ type: "image_url", image_url: { url: `data:${part.mimeType};base64,${base64}` } }];
  });
  if (content.length === 0) return undefined;
  if (content.some(({ type }) => type !== "text")) return content;
  return content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
}
