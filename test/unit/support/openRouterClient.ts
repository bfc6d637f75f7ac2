import type { OpenRouter } from "../../support/openRouter";

export const key = "sk-or-v1-0123456789abcdef";
export const gemma = "google/gemma-4-31b-it:free";
export const glm = "z-ai/glm-5.2:free";
export const inkling = "thinkingmachines/inkling:free";
export const paid = "anthropic/claude-opus-4.8";

/** A chat request as the service wants it; a change replaces fields, `undefined` leaves them out. */
export const question = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: gemma,
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  stream: true,
  ...change,
});

/** Sends a chat request with a good key, unless the init says otherwise. */
export function ask(simulator: OpenRouter, body: unknown = question(), init: RequestInit = {}): Promise<Response> {
  return fetch(`${simulator.baseUrl}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: typeof body === "string" ? body : JSON.stringify(body),
    redirect: "manual",
    ...init,
  });
}

/** The `data:` lines of a stream, parsed where they are JSON. */
export function chunks(stream: string): unknown[] {
  return stream
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data: "))
    .map((line) => line.slice("data: ".length))
    .map((data): unknown => (data.startsWith("{") ? JSON.parse(data) : data));
}

/** What a stream says, put together as a client would. */
export interface Said {
  text: string;
  reasoning: string;
  toolArguments: string;
  finish: string[];
  model: string;
}

export function said(stream: string): Said {
  const result: Said = { text: "", reasoning: "", toolArguments: "", finish: [], model: "" };
  for (const chunk of chunks(stream)) {
    if (typeof chunk === "string") continue;
    const { model, choices } = chunk as ChunkLike;
    result.model = model;
    for (const { delta, finish_reason } of choices) {
      result.text += delta.content ?? "";
      result.reasoning += delta.reasoning ?? "";
      result.toolArguments += (delta.tool_calls ?? []).map((call) => call.function.arguments).join("");
      if (finish_reason != null) result.finish.push(finish_reason);
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
