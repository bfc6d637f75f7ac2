import type { CompletionRequest, ContentPart, Message } from "../router/index";

/** All texts in the messages of a request, without images and other files. */
export function requestTexts({ messages }: CompletionRequest): string[] {
  const texts: string[] = [];
  for (const message of messages) mapMessage(message, (text) => (texts.push(text), text));
  return texts;
}

/** The request with changed texts. */
export function mapRequestTexts(request: CompletionRequest, change: (text: string) => string): CompletionRequest {
  return { ...request, messages: request.messages.map((message) => mapMessage(message, change)) };
}

function mapMessage(message: Message, change: (text: string) => string): Message {
  const { content, tool_calls: calls } = message;
  const changed =
    typeof content === "string" ? change(content) : (content?.map((part) => mapPart(part, change)) ?? content);
  return {
    ...message,
    content: changed,
    ...(calls && {
      tool_calls: calls.map((call) => ({
        ...call,
        function: { ...call.function, arguments: change(call.function.arguments) },
      })),
    }),
  };
}

function mapPart(part: ContentPart, change: (text: string) => string): ContentPart {
  return part.type === "text" ? { ...part, text: change(part.text) } : part;
}
