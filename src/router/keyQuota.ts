import { networkError, RouterError } from "./errors";
import { Exchange } from "./exchange";
import { parseJson } from "./json";
import { authorization, keyUrl, parseKey } from "./openrouter";
import { refusalError } from "./refusal";
import type { RouterSettings } from "./settings";

const timeoutMs = 5_000;

/**
 * What `GET /key` says of today's free requests; costs none of them. Empty where the service does not tell. Throws
 * `RouterError`: `unauthorized` is the cheapest check of a key.
 */
export async function fetchDailyRequests(
  fetch: typeof globalThis.fetch,
  settings: RouterSettings,
  key: string,
  now: number,
): Promise<{ used: number; limit?: number; remaining?: number } | undefined> {
  const exchange = new Exchange([]);
  try {
    exchange.deadline(timeoutMs, () => new RouterError("timeout", "The service took too long to answer."));
    const response = await exchange.send(fetch, keyUrl(settings), {
      headers: { ...authorization(key), Accept: "application/json" },
    });
    const text = await exchange.text();
    const body = parseJson(text);
    if (response.status !== 200)
      throw refusalError({ status: response.status, body, text, headers: response.headers, now });
    const answer = parseKey(body);
    if (!answer) throw refusalError({ status: 200, body, text, headers: response.headers, now });
    return answer.daily;
  } catch (error) {
    throw networkError(error);
  } finally {
    exchange.close();
  }
}
