import { AttemptError } from "../attemptError";
import { redacted, refusalDefaults } from "../refusalMessages";
import { unsupportedCapability } from "../refusedField";
import { toldRetryTime } from "../resetTime";
import { parseDuration } from "../duration";
import { badRequest, isWebPage, redirected, type Classification } from "./classification";
import { readErrorBody, type ErrorBody } from "./errorBody";
import type { Refusal } from "./service";

/** A refusal that a service words in its own way. The first rule that matches decides; what no rule matches is classified by its status. */
export interface RefusalRule {
  readonly status?: number | readonly number[];
  /** Is searched in the message, the type and the code. */
  readonly text?: RegExp;
  readonly means: Classification | ((error: ErrorBody, refusal: Refusal) => Classification);
}

/** Classifies an error response of an OpenAI-compatible service. */
export function compatibleRefusal(refusal: Refusal, rules: readonly RefusalRule[]): AttemptError {
  const error = readErrorBody(refusal.body) ?? noBody(refusal);
  const status = refusal.status === 200 ? (error.status ?? 500) : refusal.status;
  const { reason, message, ...details } = meaningOf(status, error, refusal, rules);
  const { origin, message: usual } = refusalDefaults[reason];
  return new AttemptError(reason, message ?? usual, {
    ...{ origin, status, detail: redacted(error.message) },
    retryAt: retryTime(error, refusal),
    ...details,
  });
}

function meaningOf(status: number, error: ErrorBody, refusal: Refusal, rules: readonly RefusalRule[]): Classification {
  const text = [error.message, error.type, error.code].join("\n");
  const rule = rules.find(
    (each) =>
      (each.status === undefined || [each.status].flat().includes(status)) &&
      (each.text === undefined || each.text.test(text)),
  );
  if (!rule) return meaningOfStatus(status, error, refusal);
  return typeof rule.means === "function" ? rule.means(error, refusal) : rule.means;
}

const contextPattern =
  /context[ _](length|size|window)|exceed_context|maximum context|(prompt|input) is (too long|longer than)|too many (input |prompt )?tokens/i;

/** The usual meaning of a status at services that follow OpenAI. */
function meaningOfStatus(status: number, { message, type }: ErrorBody, refusal: Refusal): Classification {
  if (isWebPage(refusal.text)) return { reason: "web-page" };
  if (status >= 300 && status < 400) return redirected;
  switch (status) {
    case 400:
    case 422: {
      if (contextPattern.test(`${message}\n${type}`)) return { reason: "context-too-long", origin: "provider" };
      const capability = unsupportedCapability(message);
      return capability ? { reason: "capability-missing", capability } : badRequest(message);
    }
    case 401:
      return { reason: "unauthorized" };
    case 402:
      return { reason: "payment-required" };
    case 403:
      return { reason: "model-refused" };
    case 404:
      return { reason: "model-gone" };
    case 408:
    case 504:
      return { reason: "timeout" };
    case 413:
      return { reason: "too-large", origin: "provider" };
    case 429:
      return { reason: "rate-limit-minute" };
    case 500:
      return { reason: "server-error" };
    case 501:
      return { reason: "capability-missing" };
  }
  return status > 500 ? { reason: "unavailable" } : badRequest(message);
}

/** When to retry: the header counts more than a delay in the text, "Please try again in 11.455s". */
function retryTime({ message }: ErrorBody, { status, headers, now }: Refusal): number | undefined {
  if (status !== 429 && status < 500) return undefined;
  const told = toldRetryTime(headers, now);
  if (told !== undefined) return told;
  const delay = /try again in (\S+)/i.exec(message)?.[1];
  const ms = delay === undefined ? undefined : parseDuration(delay.replace(/\.$/, ""));
  return ms === undefined ? undefined : now + ms;
}

function noBody({ text = "" }: Refusal): ErrorBody {
  return { message: text.slice(0, 500), type: "", code: "", status: undefined, fields: {} };
}
