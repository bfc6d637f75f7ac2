import { AttemptError } from "./attemptError";
import { toRouterError } from "./errors";
import { networkError } from "./networkError";
import { Exchange } from "./exchange";
import { parseJson } from "./json";
import type { Refusal } from "./services/service";

export interface DocumentRequest {
  url: string;
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  now: number;
  /** Classifies any other response than a valid document. */
  readRefusal: (refusal: Refusal) => AttemptError;
  /** What a failure of the network means for this service. */
  interpret?: (error: AttemptError) => AttemptError;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
  /** Called with the response headers, whatever the status. */
  onHeaders?: ((headers: Headers) => void) | undefined;
}

/**
 * Fetches one JSON document from the service, which does not count against the quota. `parse` returns `undefined` for an
 * invalid document. Throws `RouterError`, with a network error as its cause.
 */
export async function fetchDocument<T>(
  fetch: typeof globalThis.fetch,
  {
    url,
    method = "GET",
    headers,
    body,
    now,
    signal,
    timeoutMs = 5_000,
    onHeaders,
    readRefusal,
    interpret,
  }: DocumentRequest,
  parse: (document: unknown) => T | undefined,
): Promise<T> {
  const exchange = new Exchange(signal ? [signal] : []);
  try {
    exchange.setDeadline(timeoutMs, () => new AttemptError("timeout", "The service took too long to respond."));
    const response = await exchange.send(fetch, url, {
      method,
      headers: { ...headers, Accept: "application/json", ...(body !== undefined && jsonHeaders) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    onHeaders?.(response.headers);
    const text = await exchange.text();
    const document = parseJson(text);
    const parsed = response.status === 200 ? parse(document) : undefined;
    if (parsed === undefined)
      throw readRefusal({ status: response.status, body: document, text, headers: response.headers, now });
    return parsed;
  } catch (error) {
    const failure = networkError(error);
    throw toRouterError(interpret?.(failure) ?? failure);
  } finally {
    exchange.close();
  }
}

const jsonHeaders = { "Content-Type": "application/json" };
