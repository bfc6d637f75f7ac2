import * as z from "zod/mini";
import { isRecord } from "../../json";

/** The API key in the response to a code exchange; `undefined` if there is none. */
export function parseExchangedKey(response: unknown): string | undefined {
  return isRecord(response) && typeof response["key"] === "string" && response["key"] !== ""
    ? response["key"]
    : undefined;
}

const keyResponse = z.object({
  data: z.object({
    // Available since about September 2026.
    free_model_daily_requests: z.nullish(
      z.object({ used: z.number(), limit: z.nullish(z.number()), remaining: z.nullish(z.number()) }),
    ),
  }),
});

/** Today's free requests from a `GET /key` response; empty if it lacks them, `undefined` for any other response. */
export function parseKeyInfo(
  response: unknown,
): { daily?: { used: number; limit?: number; remaining?: number } } | undefined {
  const parsed = keyResponse.safeParse(response);
  if (!parsed.success) return undefined;
  const daily = parsed.data.data.free_model_daily_requests;
  if (!daily) return {};
  return {
    daily: {
      used: daily.used,
      ...(daily.limit != null ? { limit: daily.limit } : {}),
      ...(daily.remaining != null ? { remaining: daily.remaining } : {}),
    },
  };
}
