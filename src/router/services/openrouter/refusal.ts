import {
  classifyBudget,
  classifyForbidden,
  classifyPayment,
  classifyUnauthorized,
  guardrailBlocked,
  isModerated,
} from "./accountRefusal";
import { AttemptError } from "../../attemptError";
import { isWebPage, redirected, type Classification } from "../classification";
import {
  capabilityMissing,
  gone,
  modelRefused,
  parameterRefused,
  serverOrigin,
  sizeOrigin,
  unexplained,
} from "./classification";
import { isRecord } from "../../json";
import { classifyNoEndpoint, classifyRoutingStep, privacy } from "./noEndpoint";
import { servicePages } from "../../pages";
import { classifyRateLimit } from "./rateLimit";
import { redacted, refusalDefaults } from "../../refusalMessages";
import { refusedField, unsupportedCapability } from "../../refusedField";
import { retryAfterTime } from "../../resetTime";
import { hasValue, readChain, readServiceError, type ServiceError } from "./serviceError";
import type { Refusal } from "../service";

/** Classifies an error response: its reason, whose failure it is, its message and, for limits, the time to retry at. */
export function refusalError(refusal: Refusal): AttemptError {
  const fields = readServiceError(refusal) ?? unreadRateLimit(refusal);
  const { reason, message, ...details } = fields ? classify(fields, refusal) : classifyText(refusal);
  const defaults = refusalDefaults[reason];
  return new AttemptError(reason, message ?? defaults.message, {
    origin: defaults.origin,
    status: fields?.code ?? refusal.status,
    model: fields?.model,
    detail: fields
      ? redacted([fields.message, fields.raw].filter(Boolean).join("\n"))
      : redacted((refusal.text ?? "").slice(0, 500)),
    chain: isRecord(refusal.body) ? readChain(refusal.body["openrouter_metadata"]) : undefined,
    previousStatuses: fields?.previousStatuses,
    ...details,
  });
}

/** A 429 whose body did not arrive, or not as a whole: its headers may still say which limit was reached. */
function unreadRateLimit(refusal: Refusal): ServiceError | undefined {
  if (refusal.status !== 429 || !/^\s*(\{|$)/.test(refusal.text ?? "")) return undefined;
  return readServiceError({ ...refusal, body: { error: {} } });
}

function classify(fields: ServiceError, refusal: Refusal): Classification {
  return classifyBySign(fields, refusal) ?? classifyByStatus(fields, refusal);
}

/** Metadata that decides by itself. Some of it comes with the name of a host that is not at fault, so it is read first. */
function classifyBySign(fields: ServiceError, refusal: Refusal): Classification | undefined {
  const { availability, excludedBy, code } = fields;
  if (availability === "privacy_restricted" || excludedBy.some((rule) => String(rule).startsWith("data_policy")))
    return privacy(fields, refusal);
  const budget = classifyBudget(fields, refusal);
  if (budget || code < 400 || code === 429 || code >= 500) return budget;
  if (hasValue(fields.metadata["patterns"])) return guardrailBlocked(fields);
  return isModerated(fields) ? { reason: "moderated" } : classifyRoutingStep(fields, refusal);
}

function classifyByStatus(fields: ServiceError, refusal: Refusal): Classification {
  const { code } = fields;
  const origin = serverOrigin(fields);
  switch (code) {
    case 400:
    case 422:
      return classifyBadRequest(fields);
    case 401:
      return classifyUnauthorized(fields);
    case 402:
      return classifyPayment(fields);
    case 403:
      return classifyForbidden(fields);
    case 404:
      return classifyNoEndpoint(fields, refusal);
    case 408:
    case 504:
    case 524:
      return { reason: "timeout", origin };
    case 413:
      return { reason: "too-large", origin: sizeOrigin(fields) };
    case 429:
      return classifyRateLimit(fields, refusal);
    case 500:
      return { reason: "server-error", origin };
  }
  if (code >= 500)
    return {
      ...{ reason: "unavailable", origin },
      retryAt: retryAfterTime(refusal.headers, refusal.now, fields.retryAfter),
    };
  return code < 400 ? classifyText(refusal) : unexplained(fields);
}

const contextPattern =
  /context[ _](length|window)|maximum context|(prompt|input) is too long|too many (input |prompt )?tokens|token limit/i;

/** Classifies a 400 or 422: about the model's name, the length, a field that the model can do without, or the request. */
function classifyBadRequest(fields: ServiceError): Classification {
  const { message, type, availability } = fields;
  const allText = `${message}\n${fields.raw}`;
  if (/not a valid model id/i.test(message) || availability === "model_not_found" || availability === "wrong_endpoint")
    return gone;
  if (/^(context_length|max_tokens|token_limit)_exceeded$/.test(type) || contextPattern.test(allText))
    return { reason: "context-too-long", origin: sizeOrigin(fields) };
  const field = refusedField(allText);
  if (field) return parameterRefused(field);
  const capability = unsupportedCapability(allText);
  if (capability) return capabilityMissing(capability);
  // A restriction of one host, such as on the type of an image: another host may accept the same request.
  return /^(image_|unsupported_image)/.test(type) ? { reason: "provider-rejected" } : unexplained(fields);
}

/** Classifies a body that is not JSON: from a proxy, a captive portal or an edge server. */
function classifyText({ status, text = "", headers, now }: Refusal): Classification {
  const isPage = isWebPage(text);
  const retryAt = retryAfterTime(headers, now);
  if (status >= 300 && status < 400) return redirected;
  switch (status) {
    case 401:
      return { reason: "unauthorized", link: servicePages.keys };
    case 402:
      return { reason: "payment-required", link: servicePages.credits };
    case 403:
      return { ...modelRefused, ...(isPage && { origin: "network" }) };
    case 404:
      return {
        ...{ reason: "bad-request", origin: "network" },
        message: "The service was not found at this address. Check the base URL.",
      };
    case 407:
      return {
        reason: "offline",
        message: "The proxy requires a user name and password. Check the proxy settings.",
      };
    case 408:
    case 504:
    case 524:
      return { reason: "timeout" };
    case 413:
      return { reason: "too-large" };
    case 429:
      return { reason: "rate-limit-unknown", retryAt };
    case 500:
      return { reason: "server-error" };
    case 511: // The network requires a sign-in.
      return { reason: "web-page" };
  }
  if (status < 300) return { reason: isPage ? "web-page" : "malformed" };
  return status > 500
    ? { reason: "unavailable", retryAt }
    : { reason: "bad-request", message: `The service refused the request with status ${status}.` };
}
