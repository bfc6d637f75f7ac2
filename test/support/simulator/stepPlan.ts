/** A recorded response. Each element of `body` is sent unchanged, in the chunks that the pace sets. */
export interface RawReply {
  status?: number;
  headers?: Record<string, string>;
  body: string | readonly string[];
}

/** A step that applies to a model, or to all models, until it has been used `times` times, `forMs` has passed, or it is cleared. */
export interface PersistentStep<Step> {
  step: Step;
  model?: string;
  /** A path such as `/models` or `/key`, to which the step applies instead of to chat requests. */
  path?: string;
  times?: number;
  forMs?: number;
}

/** The steps that tests have planned for coming requests. */
export class StepPlan<Step> {
  readonly #now: () => number;
  #queue: Step[] = [];
  #persistentSteps: (PersistentStep<Step> & { until: number })[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  queue(...steps: readonly Step[]): void {
    this.#queue.push(...steps);
  }

  addPersistentStep(step: PersistentStep<Step>): void {
    this.#persistentSteps.push({ ...step, until: this.#now() + (step.forMs ?? Infinity) });
  }

  /** Clears the persistent steps of a model, or of all models. */
  clearPersistentSteps(model?: string): void {
    this.#persistentSteps = this.#persistentSteps.filter((each) => model !== undefined && each.model !== model);
  }

  reset(): void {
    this.#queue = [];
    this.clearPersistentSteps();
  }

  /** Takes the step planned for the next chat request, if any. */
  forRequest(): Step | undefined {
    return this.#queue.shift();
  }

  /** The persistent step for chat requests to a model, if any. */
  forModel(model: string): Step | undefined {
    return this.#findPersistent((each) => each.path === undefined && (each.model ?? model) === model);
  }

  /** The persistent step for a request other than a chat, if any. */
  forPath(path: string): Step | undefined {
    return this.#findPersistent((each) => each.path === path);
  }

  #findPersistent(matches: (step: PersistentStep<Step>) => boolean): Step | undefined {
    const now = this.#now();
    this.#persistentSteps = this.#persistentSteps.filter((each) => each.until > now && each.times !== 0);
    const found = this.#persistentSteps.find(matches);
    if (found?.times !== undefined) found.times--;
    return found?.step;
  }
}
