import { isRecord } from "../../../src/router/json";
import type { ServiceUse } from "../../../src/router/settings";
import { event } from "./fakeService";

/** A request for a completion, as a scripted service received it. */
export interface CloudRequest {
  readonly at: number;
  readonly model: string;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** A service that answers from a script. */
export interface CloudService {
  readonly use: ServiceUse;
  readonly requests: CloudRequest[];
  /** Replies to the next request. The last one repeats. */
  readonly script: (...replies: CloudReply[]) => void;
  rows: readonly unknown[];
}

export type CloudReply = (request: CloudRequest) => Response | Promise<Response>;

export const groqUse: ServiceUse = {
  id: "groq",
  kind: "groq",
  baseUrl: "https://api.groq.com/openai/v1",
  automatic: true,
};
export const mistralUse: ServiceUse = {
  id: "mistral",
  kind: "mistral",
  baseUrl: "https://api.mistral.ai/v1",
  automatic: true,
};

export const groqRow = (id: string, fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...{ id, object: "model", owned_by: "x", active: true, context_window: 131_072, max_completion_tokens: 65_536 },
  ...fields,
});

export const mistralRow = (id: string, fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...{ id, object: "model", name: id, aliases: [], max_context_length: 131_072, deprecation: null, type: "base" },
  ...fields,
  capabilities: {
    ...{ completion_chat: true, function_calling: true, vision: false, reasoning: false, ocr: false },
    ...{ moderation: false, classification: false, audio: false },
    ...(isRecord(fields["capabilities"]) ? fields["capabilities"] : {}),
  },
});

/** A `fetch` for several services, told apart by their addresses. */
export function cloudServices(
  uses: readonly ServiceUse[],
  now: () => number,
): { fetch: typeof fetch; services: readonly CloudService[] } {
  const services = uses.map((use) => cloudService(use));
  return {
    services: services.map(({ service }) => service),
    async fetch(input, init) {
      const { url } = new Request(input);
      const found = services.find(({ service }) => url.startsWith(service.use.baseUrl));
      if (!found) throw new TypeError("fetch failed", { cause: Object.assign(new Error(url), { code: "ENOTFOUND" }) });
      if (url.endsWith("/models")) return Response.json({ object: "list", data: found.service.rows });
      const body: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : {};
      const fields = isRecord(body) ? body : {};
      const request = { at: now(), model: String(fields["model"]), body: fields, headers: new Headers(init?.headers) };
      found.service.requests.push(request);
      return found.nextReply()(request);
    },
  };
}

function cloudService(use: ServiceUse): { service: CloudService; nextReply: () => CloudReply } {
  let queue: CloudReply[] = [];
  const service: CloudService = { use, requests: [], rows: [], script: (...replies) => void (queue = replies) };
  return { service, nextReply: () => (queue.length > 1 ? queue.shift() : queue[0]) ?? answers("Hello") };
}

export interface AnswerOptions {
  readonly headers?: Record<string, string>;
  readonly finishReason?: string;
}

/** Streams an answer in the shape that Groq and Mistral share: usage on the chunk with the finish reason. */
export function answers(text: string, { headers = {}, finishReason = "stop" }: AnswerOptions = {}): CloudReply {
  return ({ model }) =>
    streamed(headers, [
      event({
        id: "1",
        model,
        choices: [{ index: 0, delta: { role: "assistant", content: text }, finish_reason: null }],
      }),
      event({
        ...{ id: "1", model, choices: [{ index: 0, delta: {}, finish_reason: finishReason }] },
        usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
      }),
      event("[DONE]"),
    ]);
}

export function streamed(headers: Record<string, string>, parts: readonly string[]): Response {
  return new Response(parts.join(""), { headers: { "content-type": "text/event-stream", ...headers } });
}

export const refuses =
  (status: number, body: unknown, headers: Record<string, string> = {}): CloudReply =>
  () =>
    Response.json(body, { status, headers });
