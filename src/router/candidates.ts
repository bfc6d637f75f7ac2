import type { Admission } from "./admission";
import type { Limit } from "./book";
import { candidatePools, type CandidatePools, type PreparedRequest, type Tier } from "./candidatePools";
import type { ChoiceOptions } from "./choose";
import type { OpenMember } from "./members";
import { serviceOf, type ModelId } from "./model";
import { drawOrder, type OrderOptions } from "./order";
import { mergeTiers } from "./serviceOrder";
import type { RouterSettings } from "./settings";

/** A service in use, with its models that can answer a request. */
export interface CandidateMember extends OpenMember {
  readonly pools: CandidatePools;
}

export interface CandidatesOptions extends Pick<OrderOptions, "experienceOf" | "toolRecordOf" | "random"> {
  readonly asked: PreparedRequest;
  readonly settings: RouterSettings;
}

/** The candidates of all services for a request, and the order in which they are tried. */
export interface Candidates {
  readonly tiers: readonly Tier[];
  readonly choice: ChoiceOptions;
  readonly memberOf: (model: ModelId) => CandidateMember;
  /** What a request can cost in tokens: its prompt, and the room for the answer. */
  readonly tokens: number;
}

/** Finds the models of a service that can answer a request. */
export function withPools(
  member: OpenMember,
  asked: PreparedRequest,
  settings: RouterSettings,
  now: number,
): CandidateMember {
  const { service, use, catalogue, refusals } = member;
  const { serverRouter } = service;
  const pools = candidatePools({ asked, settings, catalogue, refusals, serverRouter, onlyNamed: !use.automatic, now });
  return { ...member, pools };
}

/** Merges the candidates of several services, one at least. */
export function mergeCandidates(
  members: readonly CandidateMember[],
  { asked: { request, needs }, settings, ...drawing }: CandidatesOptions,
): Candidates {
  const byService = new Map(members.map((member) => [member.use.id, { ...member, models: member.pools.models }]));
  const memberOf = (model: ModelId): CandidateMember => byService.get(serviceOf(model)) ?? firstOf(byService);
  const tokens = needs.contextTokens;
  const merged = mergeTiers(
    members.map(({ service, pools }) => ({ service, tiers: pools.tiers })),
    settings,
  );
  const order: OrderOptions = { settings, needsTools: Boolean(request.tools?.length), ...drawing };
  const tiers = merged.map((tier) => ({ ...tier, pool: drawOrder(tier.pool, order) }));
  const choice: ChoiceOptions = {
    tiers,
    request,
    serverRouter: members.find(({ pools }) => pools.serverRouterFirst !== undefined)?.pools.serverRouterFirst,
    maxFallbacks: (model) => (settings.serverFallbacks ? memberOf(model).service.maxFallbacks : 0),
    cooldownOf: (model) => memberOf(model).cooldownOf(model),
    limits: () => limitsOf(memberOf, tokens),
  };
  return { tiers, choice, memberOf, tokens };
}

/** The limits of each service for a request with so many tokens, read once: a pool can have hundreds of models. */
function limitsOf(memberOf: (model: ModelId) => OpenMember, tokens: number): (model: ModelId) => Limit | undefined {
  const limits = new Map<Admission, Limit | undefined>();
  return (model) => {
    const admission = memberOf(model).admissionOf(model);
    if (!limits.has(admission)) limits.set(admission, admission.limit(tokens));
    return limits.get(admission);
  };
}

function firstOf<T>(members: ReadonlyMap<unknown, T>): T {
  for (const member of members.values()) return member;
  throw new Error("There is no service.");
}
