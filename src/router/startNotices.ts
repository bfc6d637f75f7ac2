import type { Tier } from "./candidatePools";
import type { RouterEvent } from "./events";
import type { OpenMember } from "./members";
import { serviceOf, type ModelId, type ServiceId } from "./model";
import type { CompletionRequest } from "./request";
import type { RouterSettings } from "./settings";

/** What the user should know before an answer starts. Each fact is reported once, until it has changed. */
export class StartNotices {
  /** Unavailable models that the settings pin. */
  readonly #reportedPins = new Set<ModelId>();
  /** Services that have used up their day. */
  readonly #reportedDays = new Set<ServiceId>();

  /** The notices for a completion that tries `tiers` of the `usable` services. */
  next(
    request: CompletionRequest,
    settings: RouterSettings,
    { usable, tiers }: { usable: readonly OpenMember[]; tiers: readonly Tier[] },
  ): RouterEvent[] {
    return [...this.#unavailablePin(request, settings, tiers), ...this.#usedUpServices(usable, tiers)];
  }

  /**
   * The rest of the pool answers instead of an unavailable pinned model. A model that only the request pins concerns its caller alone,
   * so each such request hears of it, and it changes nothing about the setting.
   */
  #unavailablePin(
    { exclude, pin }: CompletionRequest,
    { strategy, pinnedModel }: RouterSettings,
    tiers: readonly Tier[],
  ): RouterEvent[] {
    if (strategy !== "pinned" || !pinnedModel || exclude?.includes(pinnedModel)) return [];
    const isAvailable = tiers.some(({ pool }) => pool.some(({ id }) => id === pinnedModel));
    if (pin) return isAvailable ? [] : [unavailableNotice(pin)];
    if (isAvailable) {
      this.#reportedPins.delete(pinnedModel);
      return [];
    }
    if (this.#reportedPins.has(pinnedModel)) return [];
    this.#reportedPins.add(pinnedModel);
    return [unavailableNotice(pinnedModel)];
  }

  /** Another service answers instead of those that come first, because their day is used up. */
  #usedUpServices(usable: readonly OpenMember[], tiers: readonly Tier[]): RouterEvent[] {
    const isUsedUp = ({ admission }: OpenMember): boolean => admission.limit() === "day";
    for (const member of usable) if (!isUsedUp(member)) this.#reportedDays.delete(member.use.id);
    if (usable.every(isUsedUp)) return [];
    const firstTier = tiers.find(({ pool }) => pool.length > 0);
    const firstServices = new Set(firstTier?.pool.map(({ id }) => serviceOf(id)));
    const first = usable.filter(({ use }) => firstServices.has(use.id));
    if (!first.every(isUsedUp)) return [];
    return first
      .filter(({ use }) => !this.#reportedDays.has(use.id))
      .map(({ use, service: { name } }) => {
        this.#reportedDays.add(use.id);
        const message = `${name} has no free requests left today. Another service answers.`;
        return { type: "notice", notice: "service-used-up", service: use.id, name, message };
      });
  }
}

function unavailableNotice(model: ModelId): RouterEvent {
  const message = `${model} is not available for this request. Another free model answers.`;
  return { type: "notice", notice: "pinned-unavailable", model, message };
}
