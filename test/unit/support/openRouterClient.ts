import type { OpenRouter } from "../../support/openRouter";

export const key = "sk-or-v1-0123456789abcdef";
export const gemma = "google/gemma-4-31b-it:free";
export const glm = "z-ai/glm-5.2:free";
export const inkling = "thinkingmachines/inkling:free";
export const paid = "anthropic/claude-opus-4.8";

/** A valid chat request with some fields replaced, or removed if `undefined`. */
export const question = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: gemma,
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  stream: true,
  ...fields,
});

/** Sends a chat request, by default with a valid API key. */
export function ask(simulator: OpenRouter, body: unknown = question(), init: RequestInit = {}): Promise<Response> {
  return fetch(`${simulator.baseUrl}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: typeof body === "string" ? body : JSON.stringify(body),
    redirect: "manual",
    ...init,
  });
}

/** The data of the events in a stream; JSON objects are parsed. */
export function chunks(stream: string): unknown[] {
  return stream
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data: "))
    .map((line) => line.slice("data: ".length))
    .map((data): unknown => (data.startsWith("{") ? JSON.parse(data) : data));
}

/** The content of a stream, assembled like a client does. */
export interface StreamContent {
  text: string;
  reasoning: string;
  toolArguments: string;
  finishReasons: string[];
  model: string;
}

export function contentOf(stream: string): StreamContent {
  const result: StreamContent = { text: "", reasoning: "", toolArguments: "", finishReasons: [], model: "" };
  for (const chunk of chunks(stream)) {
    if (typeof chunk === "string") continue;
    const { model, choices } = chunk as ChunkLike;
    result.model = model;
    for (const { delta, finish_reason } of choices) {
      result.text += delta.content ?? "";
      result.reasoning += delta.reasoning ?? "";
      result.toolArguments += (delta.tool_calls ?? []).map((call) => call.function.arguments).join("");
      if (finish_reason != null) result.finishReasons.push(finish_reason);
    }
  }
  return result;
}

interface ChunkLike {
  model: string;
  choices: {
    delta: { content?: string | null; reasoning?: string; tool_calls?: { function: { arguments: string } }[] };
    finish_reason?: string | null;
  }[];
}
