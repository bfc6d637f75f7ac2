import * as vscode from "vscode";
import type { ChatMessage, ChatPart, ReasoningDetails } from "./chatMessage";

// What VS Code knows beyond its stable types is used only where it is there. All of it is in this file.

/** Reasoning, which VS Code shows folded. Seen in 1.139.1. */
interface ThinkingPart {
  readonly value: string | readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}
type ThinkingPartClass = new (value: string, id?: string, metadata?: Readonly<Record<string, unknown>>) => ThinkingPart;

const thinkingPartClass = (vscode as { LanguageModelThinkingPart?: ThinkingPartClass }).LanguageModelThinkingPart;

/** The role of the system prompt. Seen in 1.139.1. */
const systemRole = 3;

/** Members of a request's options that the stable types do not know. Seen in 1.139.1. */
export interface HostRequestOptions {
  /** The extension that makes the request; `core` for VS Code itself. */
  readonly requestInitiator?: string;
  /** What the user has chosen for the model, by the names of its `configurationSchema`. */
  readonly modelConfiguration?: Readonly<Record<string, unknown>>;
}

/** The messages that VS Code passes to a provider. Parts of unknown kinds are left out. */
export function readMessages(messages: readonly vscode.LanguageModelChatRequestMessage[]): ChatMessage[] {
  return messages.map(({ role, name, content }) => ({ role: roleOf(role), name, parts: content.flatMap(readPart) }));
}

function roleOf(role: number): ChatMessage["role"] {
  if (role === systemRole) return "system";
  const assistantRole: number = vscode.LanguageModelChatMessageRole.Assistant;
  return role === assistantRole ? "assistant" : "user";
}

function readPart(part: unknown): ChatPart[] {
  if (part instanceof vscode.LanguageModelTextPart) return [{ type: "text", text: part.value }];
  if (part instanceof vscode.LanguageModelToolCallPart)
    return [{ type: "tool-call", id: part.callId, name: part.name, input: part.input }];
  if (part instanceof vscode.LanguageModelToolResultPart)
    return [{ type: "tool-result", id: part.callId, parts: part.content.flatMap(readPart) }];
  if (part instanceof vscode.LanguageModelDataPart) return readData(part);
  if (part instanceof vscode.LanguageModelPromptTsxPart) return [{ type: "text", text: JSON.stringify(part.value) }];
  if (thinkingPartClass && part instanceof thinkingPartClass) return [readThinking(part)];
  return [];
}

function readData({ mimeType, data }: vscode.LanguageModelDataPart): ChatPart[] {
  if (mimeType.startsWith("image/")) return [{ type: "image", mimeType, data }];
  const isText = mimeType.startsWith("text/") || mimeType === "application/json";
  return isText ? [{ type: "text", text: new TextDecoder().decode(data) }] : [];
}

/** The name under which reasoning details travel through VS Code. */
const detailsKey = "freeModels";

function readThinking({ value, metadata }: ThinkingPart): ChatPart {
  const text = typeof value === "string" ? value : value.join("");
  const details = metadata?.[detailsKey];
  return { type: "reasoning", text, ...(isReasoningDetails(details) && { details }) };
}

function isReasoningDetails(value: unknown): value is ReasoningDetails {
  if (typeof value !== "object" || value === null) return false;
  const { model, details } = value as Partial<ReasoningDetails>;
  return typeof model === "string" && Array.isArray(details);
}

/** Where an answer is reported. VS Code's `Progress` accepts reasoning too, which its stable type does not tell. */
export interface AnswerProgress {
  report(part: vscode.LanguageModelResponsePart | ThinkingPart): void;
}

/** Reports reasoning, if VS Code knows such parts. */
export function reportReasoning(progress: AnswerProgress, text: string): void {
  report(progress, text, undefined);
}

/** Ends the folded reasoning, so that what follows is shown as the answer. */
export function reportReasoningEnd(progress: AnswerProgress, details: ReasoningDetails | undefined): void {
  report(progress, "", { vscode_reasoning_done: true, ...(details && { [detailsKey]: details }) });
}

function report(progress: AnswerProgress, text: string, metadata: Readonly<Record<string, unknown>> | undefined): void {
  if (!thinkingPartClass) return;
  progress.report(new thinkingPartClass(text, "", metadata));
}

/** Members of a model's description that the stable types do not know. Seen in 1.139.1. */
export interface HostModelInformation extends vscode.LanguageModelChatInformation {
  /** Lines of the model's hover. */
  readonly infoText?: readonly string[];
  readonly pricing?: string;
  /** A choice beside the model's name. */
  readonly configurationSchema?: object;
}
