import { seededRandom } from "../random";
import { type PersistentStep as PersistentStepOf, type RawReply, StepPlan } from "../simulator/stepPlan";
import type { Answer } from "./answer";
import { type FaultName, type FaultOptions } from "./faults";

/** The treatment of a request or candidate: a normal answer, a fault, a given answer, or a recording. Plain JSON. */
export type Step =
  "ok" | FaultName | ({ fault: FaultName } & FaultOptions) | { answer: Partial<Answer> } | { reply: RawReply };

/** A step that applies until it has been used `times` times, `forMs` has passed, or it is cleared. */
export type PersistentStep = PersistentStepOf<Step>;

/** Random faults, drawn for each candidate that is tried. */
export interface FaultMix {
  /** The probability of each fault. */
  rates: Partial<Record<FaultName, number>>;
  seed?: number;
  /** For how many chat requests (to any model) a fault stays with the model that drew it. */
  stickyFor?: Partial<Record<FaultName, number>>;
}

/** The steps that tests have planned for coming requests, and random faults for all others. */
export class Script extends StepPlan<Step> {
  #mix: FaultMix | undefined;
  #random = seededRandom(1);
  #stickyFaults = new Map<string, { step: FaultName; untilRequest: number }>();
  #requests = 0;

  /** Clears the persistent steps and sticky faults of a model, or of all models. */
  override clearPersistentSteps(model?: string): void {
    super.clearPersistentSteps(model);
    if (model === undefined) this.#stickyFaults.clear();
    else this.#stickyFaults.delete(model);
  }

  setFaultMix(mix: FaultMix | undefined): void {
    this.#mix = mix;
    this.#random = seededRandom(mix?.seed ?? 1);
    this.#stickyFaults.clear();
  }

  /** Models that still have a sticky random fault at the next chat request. */
  get modelsWithStickyFault(): string[] {
    return [...this.#stickyFaults]
      .filter(([, { untilRequest }]) => untilRequest > this.#requests)
      .map(([model]) => model);
  }

  override reset(): void {
    super.reset();
    this.setFaultMix(undefined);
  }

  /** Takes the step planned for the next chat request, if any. */
  override forRequest(): Step | undefined {
    this.#requests++;
    return super.forRequest();
  }

  /** The step for a candidate: its persistent step, or else a random fault. */
  forCandidate(model: string): Step {
    return this.forModel(model) ?? (this.#mix ? this.#draw(model, this.#mix) : "ok");
  }

  #draw(model: string, { rates, stickyFor }: FaultMix): Step {
    const sticky = this.#stickyFaults.get(model);
    if (sticky && sticky.untilRequest >= this.#requests) return sticky.step;
    let remainder = this.#random();
    for (const [name, rate] of Object.entries(rates) as [FaultName, number][]) {
      remainder -= rate;
      if (remainder >= 0) continue;
      const requests = stickyFor?.[name];
      if (requests !== undefined)
        this.#stickyFaults.set(model, { step: name, untilRequest: this.#requests + requests });
      return name;
    }
    return "ok";
  }
}
