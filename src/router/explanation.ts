import { fitsContext, hasCapability, type Capability, type CapabilitySet } from "./capability";
import type { Catalogue } from "./catalogue";
import { candidatePools, serverRouterModel, type CandidatePoolsOptions } from "./candidatePools";
import type { Model, ModelId } from "./model";
import type { Cooldown } from "./cooldown";
import { RouterError } from "./errors";
import { parseModel } from "./services/openrouter/modelRow";
import { serverRouter } from "./services/openrouter/serverRouter";
import { servicePages } from "./pages";
import { freeModels, exclusionRule, modelExclusionRule, type ExclusionRule, type PoolFilter } from "./pool";

/** The candidate pool of a request, its reasons included: the needs, and the rule that excludes each other model. */
export interface Explanation {
  needs: CapabilitySet;
  /** The models that a completion would try, with the service's own router first if the settings ask for it. */
  pool: Model[];
  excluded: { model: Model; rule: ExclusionRule }[];
  /** When the catalogue was downloaded, epoch milliseconds; 0 if there is none. */
  fetchedAt: number;
}

/** Explains what a completion of this request would try. */
export function explain(
  options: CandidatePoolsOptions,
  cooldownOf: (model: ModelId) => Cooldown | undefined,
): Explanation {
  const { catalogue, now } = options;
  const { tiers, models, filter, serverRouterFirst } = candidatePools(options);
  const candidates = new Set(tiers.flatMap((tier) => tier.pool));
  const pool: Model[] = serverRouterFirst ? [serverRouterModel(models)] : [];
  const excluded: Explanation["excluded"] = [];
  for (const model of models) {
    if (serverRouterFirst && model.id === serverRouter) continue;
    const rule = candidates.has(model) ? cooldownOf(model.id) && ("resting" as const) : exclusionRule(model, filter);
    if (rule) excluded.push({ model, rule });
    else pool.push(model);
  }
  for (const model of catalogue ? paidModels(catalogue) : [])
    excluded.push({ model, rule: modelExclusionRule(model, now) === "router" ? "router" : "paid" });
  return { needs: filter.needs, pool, excluded, fetchedAt: catalogue?.fetchedAt ?? 0 };
}

const paidModelsCache = new WeakMap<Catalogue, readonly Model[]>();

/** Parses the paid models once per catalogue: there are hundreds, and every question is explained before it is sent. */
function paidModels(catalogue: Catalogue): readonly Model[] {
  const models = paidModelsCache.get(catalogue) ?? catalogue.paidRows.flatMap((row) => parseModel(row) ?? []);
  paidModelsCache.set(catalogue, models);
  return models;
}

const capabilityTexts: Record<Capability, string> = {
  image: "read images",
  file: "read files",
  audio: "process audio",
  video: "process video",
  tools: "call tools",
  tool_choice: "be required to call a tool",
  structured_outputs: "follow a JSON schema",
  response_format: "answer in JSON",
};

/** The error for an empty pool. Its message names the requirement that no model meets. */
export function noCandidateError(models: readonly Model[], filter: PoolFilter): RouterError {
  const { needs, maxTokens } = filter;
  const free = freeModels(models, filter.now);
  if (free.length === 0) return noCandidate("The service offers no free models right now.", "paid");
  const capable = free.filter((model) =>
    needs.capabilities.every(
      (capability) => hasCapability(model, capability) && !filter.refusals.lacks(model.id, capability),
    ),
  );
  if (capable.length === 0) {
    const missing = needs.capabilities.map((each) => `no-${each}` as const);
    return noCandidate(missingCapabilityMessage(free, needs.capabilities), ...missing);
  }
  const fitting = capable.filter((model) => fitsContext(model, needs, maxTokens));
  if (fitting.length === 0) {
    return new RouterError("context-too-long", tooLongMessage(capable, needs, maxTokens));
  }
  const rules = fitting.map((model) => exclusionRule(model, filter));
  if (rules.every((rule) => rule === "gone" || rule === "data-policy") && rules.includes("data-policy")) {
    return new RouterError("data-policy", "The account's privacy settings exclude every free model that can do this.", {
      link: servicePages.privacy,
    });
  }
  if (rules.includes("excluded"))
    return noCandidate("Every other free model that can do this is excluded.", "excluded");
  if (rules.includes("charged"))
    return noCandidate("Every other free model that can do this has charged the account before.", "charged");
  if (rules.includes("preview"))
    return noCandidate("Only preview models can do this, and the settings exclude them.", "preview");
  return noCandidate("The free models that can do this were removed or are not available to this account.", "gone");
}

function noCandidate(message: string, ...rules: readonly ExclusionRule[]): RouterError {
  return new RouterError("no-candidate", message, { rules });
}

function tooLongMessage(capable: readonly Model[], needs: CapabilitySet, maxTokens = 0): string {
  const largest = Math.max(...capable.map(({ contextLength }) => contextLength));
  if (capable.some((model) => fitsContext(model, needs, undefined)))
    return `No suitable free model can return an answer of ${maxTokens} tokens. Request a shorter one.`;
  return `The request needs about ${needs.contextTokens} tokens, but the largest context window of a suitable free model has ${largest}.`;
}

function missingCapabilityMessage(free: readonly Model[], needed: readonly Capability[]): string {
  const texts = needed.map((capability) => capabilityTexts[capability]);
  if (texts.length === 1) return `No free model can ${texts.join("")} right now.`;
  const counts = needed.map(
    (capability) =>
      `${free.filter((model) => hasCapability(model, capability)).length} can ${capabilityTexts[capability]}`,
  );
  return `No free model can ${texts.slice(0, -1).join(", ")} and ${texts.at(-1) ?? ""} right now: ${counts.join(", ")}, but none can do all of it.`;
}
