import { seededRandom } from "../dice";
import type { Answer } from "./answer";
import { type FaultName, type FaultOptions } from "./faults";

/** A body as it is, for recordings: sent piece by piece, untouched but for the pace's cuts. */
export interface RawReply {
  status?: number;
  headers?: Record<string, string>;
  body: string | readonly string[];
}

/** What happens to a request or a candidate: all is well, a fault, an answer word for word, or a recording. Plain JSON. */
export type Step =
  "ok" | FaultName | ({ fault: FaultName } & FaultOptions) | { answer: Partial<Answer> } | { reply: RawReply };

/** A step that stays: with one model or with all, for so many tries or milliseconds or until it is lifted. */
export interface PersistentStep {
  step: Step;
  model?: string;
  /** Instead of chat requests, what else the service offers: `/models`, `/key` … */
  path?: string;
  times?: number;
  forMs?: number;
}

/** Faults by chance, drawn anew for each candidate that is tried. */
export interface FaultMix {
  /** Shares of 1. */
  rates: Partial<Record<FaultName, number>>;
  seed?: number;
  /** Faults that stay with the model that drew them for so many chat requests (to any model). */
  stickyFor?: Partial<Record<FaultName, number>>;
}

/** What tests have planned for the requests to come. */
export class Script {
  #queue: Step[] = [];
  #afflictions: (PersistentStep & { until: number })[] = [];
  #mix: FaultMix | undefined;
  #random = seededRandom(1);
  #stays = new Map<string, { step: FaultName; untilRequest: number }>();
  #requests = 0;

  constructor(readonly now: () => number) {}

  queue(...steps: readonly Step[]): void {
    this.#queue.push(...steps);
  }

  addPersistentStep(affliction: PersistentStep): void {
    this.#afflictions.push({ ...affliction, until: this.now() + (affliction.forMs ?? Infinity) });
  }

  /** Takes away what stays with a model, or all that stays. */
  clearPersistentSteps(model?: string): void {
    this.#afflictions = this.#afflictions.filter((each) => model !== undefined && each.model !== model);
    if (model === undefined) this.#stays.clear();
    else this.#stays.delete(model);
  }

  setFaultMix(mix: FaultMix | undefined): void {
    this.#mix = mix;
    this.#random = seededRandom(mix?.seed ?? 1);
    this.#stays.clear();
  }

  /** Models that a fault drawn by chance stays with, as of the next chat request. */
  get modelsWithStickyFault(): string[] {
    return [...this.#stays].filter(([, { untilRequest }]) => untilRequest > this.#requests).map(([model]) => model);
  }

  reset(): void {
    this.#queue = [];
    this.clearPersistentSteps();
    this.setFaultMix(undefined);
  }

  /** The step planned for the next chat request as a whole, if one is. */
  forRequest(): Step | undefined {
    this.#requests++;
    return this.#queue.shift();
  }

  /** The step for one candidate of a request: what stays with it, else what the dice say. */
  forCandidate(model: string): Step {
    const stays = this.#staying((each) => each.path === undefined && (each.model ?? model) === model);
    return stays ?? (this.#mix ? this.#draw(model, this.#mix) : "ok");
  }

  /** The step for a request to anything but a model. */
  forPath(path: string): Step {
    return this.#staying((each) => each.path === path) ?? "ok";
  }

  #staying(fits: (affliction: PersistentStep) => boolean): Step | undefined {
    const present = this.now();
    this.#afflictions = this.#afflictions.filter((each) => each.until > present && each.times !== 0);
    const found = this.#afflictions.find(fits);
    if (found?.times !== undefined) found.times--;
    return found?.step;
  }

  #draw(model: string, { rates, stickyFor }: FaultMix): Step {
    const held = this.#stays.get(model);
    if (held && held.untilRequest >= this.#requests) return held.step;
    let luck = this.#random();
    for (const [name, share] of Object.entries(rates) as [FaultName, number][]) {
      luck -= share;
      if (luck >= 0) continue;
      const requests = stickyFor?.[name];
      if (requests !== undefined) this.#stays.set(model, { step: name, untilRequest: this.#requests + requests });
      return name;
    }
    return "ok";
  }
}
