import * as z from "zod/mini";
import { isRecord } from "./json";
import type { Log } from "./log";
import type { Model } from "./model";
import { scopedModel, type Scope } from "./scope";
import { SharedState } from "./sharedState";
import type { RouterStorage } from "./storage";

const lessonSchema = z.object({ tokens: z.number(), at: z.number() });
type Lessons = Readonly<Record<string, z.infer<typeof lessonSchema>>>;

const forgetAfterMs = 7 * 24 * 60 * 60_000;
const maxLessons = 200;

/**
 * Context windows that answers and refusals have shown, where the service's list told others. A lesson holds for one file of a model, and
 * as long as the list tells the same: a server that was restarted with another window tells another one.
 */
export class WindowMemory {
  readonly #state: SharedState<Lessons>;
  readonly #now: () => number;

  constructor(storage: RouterStorage, now: () => number, log: Log) {
    this.#state = new SharedState<Lessons>(storage, "windows", parseLessons, log);
    this.#now = now;
  }

  /** Reads what other windows have stored. */
  async sync(): Promise<void> {
    await this.#state.sync();
  }

  /** The models with their actual windows. */
  apply(scope: Scope, models: readonly Model[]): readonly Model[] {
    const lessons = this.#state.value;
    if (Object.keys(lessons).length === 0) return models;
    return models.map((model) => {
      const lesson = lessons[lessonKey(scope, model)];
      return lesson && this.#isCurrent(lesson.at) ? { ...model, contextLength: lesson.tokens } : model;
    });
  }

  /** `told` is the model as the list has it. */
  async add(scope: Scope, told: Model, tokens: number): Promise<void> {
    const now = this.#now();
    await this.#state.change((lessons) => {
      const others = Object.entries(lessons).filter(([, { at }]) => this.#isCurrent(at));
      return { ...Object.fromEntries(others.slice(1 - maxLessons)), [lessonKey(scope, told)]: { tokens, at: now } };
    });
  }

  #isCurrent(at: number): boolean {
    return this.#now() - at < forgetAfterMs;
  }
}

function lessonKey(scope: Scope, { id, canonicalSlug, contextLength }: Model): string {
  return `${scopedModel(scope, id)} ${canonicalSlug} ${contextLength}`;
}

function parseLessons(json: unknown): Lessons {
  if (!isRecord(json)) return {};
  const rows = Object.entries(json).flatMap(([key, row]) => {
    const lesson = lessonSchema.safeParse(row).data;
    return lesson ? [[key, lesson] as const] : [];
  });
  return Object.fromEntries(rows);
}
