import * as z from "zod/mini";
import type { Capability } from "./capability";
import type { Catalogue } from "./catalogue";
import type { ChargedModels } from "./chargedModels";
import type { Log } from "./log";
import type { Exclusion } from "./failurePolicy";
import type { ModelId } from "./model";
import type { KnownRefusals } from "./pool";
import type { Scope } from "./scope";
import { SharedState } from "./sharedState";
import type { RouterStorage } from "./storage";

const hourMs = 60 * 60_000;
/** A listing is often wrong for an afternoon. */
const capabilityMs = 6 * hourMs;
const modelMs = { gone: 6 * hourMs, refused: hourMs, "data-policy": 24 * hourMs };
/** Long, because sending reasoning settings that work costs nothing. */
const reasoningMs = 7 * 24 * hourMs;

const lessonSchema = z.object({
  /** An `Exclusion`, `reasoning-mandatory`, or `no-` and a capability. */
  about: z.string(),
  address: z.string(),
  /** Only for refusals that depend on the account. */
  account: z.optional(z.string()),
  model: z.string(),
  since: z.number(),
  until: z.number(),
});
type Lesson = z.infer<typeof lessonSchema>;
type Subject = Pick<Lesson, "about" | "address" | "account" | "model">;

/**
 * Refusals by the service that contradict the catalogue, shared by windows. Each one belongs to a service, some also to an
 * account, and each one ends, because free models come and go within hours.
 */
export class RefusalMemory {
  readonly #lessons: SharedState<readonly Lesson[]>;
  readonly #now: () => number;
  readonly #charged: Pick<ChargedModels, "isCharged">;

  constructor(storage: RouterStorage, now: () => number, log: Log, charged: Pick<ChargedModels, "isCharged">) {
    this.#now = now;
    this.#charged = charged;
    this.#lessons = new SharedState<readonly Lesson[]>(storage, "refusals", parseLessons, log);
  }

  async sync(): Promise<void> {
    await this.#lessons.sync();
  }

  /** What the pool of this service and account needs to know. Always up to date. `policy`: the scope of `policyScope`. */
  forScope(scope: Scope, policy = scope): KnownRefusals {
    // A pool can have hundreds of models, and most often nothing was refused.
    const isEmpty = (): boolean => this.#lessons.value.length === 0;
    return {
      refusalOf: (model) => (isEmpty() ? undefined : this.#refusalOf(scope, policy, model)),
      lacks: (model, capability) => !isEmpty() && this.#knows(capabilitySubject(scope, model, capability)),
      isCharged: (model) => this.#charged.isCharged(scope, model),
    };
  }

  #refusalOf(scope: Scope, policy: Scope, model: ModelId): ReturnType<KnownRefusals["refusalOf"]> {
    if (this.#knows(modelSubject(scope, model, "gone")) || this.#knows(modelSubject(scope, model, "refused")))
      return "gone";
    return this.#knows(modelSubject(policy, model, "data-policy")) ? "data-policy" : undefined;
  }

  isReasoningMandatory(scope: Scope, model: ModelId): boolean {
    return this.#knows(reasoningSubject(scope, model));
  }

  /** All but `gone` belong to the account. `ms`: how long the refusal is remembered. */
  async addModel(scope: Scope, model: ModelId, reason: Exclusion, ms = modelMs[reason]): Promise<void> {
    await this.#add(modelSubject(scope, model, reason), ms);
  }

  async addCapability(scope: Scope, model: ModelId, capability: Capability): Promise<void> {
    await this.#add(capabilitySubject(scope, model, capability), capabilityMs);
  }

  async addMandatoryReasoning(scope: Scope, model: ModelId): Promise<void> {
    await this.#add(reasoningSubject(scope, model), reasoningMs);
  }

  /** Forgets refusals by the privacy settings: the user may have changed them. Returns whether there were any. */
  clearPolicyRefusals({ address, account }: Scope): boolean {
    return this.#forget((each) => each.about === "data-policy" && each.address === address && each.account === account);
  }

  /** Forgets that models are gone which a newer catalogue no longer lists: if one is listed again, it is back. */
  forgetUnlisted({ address }: Scope, { models, fetchedAt }: Pick<Catalogue, "models" | "fetchedAt">): void {
    const listed = new Set(models.map(({ id }) => id));
    this.#forget(
      ({ about, model, since, ...lesson }) =>
        about === "gone" && lesson.address === address && since < fetchedAt && !listed.has(model),
    );
  }

  #knows(subject: Subject): boolean {
    const now = this.#now();
    return this.#lessons.value.some((lesson) => isActive(lesson, now) && isSame(lesson, subject));
  }

  async #add(subject: Subject, ms: number): Promise<void> {
    const since = this.#now();
    await this.#lessons.change((lessons) => [
      ...lessons.filter((lesson) => isActive(lesson, this.#now()) && !isSame(lesson, subject)),
      { ...subject, since, until: since + ms },
    ]);
  }

  #forget(matches: (lesson: Lesson) => boolean): boolean {
    if (!this.#lessons.value.some(matches)) return false;
    void this.#lessons.change((lessons) => lessons.filter((lesson) => !matches(lesson)));
    return true;
  }
}

function modelSubject({ address, account }: Scope, model: ModelId, about: Exclusion): Subject {
  return { about, address, model, ...(about !== "gone" && { account }) };
}

function capabilitySubject({ address }: Scope, model: ModelId, capability: Capability): Subject {
  return { about: `no-${capability}`, address, model };
}

function reasoningSubject({ address }: Scope, model: ModelId): Subject {
  return { about: "reasoning-mandatory", address, model };
}

/** A lesson from the future was stored while the clock was ahead. */
function isActive({ since, until }: Lesson, now: number): boolean {
  return since <= now && now < until;
}

function isSame(one: Subject, other: Subject): boolean {
  return (
    one.model === other.model &&
    one.about === other.about &&
    one.address === other.address &&
    one.account === other.account
  );
}

function parseLessons(json: unknown): readonly Lesson[] {
  const rows: readonly unknown[] = Array.isArray(json) ? json : [];
  return rows.flatMap((row) => lessonSchema.safeParse(row).data ?? []);
}
