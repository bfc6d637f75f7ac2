import { isRecord } from "../../../src/router/json";
import { row } from "./sampleModels";

/** One piece of a body: what comes, that nothing more comes (nor does a signal help), or that the connection breaks. */
export type Part = string | typeof hang | Error;

export const hang = Symbol("hang");

/** A connection as the tests see it: what was asked, and whether it is still open. */
export interface Connection {
  url: string;
  headers: Headers;
  body: Record<string, unknown>;
  signal: AbortSignal | undefined;
  /** Open until the body has ended, broken, or was cancelled. */
  open: boolean;
}

/** What is answered: at once, later, or never. */
export type Reply = (connection: Connection) => Response | Promise<Response>;

export interface FakeService {
  fetch: typeof fetch;
  /** Chat requests, in the order in which they came. */
  chats: Connection[];
  /** Addresses of all requests. */
  asked: string[];
  /** The next chat requests are answered by these; when they are used up, by the last one again. */
  script(...replies: Reply[]): void;
  /** What is answered elsewhere than for chats; `models` is the catalogue unless it is set. */
  elsewhere: Record<string, Reply>;
}

/** A service without a network: it offers `ids` as free models, and answers chats as it is told. */
export function fakeService(ids: readonly string[], fields: Record<string, unknown> = {}): FakeService {
  const rows = ids.map((id) => row(id, fields));
  const service: FakeService = {
    ...{ chats: [], asked: [] },
    elsewhere: {
      models: () => Response.json({ data: rows }),
      key: () => Response.json({ data: { free_model_daily_requests: { used: 3, limit: 50, remaining: 47 } } }),
    },
    script: (...replies) => {
      queue = replies;
    },
    async fetch(input, init) {
      const url = new Request(input).url;
      service.asked.push(url);
      const name = url.split("/").at(-1) ?? "";
      const body: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : {};
      const connection: Connection = {
        ...{ url, headers: new Headers(init?.headers), body: isRecord(body) ? body : {} },
        ...{ signal: init?.signal ?? undefined, open: true },
      };
      if (name !== "completions") return service.elsewhere[name]?.(connection) ?? new Response(null, { status: 404 });
      service.chats.push(connection);
      const reply = queue.length > 1 ? queue.shift() : queue[0];
      return (reply ?? says("Hello"))(connection);
    },
  };
  let queue: Reply[] = [];
  return service;
}

/** Server-sent events; the data is JSON unless it is a word. */
export const event = (data: unknown): string => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

/** A chunk with a delta, by the model that was asked unless another is named. */
export const chunk = (model: unknown, delta: unknown, finishReason: string | null = null): string =>
  event({ id: "gen-1", model, provider: "Acme", choices: [{ index: 0, delta, finish_reason: finishReason }] });

/** An answer whole and well, word by word. */
export function says(
  text: string,
  { model, finishReason = "stop" }: { model?: string; finishReason?: string } = {},
): Reply {
  return (connection) => {
    const name = model ?? connection.body["model"];
    const words = text.split(/(?<= )/).map((content) => chunk(name, { content }));
    return streamOf(
      connection,
      ": OPENROUTER PROCESSING\n\n",
      ...words,
      chunk(name, { content: "" }, finishReason),
      event("[DONE]"),
    );
  };
}

/** Begins with these parts, and goes on as they say. */
export const sends =
  (...parts: Part[]): Reply =>
  (connection) =>
    streamOf(connection, ...parts);

/** Begins to answer, and hangs. */
export const saysAndHangs =
  (text: string): Reply =>
  (connection) =>
    streamOf(connection, chunk(connection.body["model"], { content: text }), hang);

/** A refusal with the error's fields, as the service writes them. */
export const refuses =
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

/** Never answers, whatever becomes of the signal: fetch implementations have lost signals. */
export const neverAnswers: Reply = () => new Promise(() => undefined);

/** Rejects as `fetch` does. */
export const fails =
  (code: string): Reply =>
  () =>
    Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) }));

function streamOf(connection: Connection, ...parts: Part[]): Response {
  const encoder = new TextEncoder();
  const left = [...parts];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = left.shift();
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
