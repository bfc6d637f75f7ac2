import { isRecord } from "../../../src/router/json";
import { row } from "./sampleModels";

/** A part of a response body: text, `hang` (no more data, and the abort signal is ignored), or an error that breaks the connection. */
export type Part = string | typeof hang | Error;

export const hang = Symbol("hang");

/** A connection as the tests see it: the request, and whether the connection is still open. */
export interface Connection {
  url: string;
  headers: Headers;
  body: Record<string, unknown>;
  signal: AbortSignal | undefined;
  /** True until the body ends, breaks, or is canceled. */
  open: boolean;
}

/** Produces the response: at once, later, or never. */
export type Reply = (connection: Connection) => Response | Promise<Response>;

export interface FakeService {
  fetch: typeof fetch;
  /** Chat requests, in order of arrival. */
  chats: Connection[];
  /** URLs of all requests. */
  urls: string[];
  /** Sets the replies to the next chat requests. The last reply repeats. */
  script(...replies: Reply[]): void;
  /** Replies to other requests, by the last segment of the URL path. `models` serves the catalogue by default. */
  endpoints: Record<string, Reply>;
}

/** A service without a network: offers `ids` as free models and sends scripted replies to chat requests. */
export function fakeService(ids: readonly string[], fields: Record<string, unknown> = {}): FakeService {
  const rows = ids.map((id) => row(id, fields));
  const service: FakeService = {
    ...{ chats: [], urls: [] },
    endpoints: {
      models: () => Response.json({ data: rows }),
      key: () => Response.json({ data: { free_model_daily_requests: { used: 3, limit: 50, remaining: 47 } } }),
    },
    script: (...replies) => {
      queue = replies;
    },
    async fetch(input, init) {
      const url = new Request(input).url;
      service.urls.push(url);
      const endpoint = url.split("/").at(-1) ?? "";
      const body: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : {};
      const connection: Connection = {
        ...{ url, headers: new Headers(init?.headers), body: isRecord(body) ? body : {} },
        ...{ signal: init?.signal ?? undefined, open: true },
      };
      if (endpoint !== "completions")
        return service.endpoints[endpoint]?.(connection) ?? new Response(null, { status: 404 });
      service.chats.push(connection);
      const reply = queue.length > 1 ? queue.shift() : queue[0];
      return (reply ?? answersWith("Hello"))(connection);
    },
  };
  let queue: Reply[] = [];
  return service;
}

/** A server-sent event. Strings are sent as they are, other data as JSON. */
export const event = (data: unknown): string => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

/** A chunk with one delta. */
export const chunk = (model: unknown, delta: unknown, finishReason: string | null = null): string =>
  event({ id: "gen-1", model, provider: "Acme", choices: [{ index: 0, delta, finish_reason: finishReason }] });

/** Streams a complete answer, one word per chunk, from the requested model unless another is given. */
export function answersWith(
  text: string,
  { model, finishReason = "stop" }: { model?: string; finishReason?: string } = {},
): Reply {
  return (connection) => {
    const name = model ?? connection.body["model"];
    const chunks = text.split(/(?<= )/).map((content) => chunk(name, { content }));
    return streamingResponse(
      connection,
      ": OPENROUTER PROCESSING\n\n",
      ...chunks,
      chunk(name, { content: "" }, finishReason),
      event("[DONE]"),
    );
  };
}

/** Streams these parts. */
export const streams =
  (...parts: Part[]): Reply =>
  (connection) =>
    streamingResponse(connection, ...parts);

/** Streams the beginning of an answer, then hangs. */
export const answersThenHangs =
  (text: string): Reply =>
  (connection) =>
    streamingResponse(connection, chunk(connection.body["model"], { content: text }), hang);

/** Responds with an error in the service's format. */
export const refusesWith =
  (
    status: number,
    message: string,
    metadata: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Reply =>
  (connection) => {
    connection.open = false;
    return Response.json({ error: { code: status, message, metadata } }, { status, headers });
  };

/** Never responds and ignores the abort signal, as some fetch implementations have done. */
export const neverAnswers: Reply = () => new Promise(() => undefined);

/** Rejects the way `fetch` does. */
export const failsWith =
  (code: string): Reply =>
  () =>
    Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) }));

function streamingResponse(connection: Connection, ...parts: Part[]): Response {
  const encoder = new TextEncoder();
  const remaining = [...parts];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = remaining.shift();
      if (part === hang) return new Promise(() => undefined);
      if (part === undefined || part instanceof Error) {
        connection.open = false;
        if (part) controller.error(part);
        else controller.close();
        return undefined;
      }
      controller.enqueue(encoder.encode(part));
      return undefined;
    },
    cancel() {
      connection.open = false;
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}
