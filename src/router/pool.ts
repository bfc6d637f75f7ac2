import { fitsContext, hasCapability, mayHaveCapability, type Capability, type CapabilitySet } from "./capability";
import type { Model, ModelId } from "./model";

/** Why a model of the catalogue is not in the candidate pool. The first rule that applies is reported. */
export type ExclusionRule =
  | "paid"
  | "not-text"
  | "router"
  | "expired"
  | "classifier"
  | "preview"
  | `no-${Capability}`
  | "context"
  | "charged"
  | "excluded"
  | "not-automatic"
  | "used-up"
  | "data-policy"
  | "gone"
  | "resting";

/** What attempts have shown about models, against the catalogue. */
export interface KnownRefusals {
  /** `gone`: removed, or refused for this account. `data-policy`: blocked by the account's privacy settings. */
  refusalOf(model: ModelId): "gone" | "data-policy" | undefined;
  /** Whether every endpoint refused a capability that the catalogue lists. */
  lacks(model: ModelId, capability: Capability): boolean;
  /** Whether an answer of the model has cost money, and the user has not brought the model back. */
  isCharged(model: ModelId): boolean;
}

export interface PoolFilter {
  needs: CapabilitySet;
  maxTokens: number | undefined;
  exclude: ReadonlySet<ModelId>;
  includePreviewModels: boolean;
  /** Models that the user selected in the settings. They are allowed even if they are previews. */
  namedByUser: ReadonlySet<ModelId>;
  /** Only models that the user selected are asked: nothing guarantees that the service is free. */
  onlyNamed: boolean;
  refusals: KnownRefusals;
  now: number;
}

/** Ids of safety classifiers: free models that read images but answer every question with a label. */
const classifier = /safety|guard|moderation/i;

/** Why a zero-priced model cannot answer any request; `undefined` if it can. */
export function modelExclusionRule(model: Model, now: number): ExclusionRule | undefined {
  const rule = lastingRuleOf(model);
  if (rule !== undefined && rule !== "classifier") return rule;
  return model.expirationDate !== undefined && model.expirationDate < utcDay(now) ? "expired" : rule;
}

/** Rules that hold as long as the model is listed. Models are never changed, and a pool can have hundreds of them. */
const lastingRules = new WeakMap<Model, ExclusionRule | "none">();

function lastingRuleOf(model: Model): ExclusionRule | undefined {
  let rule = lastingRules.get(model);
  if (rule === undefined) lastingRules.set(model, (rule = lastingRule(model) ?? "none"));
  return rule === "none" ? undefined : rule;
}

function lastingRule({ id, outputModalities, router }: Model): ExclusionRule | undefined {
  // A song generator has zero token prices but a price per song, so text must be the only output.
  if (outputModalities.length !== 1 || outputModalities[0] !== "text") return "not-text";
  if (router) return "router";
  return classifier.test(id) ? "classifier" : undefined;
}

/** Why a zero-priced model cannot answer this request; `undefined` if it can. Ignores cooldowns: they only affect the order. */
export function exclusionRule(model: Model, filter: PoolFilter): ExclusionRule | undefined {
  const rule = modelExclusionRule(model, filter.now);
  if (rule) return rule;
  if (model.preview && !filter.includePreviewModels && !filter.namedByUser.has(model.id)) return "preview";
  if (filter.onlyNamed && !filter.namedByUser.has(model.id)) return "not-automatic";
  for (const capability of filter.needs.capabilities)
    if (supportOf(model, [capability], filter.refusals) !== "yes") return `no-${capability}`;
  if (!fitsContext(model, filter.needs, filter.maxTokens)) return "context";
  if (filter.refusals.isCharged(model.id)) return "charged";
  if (filter.exclude.has(model.id)) return "excluded";
  return filter.refusals.refusalOf(model.id);
}

/** Whether a model has all of these capabilities; `unknown` if its service does not tell. */
export function supportOf(
  model: Model,
  capabilities: readonly Capability[],
  refusals: Pick<KnownRefusals, "lacks">,
): "yes" | "no" | "unknown" {
  let support: "yes" | "unknown" = "yes";
  for (const capability of capabilities) {
    if (refusals.lacks(model.id, capability)) return "no";
    if (hasCapability(model, capability)) continue;
    if (!mayHaveCapability(model, capability)) return "no";
    support = "unknown";
  }
  return support;
}

/** The free models of a catalogue: zero-priced, text output, no router, no classifier, not expired. Includes previews. */
export function freeModels(models: readonly Model[], now: number): Model[] {
  return models.filter((model) => modelExclusionRule(model, now) === undefined);
}

const dayMs = 24 * 60 * 60_000;
let lastDay = { number: NaN, text: "" };

/** The UTC day, `YYYY-MM-DD`. Most often it is asked for the day of the last time. */
export function utcDay(now: number): string {
  const number = Math.floor(now / dayMs);
  if (number !== lastDay.number) lastDay = { number, text: new Date(now).toISOString().slice(0, 10) };
  return lastDay.text;
}
