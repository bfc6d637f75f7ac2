import type { FailureOrigin, OptionalField } from "../../attemptError";
import type { Capability } from "../../capability";
import { servicePages } from "../../pages";
import { badRequest, type Classification } from "../classification";
import type { ServiceError } from "./serviceError";

export const hourMs = 60 * 60_000;

/** Nobody serves the model, now or for this account. Listings lie for an afternoon, so it comes back after some hours. */
export const gone: Classification = { reason: "model-gone" };

/** The model has a price, or its free offer has ended. */
export const notFree: Classification = { reason: "not-free" };

/** The account, the region or this app may not use the model. */
export const modelRefused: Classification = { reason: "model-refused" };

/** Like `modelRefused`, for a cause that will not change within hours. */
export function modelRefusedForDay(message: string, link?: string): Classification {
  return { ...modelRefused, excludeMs: 24 * hourMs, message, ...(link && { link }) };
}

export const regionRefused = modelRefusedForDay("The model is not available in this region.");
export const harnessRefused = modelRefusedForDay("The model is offered only to apps that the service lists.");
export const attestationRefused = modelRefusedForDay(
  "The model requires a confirmation, such as the user's age, in the account's preferences.",
  servicePages.preferences,
);

/** The host's own key, balance or permission failed: it will for some hours. Other hosts' models are not affected. */
export function hostFailed({ isByok }: ServiceError): Classification {
  const message = "The model's host refused the provider key that is stored in the account.";
  return { reason: "provider-rejected", excludeMs: 6 * hourMs, ...(isByok && { message }) };
}

/** A refusal that no rule explains: it is about the host or the model if it names one, otherwise about the request. */
export function unexplained(fields: ServiceError): Classification {
  if (fields.isHostError) return { reason: "provider-rejected" };
  return fields.routingStep ? modelRefused : badRequest([fields.message, fields.raw].join("\n"));
}

/** Without `capability`, the service only says that the model accepts fewer parameters. */
export function capabilityMissing(capability: Capability | undefined): Classification {
  return { reason: "capability-missing", capability };
}

const fieldMessages: Readonly<Record<OptionalField, string>> = {
  reasoning: "The model requires reasoning, so it cannot be turned off.",
  reasoning_details: "The model refused the reasoning of an earlier answer.",
  plugins: "The service refused the plugin settings of the request.",
};

export function parameterRefused(field: OptionalField): Classification {
  return {
    ...{ reason: "parameter-refused", field, message: fieldMessages[field] },
    ...(field === "plugins" && { origin: "request" }),
  };
}

/** A limit of the model or its host may be larger at another model; a limit of the service applies to all of them. */
export function sizeOrigin({ isHostError, message, availability }: ServiceError): FailureOrigin {
  return isHostError || availability || /\b(model|endpoint)/i.test(message) ? "provider" : "request";
}

/** Whether the host or the service itself failed. */
export function serverOrigin({ isHostError, type, availability }: ServiceError): FailureOrigin {
  return isHostError || availability || type.startsWith("provider_") ? "provider" : "service";
}
