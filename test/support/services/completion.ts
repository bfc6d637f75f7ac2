import type { Answer } from "../openRouter/answer";
import type { ChatRequest } from "../openRouter/chatRequest";
import { splitIntoDeltas, usageOf } from "../openRouter/stream";
import type { Frame } from "../simulator/reply";

/** An answer and what a dialect needs to write it. */
export interface Completion {
  id: string;
  /** Epoch seconds. */
  created: number;
  /** The model's name as the service reports it. */
  model: string;
  request: ChatRequest;
  answer: Answer;
  promptTokens: number;
}

/** The fields that a dialect adds to each chunk (`envelope`) and to each choice. */
export interface ChunkStyle {
  envelope?: Record<string, unknown>;
  choice?: Record<string, unknown>;
}

/** A chunk of a stream; `more` are further fields of the chunk. */
export function chunk(
  { id, created, model }: Pick<Completion, "id" | "created" | "model">,
  { envelope = {}, choice = {} }: ChunkStyle,
  delta: Record<string, unknown>,
  finish: string | null = null,
  more: Record<string, unknown> = {},
): Frame {
  const choices = [{ index: 0, delta, ...choice, finish_reason: finish }];
  return { data: { id, object: "chat.completion.chunk", created, model, ...envelope, choices, ...more } };
}

/** The usage chunk without choices, if the client asked for it by `stream_options`. */
export function usageChunk(completion: Completion, { envelope = {} }: ChunkStyle, more = {}): Frame[] {
  const options: unknown = completion.request["stream_options"];
  if (typeof options !== "object" || !(options as { include_usage?: boolean } | null)?.include_usage) return [];
  const { id, created, model } = completion;
  const fields = { id, object: "chat.completion.chunk", created, model, ...envelope, choices: [] };
  return [{ data: { ...fields, usage: tokenUsage(completion), ...more } }];
}

/** The counts that all services report. */
export function tokenUsage({ answer, promptTokens }: Completion): Record<string, number> {
  const { prompt_tokens, completion_tokens, total_tokens } = usageOf(answer, promptTokens) as Record<string, number>;
  return { prompt_tokens: prompt_tokens!, completion_tokens: completion_tokens!, total_tokens: total_tokens! };
}

/** The pieces in which reasoning and text are streamed. */
export const piecesOf = (text: string | undefined, { deltaLength }: Answer): string[] =>
  splitIntoDeltas(text ?? "", deltaLength);

/** The pauses before the first delta and between deltas. */
export const withPauses = (deltas: readonly Frame[]): Frame[] =>
  deltas.flatMap((frame, at): Frame[] => [{ pause: at === 0 ? "first" : "between" }, frame]);

/** The tool calls of an answer, each whole. */
export const wholeCalls = ({ toolCalls = [] }: Answer): Record<string, unknown>[] =>
  toolCalls.map(({ id, name, arguments: text, trailing = "" }, index) => ({
    index,
    id,
    type: "function",
    function: { name, arguments: text + trailing },
  }));

/** The tool calls of an answer as deltas: id and name first, then the arguments in fragments. */
export const fragmentedCalls = ({ toolCalls = [] }: Answer): Record<string, unknown>[] =>
  toolCalls.flatMap(({ id, name, arguments: text, trailing = "" }, index) => [
    { tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] },
    ...splitIntoDeltas(text + trailing, 12).map((part) => ({
      tool_calls: [{ index, function: { arguments: part } }],
    })),
  ]);

/** The answer as a JSON body, without streaming; `message` are its fields besides role, content and tool calls. */
export function completionBody(completion: Completion, style: ChunkStyle, message: object): Record<string, unknown> {
  const { id, created, model, answer } = completion;
  const calls = answer.toolCalls && { tool_calls: wholeCalls(answer) };
  const choice = { index: 0, message: { role: "assistant", content: answer.text, ...message, ...calls } };
  return {
    ...{ id, object: "chat.completion", created, model, ...style.envelope },
    choices: [{ ...choice, ...style.choice, finish_reason: answer.finishReason }],
    usage: tokenUsage(completion),
  };
}
