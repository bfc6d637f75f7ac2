import type { Capability } from "./capability";
import type { ModelId } from "./model";
import type { KnownRefusals } from "./pool";

/** As long as the catalogue is kept: by then the service's own list should know. */
const goneMs = 60 * 60_000;
/** Shorter, since the account's privacy switches are a click away. */
const policyMs = 15 * 60_000;

/** What the service refused although its catalogue offers it. Remembered for this session only: it may be mended any time. */
export class RefusalMemory implements KnownRefusals {
  private readonly models = new Map<ModelId, { why: "gone" | "data-policy"; until: number }>();
  private readonly capabilities = new Set<string>();

  constructor(private readonly now: () => number) {}

  refusalOf(model: ModelId): "gone" | "data-policy" | undefined {
    const entry = this.models.get(model);
    return entry && entry.until > this.now() ? entry.why : undefined;
  }

  lacks(model: ModelId, capability: Capability): boolean {
    return this.capabilities.has(`${capability} ${model}`);
  }

  addModel(model: ModelId, why: "gone" | "data-policy"): void {
    this.models.set(model, { why, until: this.now() + (why === "gone" ? goneMs : policyMs) });
  }

  addCapability(model: ModelId, capability: Capability): void {
    this.capabilities.add(`${capability} ${model}`);
  }

  /** Gives every model that the privacy settings ruled out another chance: somebody may just have changed them. */
  clearPolicyRefusals(): boolean {
    const before = this.models.size;
    for (const [model, { why }] of this.models) if (why === "data-policy") this.models.delete(model);
    return this.models.size < before;
  }
}
