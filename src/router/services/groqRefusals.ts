import type { AttemptErrorDetails } from "../attemptError";
import type { RefusalRule } from "./compatibleRefusal";
import type { ErrorBody } from "./errorBody";

/**
 * Groq's refusals. Each model has limits of its own, so another one may answer. A 413 says that the request alone exceeds the tokens of a
 * minute, so waiting never helps. The letters in brackets name the limit: "on tokens per minute (TPM): Limit 12000, Used 4437".
 */
export const groqRefusals: readonly RefusalRule[] = [
  { status: 413, means: (error) => ({ reason: "too-large", origin: "provider", ...tokensOf(error) }) },
  {
    status: 429,
    text: /\(RPD\)/,
    means: (error) => ({ reason: "rate-limit-day", isPerModel: true, limit: limitOf(error) }),
  },
  { status: 429, text: /\(I?O?TPD\)/, means: { reason: "rate-limit-day", isPerModel: true } },
  {
    ...{ status: 429, text: /\(RPM\)/ },
    means: (error) => ({ reason: "rate-limit-minute", isPerModel: true, limit: limitOf(error) }),
  },
  { status: 429, means: (error) => ({ reason: "rate-limit-minute", isPerModel: true, ...tokensOf(error) }) },
  { text: /tool_use_failed/, means: { reason: "bad-tool-call" } },
  // No capacity for a request of the tier "flex".
  { status: 498, means: { reason: "unavailable" } },
];

function tokensOf(error: ErrorBody): AttemptErrorDetails {
  return /\(TPM\)/.test(error.message) ? { tokensPerMinute: limitOf(error) } : {};
}

function limitOf({ message }: ErrorBody): number | undefined {
  const limit = /\blimit (\d+)/i.exec(message)?.[1];
  return limit === undefined ? undefined : Number(limit);
}
