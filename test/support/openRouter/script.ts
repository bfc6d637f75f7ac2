import { seededRandom } from "../random";
import type { Answer } from "./answer";
import { type FaultName, type FaultOptions } from "./faults";

/** A recorded response. Each element of `body` is sent unchanged, in the chunks that the pace sets. */
export interface RawReply {
  status?: number;
  headers?: Record<string, string>;
  body: string | readonly string[];
}

/** The treatment of a request or candidate: a normal answer, a fault, a given answer, or a recording. Plain JSON. */
export type Step =
  "ok" | FaultName | ({ fault: FaultName } & FaultOptions) | { answer: Partial<Answer> } | { reply: RawReply };

/** A step that applies to a model, or to all models, until it has been used `times` times, `forMs` has passed, or it is cleared. */
export interface PersistentStep {
  step: Step;
  model?: string;
  /** A path such as `/models` or `/key`, to which the step applies instead of to chat requests. */
  path?: string;
  times?: number;
  forMs?: number;
}

/** Random faults, drawn for each candidate that is tried. */
export interface FaultMix {
  /** The probability of each fault. */
  rates: Partial<Record<FaultName, number>>;
  seed?: number;
  /** For how many chat requests (to any model) a fault stays with the model that drew it. */
  stickyFor?: Partial<Record<FaultName, number>>;
}

/** The steps that tests have planned for coming requests. */
export class Script {
  readonly #now: () => number;
  #queue: Step[] = [];
  #persistentSteps: (PersistentStep & { until: number })[] = [];
  #mix: FaultMix | undefined;
  #random = seededRandom(1);
  #stickyFaults = new Map<string, { step: FaultName; untilRequest: number }>();
  #requests = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  queue(...steps: readonly Step[]): void {
    this.#queue.push(...steps);
  }

  addPersistentStep(step: PersistentStep): void {
    this.#persistentSteps.push({ ...step, until: this.#now() + (step.forMs ?? Infinity) });
  }

  /** Clears the persistent steps and sticky faults of a model, or of all models. */
  clearPersistentSteps(model?: string): void {
    this.#persistentSteps = this.#persistentSteps.filter((each) => model !== undefined && each.model !== model);
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

  reset(): void {
    this.#queue = [];
    this.clearPersistentSteps();
    this.setFaultMix(undefined);
  }

  /** Takes the step planned for the next chat request, if any. */
  forRequest(): Step | undefined {
    this.#requests++;
    return this.#queue.shift();
  }

  /** The step for a candidate: its persistent step, or else a random fault. */
  forCandidate(model: string): Step {
    const persistent = this.#findPersistent((each) => each.path === undefined && (each.model ?? model) === model);
    return persistent ?? (this.#mix ? this.#draw(model, this.#mix) : "ok");
  }

  /** The step for a request other than a chat. */
  forPath(path: string): Step {
    return this.#findPersistent((each) => each.path === path) ?? "ok";
  }

  #findPersistent(matches: (step: PersistentStep) => boolean): Step | undefined {
    const now = this.#now();
    this.#persistentSteps = this.#persistentSteps.filter((each) => each.until > now && each.times !== 0);
    const found = this.#persistentSteps.find(matches);
    if (found?.times !== undefined) found.times--;
    return found?.step;
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
