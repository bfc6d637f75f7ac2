import type { Capability } from "../../capability";
import { badRequest, type Classification } from "../classification";
import {
  attestationRefused,
  capabilityMissing,
  gone,
  harnessRefused,
  modelRefused,
  notFree,
  parameterRefused,
  regionRefused,
  sizeOrigin,
} from "./classification";
import { isRecord } from "../../json";
import { servicePages } from "../../pages";
import { namedCapability } from "../../refusedField";
import { retryAfterTime } from "../../resetTime";
import type { ServiceError } from "./serviceError";
import type { Refusal } from "../service";

/** Classifies a 404: no endpoint of the model matches the request, or the model is gone. */
export function classifyNoEndpoint(fields: ServiceError, refusal: Refusal): Classification {
  const { message, type, availability, excludedBy } = fields;
  if (type === "image_not_found") return badRequest(message);
  if (/data policy|guardrail restrictions|settings\/privacy/i.test(message)) return privacy(fields, refusal);
  if (excludedBy.includes("max_price") || /max_price|price constraint/i.test(message)) return notFree;
  // The text names the paid model, which must never be used instead.
  if (availability === "free_variant_ended" || /unavailable for free|period has ended|as a free model/i.test(message))
    return notFree;
  if (fields.retryable)
    return {
      ...{ reason: "unavailable", origin: "provider" },
      retryAt: retryAfterTime(refusal.headers, refusal.now, fields.retryAfter),
    };
  if (excludedBy.includes("context_length")) return { reason: "context-too-long", origin: sizeOrigin(fields) };
  if (excludedBy.includes("allowed_providers") || /no allowed providers|providers have been ignored/i.test(message))
    return providersExcluded;
  if (excludedBy.includes("geo") || excludedBy.includes("data_region")) return regionRefused;
  if (/output modalities/i.test(message)) return gone;
  const isAboutParameters = /support|requested parameters/i.test(message) || excludedBy.includes("require_parameters");
  if (isAboutParameters) return capabilityMissing(namedCapability(message));
  if (availability === "constraint_filtered" || (fields.routingStep && !/no endpoints found for/i.test(message)))
    return modelRefused;
  return gone;
}

const providersExcluded: Classification = {
  ...modelRefused,
  message: "The account's provider settings exclude the hosts of the model.",
  link: servicePages.preferences,
};

/**
 * The filters of the service by the words of their names, such as "Gate Free Endpoints by Agentic Harness". The surest sign
 * of what a refusal is about.
 */
const routingSteps: readonly [RegExp, (fields: ServiceError, refusal: Refusal) => Classification][] = [
  [/encrypted payload/i, () => parameterRefused("reasoning_details")],
  [/agentic harness/i, () => harnessRefused],
  [/attestation/i, () => attestationRefused],
  [/\bgeo/i, () => regionRefused],
  [/data policy|guardrail/i, (fields, refusal) => privacy(fields, refusal)],
  [/(allowed|ignored) providers/i, () => providersExcluded],
  [/price/i, () => notFree],
  [/context length/i, (fields) => ({ reason: "context-too-long", origin: sizeOrigin(fields) })],
  [/tool/i, ({ message }) => capabilityMissing(namedCapability(message) ?? "tools")],
  [/image/i, () => capabilityMissing("image")],
  [/output modalit/i, () => gone],
  [
    /parameter|modalit|structured|response.format|audio|video|quantization/i,
    ({ message, routingStep }) => capabilityMissing(namedCapability(message) ?? stepCapability(routingStep)),
  ],
];

/** Classifies a refusal by the filter that it names; `undefined` if it names none, or an unknown one. */
export function classifyRoutingStep(fields: ServiceError, refusal: Refusal): Classification | undefined {
  const { routingStep } = fields;
  if (!routingStep) return undefined;
  return routingSteps.find(([pattern]) => pattern.test(routingStep))?.[1](fields, refusal);
}

function stepCapability(step: string): Capability | undefined {
  return namedCapability(step) ?? (/audio/i.test(step) ? "audio" : /video/i.test(step) ? "video" : undefined);
}

/**
 * Prompts may be stored or trained on by most hosts of free models. The account's settings, its guardrails or the request's
 * own setting exclude them; `ineligibility_reasons` says which of the account's, with the page that changes it.
 */
export function privacy({ metadata }: ServiceError, { dataCollection }: Refusal): Classification {
  const listed = metadata["ineligibility_reasons"];
  const reasons = Array.isArray(listed) ? listed.filter(isRecord) : [];
  const isEveryReason = (pattern: RegExp): boolean =>
    reasons.length > 0 && reasons.every(({ reason }) => pattern.test(String(reason)));
  if (dataCollection === "deny" && !isEveryReason(/by-(account|guardrail)$/)) {
    return {
      reason: "data-policy",
      message:
        'The setting Data Collection is "deny", which excludes the models that were tried. Set it to "allow" to use them.',
    };
  }
  const urls = reasons.map(({ configure_url }) => configure_url);
  return {
    reason: "data-policy",
    link: urls.find(isServicePage) ?? servicePages.privacy,
    ...(isEveryReason(/guardrail$/) && {
      message: "A guardrail of the account excludes the free models that were tried.",
    }),
  };
}

function isServicePage(url: unknown): url is string {
  return typeof url === "string" && url.startsWith(`${new URL(servicePages.privacy).origin}/`);
}
