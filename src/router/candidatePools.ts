import { fitsContext, requiredCapabilities, type Capability, type CapabilitySet } from "./capability";
import type { Catalogue } from "./catalogue";
import type { Model, ModelId } from "./model";
import { exclusionRule, supportOf, type KnownRefusals, type PoolFilter } from "./pool";
import type { CompletionRequest } from "./request";
import type { RouterSettings } from "./settings";
import { withSchemaInPrompt } from "./structured";

/** A form of the request and the models that accept it. A completion tries its tiers in order. */
export interface Tier {
  readonly request: CompletionRequest;
  readonly pool: readonly Model[];
  /** Whether this is the request in its original form and every model of the pool is known to accept it. */
  readonly preference: TierPreference;
  /** The user has put these models into this place. */
  readonly isNamed?: true;
}

/** In order: what is asked first. */
export const tierPreferences = ["native", "native-unknown", "prompted", "prompted-unknown"] as const;
export type TierPreference = (typeof tierPreferences)[number];

/** A request with what takes time to find out about it, so that this is done once for all services. */
export interface PreparedRequest {
  readonly request: CompletionRequest;
  readonly needs: CapabilitySet;
  /** The request with its schema in the prompt. */
  readonly prompted: () => CompletionRequest;
}

export function prepareRequest(request: CompletionRequest): PreparedRequest {
  let prompted: CompletionRequest | undefined;
  return { request, needs: requiredCapabilities(request), prompted: () => (prompted ??= withSchemaInPrompt(request)) };
}

export interface CandidatePoolsOptions {
  readonly asked: PreparedRequest;
  readonly settings: RouterSettings;
  /** The service's own router among its models. */
  readonly serverRouter: ModelId | undefined;
  /** Whether only models that the settings name are asked. */
  readonly onlyNamed: boolean;
  /** `undefined` if there is none: then only the models that the settings name are known. */
  readonly catalogue: Catalogue | undefined;
  readonly refusals: KnownRefusals;
  readonly now: number;
}

/** The models that a completion tries, cooldowns aside. */
export interface CandidatePools {
  /** First the request in its original form, then with its schema in the prompt. */
  readonly tiers: readonly Tier[];
  /** The service's own router, if it is asked before the tiers. */
  readonly serverRouterFirst: ModelId | undefined;
  /** Whether neither a tier nor the service's own router can answer. */
  readonly isEmpty: boolean;
  /** The models that the tiers were taken from. */
  readonly models: readonly Model[];
  /** The filter for the request in its original form. */
  readonly filter: PoolFilter;
  /** Refusals by the privacy settings were ignored, because they would leave no model. A completion then forgets them. */
  readonly ignoresPolicyRefusals: boolean;
}

/** Finds the models for a request. The explanation of a request and its completion both use it, so they always agree. */
export function candidatePools(options: CandidatePoolsOptions): CandidatePools {
  const { asked, settings, catalogue, refusals } = options;
  const models = catalogue?.models ?? modelsNamedBy(settings);
  const filter = poolFilter(options, refusals);
  const tiers = tiersOf(asked, models, filter);
  const wantsServerRouter = settings.strategy === "server" || (!catalogue && hasNoModel(tiers));
  const serverRouterFirst = wantsServerRouter ? usableServerRouter(options, models, filter) : undefined;
  const isEmpty = serverRouterFirst === undefined && hasNoModel(tiers);
  const pools = { tiers, serverRouterFirst, isEmpty, models, filter, ignoresPolicyRefusals: false };
  if (!isEmpty || !models.some(({ id }) => refusals.refusalOf(id) === "data-policy")) return pools;
  const tolerant = poolFilter(options, withoutPolicyRefusals(refusals));
  const tolerantTiers = tiersOf(asked, models, tolerant);
  return hasNoModel(tolerantTiers)
    ? pools
    : { ...pools, tiers: tolerantTiers, isEmpty: false, filter: tolerant, ignoresPolicyRefusals: true };
}

/** Ids that may be sent unseen: a variant such as `:free:online` bills a search, and the routers of the service pick paid models. */
const sendableForm = /^(?!openrouter\/)[^/:]+\/[^/:]+(:free)?$/;

/**
 * The models that the settings name, for when there is no catalogue. Nothing is known about them, so they count as able to
 * do anything. Without the excluded ones.
 */
export function modelsNamedBy({ strategy, pinnedModel, fallbacks, exclude }: RouterSettings): Model[] {
  const named = namedIds({ strategy, pinnedModel, fallbacks });
  return [...new Set(named)].filter((id) => sendableForm.test(id) && !exclude.includes(id)).map(unlistedModel);
}

