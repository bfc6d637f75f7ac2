import type { IncomingMessage } from "node:http";
import type { Reply } from "./reply";

/** How an exchange ended; `open` while it lasts. */
export type Outcome = "open" | "finished" | "closed-by-client" | "broken-on-purpose";

/** A request as it may travel to another process. */
export interface RequestReport {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
  at: number;
  status?: number;
  model?: string;
  fault?: string;
  outcome: Outcome;
}

/** One request that the simulator got, and what became of it. */
export class ReceivedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; `undefined` where it is none. */
  readonly body: unknown;
  status: number | undefined;
  /** The catalogue id of the model that answered. */
  model: string | undefined;
  fault: string | undefined;
  /** The text that the model meant to say, whole, where one answered. */
  intendedText: string | undefined;
  generationId: string | undefined;
  outcome: Outcome = "open";
  #breaks = false;
  readonly #over = Promise.withResolvers<Outcome>();
  readonly #abort = new AbortController();

  constructor(
    message: IncomingMessage,
    text: string | undefined,
    /** When it came, epoch milliseconds. */
    readonly at: number,
  ) {
    const url = new URL(message.url ?? "/", "http://simulator");
    this.method = message.method ?? "GET";
    this.path = url.pathname;
    this.query = url.searchParams;
    this.headers = Object.fromEntries(Object.entries(message.headers).map(([key, value]) => [key, String(value)]));
    this.body = parse(text);
  }

  get isChat(): boolean {
    return this.method === "POST" && this.path.endsWith("/chat/completions");
  }

  /** Resolves when the exchange is over, however it ended. */
  get ended(): Promise<Outcome> {
    return this.#over.promise;
  }

  /** Fires when the connection is gone. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  setReply({ status, model, fault, intendedText, headers, frames, beforeHeaders }: Reply): void {
    this.status = status;
    this.model = model;
    this.fault = fault;
    this.intendedText = intendedText;
    this.generationId = headers["x-generation-id"];
    this.#breaks = beforeHeaders === "destroy" || frames.some((each) => "destroy" in each);
  }
  close(finished: boolean): void {
    this.outcome = finished ? "finished" : this.#breaks ? "broken-on-purpose" : "closed-by-client";
    this.#abort.abort();
    this.#over.resolve(this.outcome);
  }

  report(): RequestReport {
    const { method, path, headers, body, at, status, model, fault, outcome } = this;
    const answer = { ...(status && { status }), ...(model && { model }), ...(fault && { fault }) };
    return { method, path, headers, body, at, ...answer, outcome };
  }
}

function parse(text: string | undefined): unknown {
  try {
    return text ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    return undefined;
  }
}
