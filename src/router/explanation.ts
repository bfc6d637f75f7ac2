import { fitsContext, hasCapability, type Capability, type CapabilitySet } from "./capability";
import type { Catalogue } from "./catalogue";
import { serverRouterModel, type CandidatePools } from "./candidatePools";
import type { Model, ModelId } from "./model";
import type { Cooldown } from "./cooldown";
import { RouterError } from "./errors";
import { servicePages } from "./pages";
import { freeModels, exclusionRule, modelExclusionRule, type ExclusionRule } from "./pool";
import type { Service } from "./services/service";

/** The candidate pool of a request, its reasons included: the needs, and the rule that excludes each other model. */
export interface Explanation {
  needs: CapabilitySet;
  /** The models that a completion would try, with the service's own router first if the settings ask for it. */
  pool: Model[];
  excluded: { model: Model; rule: ExclusionRule }[];
  /** When the catalogue was downloaded, epoch milliseconds; 0 if there is none. */
  fetchedAt: number;
}

/** A service, and what candidatePools.ts found for the request. */
export interface ExplainedService {
  readonly service: Pick<Service, "parseModel">;
  readonly catalogue: Catalogue | undefined;
  readonly pools: CandidatePools;
  readonly cooldownOf: (model: ModelId) => Cooldown | undefined;
  /** Nothing more may be sent today, and another service can answer. */
  readonly isUsedUp: boolean;
}

/** Explains what a completion of this request would try. */
export function explain(services: readonly ExplainedService[], now: number): Explanation {
  const pool: Model[] = [];
  const excluded: Explanation["excluded"] = [];
  for (const { pools, cooldownOf, isUsedUp } of services) {
    const { tiers, models, filter, serverRouterFirst } = pools;
    const candidates = new Set(tiers.flatMap((tier) => tier.pool));
    if (serverRouterFirst !== undefined) pool.push(serverRouterModel(serverRouterFirst, models));
    for (const model of models) {
      if (model.id === serverRouterFirst) continue;
      const rule = candidates.has(model) ? restRule(model) : exclusionRule(model, filter);
      if (rule) excluded.push({ model, rule });
      else pool.push(model);
    }

    function restRule({ id }: Model): ExclusionRule | undefined {
      if (isUsedUp) return "used-up";
      return cooldownOf(id) ? "resting" : undefined;
    }
  }
  for (const { service, catalogue } of services) {
    for (const model of catalogue ? paidModels(service, catalogue) : [])
      excluded.push({ model, rule: modelExclusionRule(model, now) === "router" ? "router" : "paid" });
  }
  const needs = services[0]?.pools.filter.needs ?? { capabilities: [], promptTokens: 0, contextTokens: 0 };
  return { needs, pool, excluded, fetchedAt: services[0]?.catalogue?.fetchedAt ?? 0 };
}

const paidModelsCache = new WeakMap<Catalogue, readonly Model[]>();

/** Parses the paid models once per catalogue: there are hundreds, and every question is explained before it is sent. */
function paidModels({ parseModel }: ExplainedService["service"], catalogue: Catalogue): readonly Model[] {
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
export function noCandidateError(pools: readonly Pick<CandidatePools, "models" | "filter">[]): RouterError {
  const free = pools.flatMap(({ models, filter }) =>
    freeModels(models, filter.now).map((model) => ({ model, filter })),
  );
  const needs = pools[0]?.filter.needs;
  if (free.length === 0 || !needs) return noCandidate("The service offers no free models right now.", "paid");
  const capable = free.filter(({ model, filter }) =>
    needs.capabilities.every(
      (capability) => hasCapability(model, capability) && !filter.refusals.lacks(model.id, capability),
    ),
  );
  if (capable.length === 0) {
    const missing = needs.capabilities.map((each) => `no-${each}` as const);
    const models = free.map(({ model }) => model);
    return noCandidate(missingCapabilityMessage(models, needs.capabilities), ...missing);
  }
  const maxTokens = pools[0]?.filter.maxTokens;
  const fitting = capable.filter(({ model }) => fitsContext(model, needs, maxTokens));
  if (fitting.length === 0) {
    const models = capable.map(({ model }) => model);
    return new RouterError("context-too-long", tooLongMessage(models, needs, maxTokens));
  }
  const rules = fitting.map(({ model, filter }) => exclusionRule(model, filter));
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
  if (rules.includes("not-automatic"))
    return noCandidate("The only models that can do this may cost money. Pin one to use it.", "not-automatic");
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
