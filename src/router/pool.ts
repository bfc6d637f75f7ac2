import { fitsContext, hasCapability, type Capability, type CapabilitySet } from "./capability";
import type { Model, ModelId } from "./model";

/** Why a model of the catalogue is not in the candidate pool; the first rule that fits is the one that is told. */
export type ExclusionRule =
  | "paid"
  | "not-text"
  | "router"
  | "expired"
  | "classifier"
  | "preview"
  | `no-${Capability}`
  | "context"
  | "excluded"
  | "data-policy"
  | "gone"
  | "resting";

/** What the service said about models since the catalogue was fetched. */
export interface KnownRefusals {
  /** Gone, refused for this account, or blocked by its privacy settings. */
  refusalOf(model: ModelId): "gone" | "data-policy" | undefined;
  /** Listed in the catalogue, but refused by every endpoint. */
  lacks(model: ModelId, capability: Capability): boolean;
}

export interface PoolFilter {
  needs: CapabilitySet;
  maxTokens: number | undefined;
  exclude: ReadonlySet<ModelId>;
  includePreviewModels: boolean;
  /** Preview models that the user named himself are no surprise to him. */
  namedByUser: ReadonlySet<ModelId>;
  refusals: KnownRefusals;
  now: number;
}

/** Ids of safety models: free, able to read images, and answering every question with a label. */
const classifier = /safety|guard|moderation/i;

/** Why a zero-priced model of the catalogue cannot hold a conversation, whoever asks. */
export function modelExclusionRule(model: Model, now: number): ExclusionRule | undefined {
  // A song generator has zero token prices and a price a song: nothing but text may come out.
  if (model.outputModalities.length !== 1 || model.outputModalities[0] !== "text") return "not-text";
  if (model.router) return "router";
  if (model.expirationDate !== undefined && model.expirationDate < utcDay(now)) return "expired";
  if (classifier.test(model.id)) return "classifier";
  return undefined;
}

/** Why a zero-priced model cannot take this request; rests are not looked at, since they are a matter of order. */
export function exclusionRule(model: Model, filter: PoolFilter): ExclusionRule | undefined {
  const rule = modelExclusionRule(model, filter.now);
  if (rule) return rule;
  if (model.preview && !filter.includePreviewModels && !filter.namedByUser.has(model.id)) return "preview";
  for (const capability of filter.needs.capabilities) {
    if (!hasCapability(model, capability) || filter.refusals.lacks(model.id, capability)) return `no-${capability}`;
  }
  if (!fitsContext(model, filter.needs, filter.maxTokens)) return "context";
  if (filter.exclude.has(model.id)) return "excluded";
  return filter.refusals.refusalOf(model.id);
}

/** The models that can take the request now, rests aside. */
export function candidatePool(models: readonly Model[], filter: PoolFilter): Model[] {
  return models.filter((model) => exclusionRule(model, filter) === undefined);
}

/** The free models of a catalogue: zero-priced, text out, neither router nor classifier, not expired. Previews are among them. */
export function freeModels(models: readonly Model[], now: number): Model[] {
  return models.filter((model) => modelExclusionRule(model, now) === undefined);
}

/** The UTC day, `YYYY-MM-DD`. */
export function utcDay(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}
