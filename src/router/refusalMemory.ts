import type { Capability } from "./capability";
import type { ModelId } from "./model";
import type { KnownRefusals } from "./pool";

/** The lifetime of a catalogue: the next one should no longer list the model. */
const goneMs = 60 * 60_000;
/** Shorter, since users can change their privacy settings at any time. */
const policyMs = 15 * 60_000;

/** Refusals by the service that contradict the catalogue. Not stored, since their causes can end at any time. */
export class RefusalMemory implements KnownRefusals {
  readonly #models = new Map<ModelId, { reason: "gone" | "data-policy"; until: number }>();
  readonly #capabilities = new Set<string>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  refusalOf(model: ModelId): "gone" | "data-policy" | undefined {
    const refusal = this.#models.get(model);
    return refusal && refusal.until > this.#now() ? refusal.reason : undefined;
  }

  lacks(model: ModelId, capability: Capability): boolean {
    return this.#capabilities.has(`${capability} ${model}`);
  }

  addModel(model: ModelId, reason: "gone" | "data-policy"): void {
    this.#models.set(model, { reason, until: this.#now() + (reason === "gone" ? goneMs : policyMs) });
  }

  addCapability(model: ModelId, capability: Capability): void {
    this.#capabilities.add(`${capability} ${model}`);
  }

  /** Forgets refusals by the privacy settings: the user may have changed them. Returns whether there were any. */
  clearPolicyRefusals(): boolean {
    const before = this.#models.size;
    for (const [model, { reason }] of this.#models) if (reason === "data-policy") this.#models.delete(model);
    return this.#models.size < before;
  }
}
