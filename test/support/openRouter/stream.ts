import type { Answer } from "./answer";
import type { Frame } from "./reply";

/** The fields that every chunk of a completion repeats; `created` is in epoch seconds. */
export interface CompletionIdentity {
  id: string;
  provider: string;
  model: string;
  created: number;
  /** The list of attempts, if the client requested it. Sent only with the last chunk. */
  metadata?: Record<string, unknown> | undefined;
}

/** The provider of an author's free models. */
export function providerOf(id: string): string {
  const author = id.split("/")[0] ?? "";
  const names: Record<string, string> = { google: "Google AI Studio", nvidia: "Nvidia", "z-ai": "Z.AI" };
  return names[author] ?? author.charAt(0).toUpperCase() + author.slice(1);
}

export const tokensIn = (text: string): number => Math.ceil(text.length / 4);

export function usageOf(answer: Answer, promptTokens: number): Record<string, unknown> {
  const reasoning = tokensIn(answer.reasoning ?? "");
  const completion =
    reasoning + tokensIn(answer.text + (answer.toolCalls ?? []).map((each) => each.arguments).join(""));
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completion,
    total_tokens: promptTokens + completion,
    cost: answer.cost ?? 0,
    is_byok: false,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoning },
    cost_details: { upstream_inference_cost: answer.cost ?? 0 },
  };
}

/** A chunk of a stream; `more` are further fields of the chunk. */
export function chunk(
  identity: CompletionIdentity,
  delta: Record<string, unknown>,
  finish: string | null = null,
  more: Record<string, unknown> = {},
): Frame {
  const choice = { index: 0, delta, finish_reason: finish, native_finish_reason: finish, logprobs: null };
  const { id, provider, model, created } = identity;
  return { data: { id, provider, model, object: "chat.completion.chunk", created, choices: [choice], ...more } };
}

export const processing: Frame = { comment: "OPENROUTER PROCESSING" };
export const done: Frame = { data: "[DONE]" };

const attemptsMetadata = ({ metadata }: CompletionIdentity): object =>
  metadata ? { openrouter_metadata: metadata } : {};

/** Splits a text into deltas of up to 9 characters of a word, or of `length` code points. */
export function splitIntoDeltas(text: string, length?: number): string[] {
  if (length === undefined) return text.match(/\s*\S{1,9}|\s+$/gu) ?? [];
  const points = Array.from(text);
  return Array.from({ length: Math.ceil(points.length / length) }, (_, index) =>
    points.slice(index * length, (index + 1) * length).join(""),
  );
}

/** The parts of a realistic stream, so that a fault can omit or modify one. */
export interface StreamParts {
  /** Comments and the role, without content. */
  opening: Frame[];
  /** Reasoning, text and tool-call deltas, each preceded by a pause. */
  deltas: Frame[];
  /** The finish reason, twice; the second time with the usage. */
  ending: Frame[];
  done: Frame[];
}

/** Streams an answer as the service does: comments first and in between, the finish reason twice, `[DONE]`. */
export function streamParts(answer: Answer, identity: CompletionIdentity, promptTokens: number): StreamParts {
  const reasoning = splitIntoDeltas(answer.reasoning ?? "", answer.deltaLength).map((text) =>
    chunk(identity, {
      role: "assistant",
      content: "",
      reasoning: text,
      reasoning_details: [{ type: "reasoning.text", text, index: 0, format: null }],
    }),
  );
  const text = splitIntoDeltas(answer.text, answer.deltaLength).map((content) =>
    chunk(identity, { role: "assistant", content }),
  );
  const calls = (answer.toolCalls ?? []).flatMap((call, index) => {
    const fragment = (args: string): Frame =>
      chunk(identity, { tool_calls: [{ index, type: "function", function: { arguments: args } }] });
    const first = {
      role: "assistant",
      content: null,
      tool_calls: [{ index, id: call.id, type: "function", function: { name: call.name, arguments: "" } }],
    };
    const trailing = call.trailing === undefined ? [] : [fragment(call.trailing)];
    return [chunk(identity, first), ...splitIntoDeltas(call.arguments, 12).map(fragment), fragment(""), ...trailing];
  });
  const deltas = [...reasoning, ...text, ...calls].flatMap((frame, at): Frame[] => [
    { pause: at === 0 ? "first" : "between" },
    ...(at % 8 === 5 ? [processing] : []),
    frame,
  ]);
  const empty = { role: "assistant", content: "" };
  const usage = usageOf(answer, promptTokens);
  return {
    opening: [processing, processing, chunk(identity, empty)],
    deltas,
    ending: [
      chunk(identity, empty, answer.finishReason),
      chunk(identity, empty, answer.finishReason, { usage, ...attemptsMetadata(identity) }),
    ],
    done: [done],
  };
}

/** The answer as a JSON body, without streaming. */
export function completionBody(
  answer: Answer,
  identity: CompletionIdentity,
  promptTokens: number,
): Record<string, unknown> {
  const { id, model, provider, created } = identity;
  const message = {
    role: "assistant",
    content: answer.toolCalls ? null : answer.text,
    refusal: null,
    reasoning: answer.reasoning ?? null,
    ...(answer.reasoning !== undefined && {
      reasoning_details: [{ type: "reasoning.text", text: answer.reasoning, index: 0, format: null }],
    }),
    ...(answer.toolCalls && {
      tool_calls: answer.toolCalls.map((call, index) => ({
        index,
        id: call.id,
        type: "function",
        function: { name: call.name, arguments: call.arguments + (call.trailing ?? "") },
      })),
    }),
  };
  const finish = { finish_reason: answer.finishReason, native_finish_reason: answer.finishReason };
  return {
    id,
    object: "chat.completion",
    created,
    model,
    provider,
    system_fingerprint: null,
    choices: [{ index: 0, ...finish, logprobs: null, message }],
    usage: usageOf(answer, promptTokens),
    ...attemptsMetadata(identity),
  };
}
