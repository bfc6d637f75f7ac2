import type { OutgoingText } from "../../context/outgoingText";
import type { ContentPart, Message, ModelId } from "../../router/index";
import type { ResultPart } from "../../context/projectTools";

/** One reply of a model that calls tools, with the results. */
export interface ToolExchange {
  /** What the model wrote before its calls; may be empty. */
  readonly text: string;
  readonly calls: readonly AnsweredCall[];
  readonly model: ModelId;
  readonly reasoningDetails?: readonly unknown[];
}

export interface AnsweredCall {
  /** The id of the call in the conversation. */
  readonly id: string;
  /** The id that the model gave it. */
  readonly modelsId: string;
  readonly name: string;
  /** As JSON. */
  readonly arguments: string;
  readonly parts: readonly ResultPart[];
  /** The call was refused; its only part says why. */
  readonly isProblem?: true;
}

/** What the model gets for a call. */
export function resultText({ parts }: AnsweredCall): string {
  return parts.map(({ heading, text }) => (heading === undefined ? text : `${heading}\n${text}`)).join("\n\n");
}

/** All results with their sources, for the secrets check. */
export function exchangeTexts(exchanges: readonly ToolExchange[]): OutgoingText[] {
  return allCalls(exchanges).flatMap((call) => call.parts.map((part) => outgoingPart(part, call)));
}

/** The exchanges without the parts that the user held back. */
export function withoutHeldBackParts(
  exchanges: readonly ToolExchange[],
  heldBack: readonly OutgoingText[],
): ToolExchange[] {
  const sources = new Set(heldBack.map(({ source }) => source));
  const kept = (part: ResultPart, call: AnsweredCall): ResultPart =>
    sources.has(sourceOf(part, call)) ? { text: "(The user does not share this part.)" } : part;
  return exchanges.map((exchange) => ({
    ...exchange,
    calls: exchange.calls.map((call) => ({ ...call, parts: call.parts.map((part) => kept(part, call)) })),
  }));
}

/** The exchanges as messages of a request with tools. */
export function exchangeMessages(exchanges: readonly ToolExchange[]): Message[] {
  return exchanges.flatMap(({ text, calls, model, reasoningDetails }): Message[] => [
    {
      role: "assistant",
      content: text === "" ? null : text,
      tool_calls: calls.map(({ modelsId, name, arguments: parameters }) => ({
        id: modelsId,
        type: "function",
        function: { name, arguments: parameters },
      })),
      ...(reasoningDetails && { model, reasoning_details: reasoningDetails }),
    },
    ...calls.map((call): Message => ({ role: "tool", tool_call_id: call.modelsId, content: resultText(call) })),
  ]);
}

/**
 * The messages of a request without tools, which ends with what was found. As plain text, because some services refuse messages of tools
 * without tools, and models that cannot call tools can answer too.
 */
export function messagesWithResults(messages: readonly Message[], exchanges: readonly ToolExchange[]): Message[] {
  const last = messages.at(-1);
  if (exchanges.length === 0 || !last) return [...messages];
  const results = allCalls(exchanges).map((call) => `${call.name} ${call.arguments}\n${resultText(call)}`);
  const found = `${["Found in the project:", ...results].join("\n\n")}\n\nAnswer the question now.`;
  const written = exchanges.flatMap(({ text }) => (text.trim() === "" ? [] : [text.trim()])).join("\n\n");
  if (written !== "") return [...messages, { role: "assistant", content: written }, { role: "user", content: found }];
  return [...messages.slice(0, -1), { ...last, content: withText(last.content, found) }];
}

function withText(content: Message["content"], text: string): string | readonly ContentPart[] {
  if (content === null || content === "") return text;
  return typeof content === "string" ? `${content}\n\n${text}` : [...content, { type: "text", text }];
}

function allCalls(exchanges: readonly ToolExchange[]): AnsweredCall[] {
  return exchanges.flatMap(({ calls }) => calls);
}

function outgoingPart(part: ResultPart, call: AnsweredCall): OutgoingText {
  const { heading = call.name, text, uri, firstLine } = part;
  return {
    ...{ source: sourceOf(part, call), label: heading, text, onHoldBack: "leave-out" as const },
    ...(uri !== undefined && { uri }),
    ...(firstLine !== undefined && { firstLine }),
  };
}

/** The user's decisions belong to the file, from which several calls may read. */
function sourceOf({ uri }: ResultPart, { id }: AnsweredCall): string {
  return uri ?? `call ${id}`;
}