/** The service's own router, as a model: the row of the catalogue, if there is one. */
export function serverRouterModel(id: ModelId, models: readonly Model[]): Model {
  return models.find((model) => model.id === id) ?? { ...unlistedModel(id), router: true };
}

function unlistedModel(id: ModelId): Model {
  return {
    ...{ id, canonicalSlug: id, name: id, contextLength: 0 },
    inputModalities: ["text", "image", "audio", "video"],
    outputModalities: ["text"],
    supportedParameters: ["tools", "tool_choice", "structured_outputs", "response_format"],
    ...{ router: false, preview: !id.endsWith(":free"), moderated: false },
  };
}

function poolFilter({ asked, settings, onlyNamed, now }: CandidatePoolsOptions, refusals: KnownRefusals): PoolFilter {
  const { request, needs } = asked;
  return {
    needs,
    maxTokens: request.max_tokens,
    exclude: new Set([...settings.exclude, ...(request.exclude ?? [])]),
    includePreviewModels: settings.includePreviewModels,
    namedByUser: new Set(namedIds(settings)),
    ...{ onlyNamed, refusals, now },
  };
}

function namedIds({
  strategy,
  pinnedModel,
  fallbacks,
}: Pick<RouterSettings, "strategy" | "pinnedModel" | "fallbacks">): readonly ModelId[] {
  if (strategy === "fallbacks") return fallbacks;
  return strategy === "pinned" && pinnedModel ? [pinnedModel] : [];
}

/** A form of the request, with the models that are known to accept it and those that may. */
interface RequestForm {
  readonly preference: "native" | "prompted";
  readonly capabilities: readonly Capability[];
  readonly certain: Model[];
  readonly unknown: Model[];
}

/**
 * Models without structured outputs can still answer in JSON, with the schema in the prompt. Models whose service does not tell what they
 * support come after those that are known to.
 */
function tiersOf({ request, prompted }: PreparedRequest, models: readonly Model[], filter: PoolFilter): Tier[] {
  const { needs, refusals } = filter;
  const forms = formsOf(needs.capabilities);
  const usual = { ...filter, needs: { ...needs, capabilities: [] } };
  for (const model of models) {
    if (exclusionRule(model, usual) !== undefined) continue;
    for (const { capabilities, certain, unknown } of forms) {
      const support = supportOf(model, capabilities, refusals);
      if (support === "unknown") unknown.push(model);
      if (support !== "yes") continue;
      certain.push(model);
      break;
    }
  }
  return forms.flatMap(({ preference, certain, unknown }): Tier[] => {
    if (preference === "native") return tiersOfForm(request, preference, certain, unknown);
    if (certain.length === 0 && unknown.length === 0) return [];
    return tiersOfForm(prompted(), preference, certain, unknown);
  });
}

function tiersOfForm(
  request: CompletionRequest,
  preference: RequestForm["preference"],
  certain: readonly Model[],
  unknown: readonly Model[],
): Tier[] {
  const tier: Tier = { request, pool: certain, preference };
  return unknown.length === 0 ? [tier] : [tier, { request, pool: unknown, preference: `${preference}-unknown` }];
}

function formsOf(capabilities: readonly Capability[]): RequestForm[] {
  const native: RequestForm = { preference: "native", capabilities, certain: [], unknown: [] };
  if (!capabilities.includes("structured_outputs")) return [native];
  const inJson = capabilities.map((each) => (each === "structured_outputs" ? "response_format" : each));
  return [native, { preference: "prompted", capabilities: inJson, certain: [], unknown: [] }];
}

function hasNoModel(tiers: readonly Tier[]): boolean {
  return tiers.every(({ pool }) => pool.length === 0);
}

function usableServerRouter(
  { serverRouter }: CandidatePoolsOptions,
  models: readonly Model[],
  { needs, maxTokens, exclude, refusals }: PoolFilter,
): ModelId | undefined {
  if (serverRouter === undefined || exclude.has(serverRouter) || refusals.isCharged(serverRouter)) return undefined;
  return fitsContext(serverRouterModel(serverRouter, models), needs, maxTokens) ? serverRouter : undefined;
}

function withoutPolicyRefusals(refusals: KnownRefusals): KnownRefusals {
  return {
    refusalOf: (model) => {
      const refusal = refusals.refusalOf(model);
      return refusal === "data-policy" ? undefined : refusal;
    },
    lacks: (model, capability) => refusals.lacks(model, capability),
    isCharged: (model) => refusals.isCharged(model),
  };
}
