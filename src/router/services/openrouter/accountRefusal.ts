import { badRequest, type Classification } from "../classification";
import {
  attestationRefused,
  harnessRefused,
  hostFailed,
  modelRefused,
  notFree,
  parameterRefused,
  regionRefused,
} from "./classification";
import { servicePages } from "../../pages";
import { refusedField } from "../../refusedField";
import { toOneLine } from "../../refusalMessages";
import { hasValue, type ServiceError } from "./serviceError";
import type { Refusal } from "../service";

/** The known budgets that a `limit_source` names. */
const budgetMessages: Readonly<Record<string, string>> = {
  openrouter_key_limit: "The spending limit of this key is reached.",
  openrouter_guardrail_budget: "The budget of the account's guardrail is reached.",
  openrouter_workspace_budget: "The budget of the workspace is reached.",
};

/** Classifies a reached budget of the key, a guardrail or the workspace, whatever its status is. */
export function classifyBudget({ limitSource, metadata }: ServiceError, { now }: Refusal): Classification | undefined {
  if (!/budget|key_limit/.test(limitSource) || limitSource === inFlightBudget) return undefined;
  const message = budgetMessages[limitSource];
  const resetsAt = Date.parse(String(metadata["resets_at"]));
  return { ...budgetExceeded, ...(message && { message }), ...(resetsAt > now && { retryAt: resetsAt }) };
}

/** The cost of the requests that are running. It frees up within seconds. */
const inFlightBudget = "openrouter_in_flight_budget";

const budgetExceeded: Classification = { reason: "budget-exceeded", link: servicePages.keys };

/**
 * Classifies a 401: the user's key, or the host's own key at its provider. The founder of OpenRouter confirmed the latter
 * (https://github.com/OpenRouterTeam/ai-sdk-provider/issues/24).
 */
export function classifyUnauthorized(fields: ServiceError): Classification {
  return fields.isHostError ? hostFailed(fields) : { reason: "unauthorized", link: servicePages.keys };
}

/**
 * Classifies a 402. A host may be out of credit, or the model may have a price by now; both are about this model. Free
 * requests are exempt from the in-flight budget, so a request that reached it was priced. "Insufficient credits" alone proves nothing
 * about the account: a key without credits got it for a model that is not free, while free models answered.
 */
export function classifyPayment(fields: ServiceError): Classification {
  const { message, metadata, limitSource } = fields;
  if (fields.isHostError && !limitSource.startsWith("openrouter_")) return hostFailed(fields);
  if (
    limitSource === inFlightBudget ||
    metadata["reason"] === "weight_exceeds_budget" ||
    /afford|fewer max_tokens|prompt tokens limit/i.test(message)
  )
    return notFree;
  if (/negative/i.test(message)) return { reason: "balance-negative", link: servicePages.credits };
  if (/\b(key|spending|workspace|guardrail)\b.{0,20}\b(limit|budget)/i.test(message)) return budgetExceeded;
  return { reason: "payment-required", link: servicePages.credits };
}

/** Classifies a 403: about the text, the account, the address, or this model. */
export function classifyForbidden(fields: ServiceError): Classification {
  const { message, metadata, availability } = fields;
  const allText = `${message}\n${fields.raw}`;
  if (isModerated(fields) || /moderation|flagged|content[ _-]?policy/i.test(allText)) return { reason: "moderated" };
  if (hasValue(metadata["missing_attestation_types"])) return attestationRefused;
  const field = refusedField(allText);
  if (field === "reasoning_details") return parameterRefused(field);
  if (fields.isHostError) return hostFailed(fields);
  if (/\bguardrail|request blocked:/i.test(message)) return guardrailBlocked(fields);
  if (/key limit|spending limit/i.test(message)) return budgetExceeded;
  if (/\b(ip|address)\b.*\ballowlist/i.test(message))
    return {
      ...badRequest(message),
      message: "The account accepts no requests from this IP address.",
      origin: "account",
    };
  if (availability === "region_restricted" || /\b(region|country)\b/i.test(message)) return regionRefused;
  if (/agentic harness/i.test(message)) return harnessRefused;
  return fields.routingStep ? modelRefused : { ...modelRefused, isUnexplained: true };
}

/** Whether a content filter refused the request, going by metadata: it names a host as well, although the text is at fault. */
export function isModerated({ metadata, type }: ServiceError): boolean {
  return (
    hasValue(metadata["reasons"]) ||
    hasValue(metadata["flagged_input"]) ||
    type === "content_policy_violation" ||
    type === "refusal"
  );
}

/** A guardrail applies to every model, so the completion ends; `moderated` would try another one. */
export function guardrailBlocked({ message }: ServiceError): Classification {
  const complaint = toOneLine(message);
  return {
    ...{ reason: "bad-request", origin: "account" },
    ...(complaint && { complaint }),
    message: `A guardrail of the account blocked the request. ${complaint}`.trim(),
  };
}
