import { networkError, RouterError } from "./errors";
import { Exchange } from "./exchange";
import { parseJson } from "./json";
import { refusalError } from "./refusal";

export interface DocumentRequest {
  url: string;
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  now: number;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
  /** Sees the answer's headers, whatever its status. */
  onHeaders?: ((headers: Headers) => void) | undefined;
}

/**
 * Asks the service for one JSON document, which costs no quota, and reads it with `parse` (undefined: not as promised). Throws
 * `RouterError`, with the network's own error as its cause where there is one.
 */
export async function fetchDocument<T>(
  fetch: typeof globalThis.fetch,
  { url, method = "GET", headers, body, now, signal, timeoutMs = 5_000, onHeaders }: DocumentRequest,
  parse: (answer: unknown) => T | undefined,
): Promise<T> {
  const exchange = new Exchange(signal ? [signal] : []);
  try {
    exchange.setDeadline(timeoutMs, () => new RouterError("timeout", "The service took too long to answer."));
    const response = await exchange.send(fetch, url, {
      method,
      headers: { ...headers, Accept: "application/json", ...(body !== undefined && json) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    onHeaders?.(response.headers);
    const text = await exchange.text();
    const answer = parseJson(text);
    const parsed = response.status === 200 ? parse(answer) : undefined;
    if (parsed === undefined)
      throw refusalError({ status: response.status, body: answer, text, headers: response.headers, now });
    return parsed;
  } catch (error) {
    throw networkError(error);
  } finally {
    exchange.close();
  }
}

const json = { "Content-Type": "application/json" };
