import type { IncomingMessage } from "node:http";
import type { Reply } from "./reply";

/** How the request ended; `open` until then. */
export type Outcome = "open" | "finished" | "closed-by-client" | "broken-on-purpose";

/** A request in a form that can be sent to another process. */
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

/** A request that the simulator received, and its outcome. */
export class ReceivedRequest {
  readonly method: string;
  /** The path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Headers by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON body; `undefined` if it is not valid JSON. */
  readonly body: unknown;
  status: number | undefined;
  /** The catalogue id of the model that answered. */
  model: string | undefined;
  fault: string | undefined;
  /** The complete text that the model intended to send, if one answered. */
  intendedText: string | undefined;
  generationId: string | undefined;
  outcome: Outcome = "open";
  #isBroken = false;
  readonly #ended = Promise.withResolvers<Outcome>();
  readonly #abort = new AbortController();

  constructor(
    message: IncomingMessage,
    text: string | undefined,
    /** Time of arrival in epoch milliseconds. */
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

  /** Whether the client closed the connection before the reply was complete. */
  get cancelled(): boolean {
    return this.outcome === "closed-by-client";
  }

  /** Resolves to the outcome when the request has ended. */
  get ended(): Promise<Outcome> {
    return this.#ended.promise;
  }

  /** Aborts when the connection has closed. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  setReply({ status, model, fault, intendedText, headers, frames, beforeHeaders }: Reply): void {
    this.status = status;
    this.model = model;
    this.fault = fault;
    this.intendedText = intendedText;
    this.generationId = headers["x-generation-id"];
    this.#isBroken = beforeHeaders === "destroy" || frames.some((each) => "destroy" in each);
  }

  /** Records the end of the request; `finished` is whether the whole reply was sent. */
  close(finished: boolean): void {
    this.outcome = finished ? "finished" : this.#isBroken ? "broken-on-purpose" : "closed-by-client";
    this.#abort.abort();
    this.#ended.resolve(this.outcome);
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
