import * as z from "zod/mini";
import type { ModelId } from "./model";
import type { FailureReason } from "./failureReason";
import type { Log } from "./log";
import { SharedState } from "./sharedState";
import type { RouterStorage } from "./storage";
import { isFailureReason } from "./failurePolicy";
import type { ToolRecord } from "./toolReliability";

/** Statistics of a model on this computer. Durations in milliseconds, points in time in epoch milliseconds. */
export interface ModelStatistics {
  model: ModelId;
  attempts: number;
  successes: number;
  /** Share of successes, 0 to 1, decayed so that the last hours count most. */
  successRate: number;
  timeToFirstTextMs?: number;
  tokensPerSecond?: number;
  lastUsedAt: number;
  lastFailure?: { reason: FailureReason; at: number };
  /** When its cooldown ends. */
  restingUntil?: number;
  /** The newest attempts, oldest first, for small charts. */
  recent: readonly { at: number; ok: boolean; timeToFirstTextMs?: number; tokensPerSecond?: number }[];
}

/** What the user did with an answer: applied its code, kept its model for the next questions, asked again, or excluded the model. */
export type Feedback = "applied" | "kept" | "asked-again" | "excluded";

/** The outcome of an attempt. */
export type AttemptOutcome =
  | {
      ok: true;
      timeToFirstTextMs?: number | undefined;
      tokensPerSecond?: number | undefined;
      /** Whether the answer has tool calls. */
      hasToolCalls?: boolean;
    }
  | { ok: false; reason: FailureReason };

const sampleSchema = z.object({
  at: z.number(),
  ok: z.boolean(),
  timeToFirstTextMs: z.optional(z.number()),
  tokensPerSecond: z.optional(z.number()),
});
const verdictsSchema = z.array(z.object({ at: z.number(), good: z.boolean() }));
const recordSchema = z.object({
  attempts: z.number(),
  successes: z.number(),
  lastFailure: z.optional(z.object({ reason: z.string(), at: z.number() })),
  recent: z.array(sampleSchema),
  /** The newest feedback, oldest first. */
  feedback: z.optional(verdictsSchema),
  /** The newest answers with tool calls, valid or broken ones, oldest first. */
  toolCalls: z.optional(verdictsSchema),
});
const recordsSchema = z.record(z.string(), recordSchema);

type ModelRecord = z.infer<typeof recordSchema>;
type Records = Readonly<Record<ModelId, ModelRecord>>;

const maxSamples = 24;
/** A model without attempts for a month has most likely left the pool. */
const forgetAfterMs = 30 * 24 * 60 * 60_000;
/** The weight of an observation halves in this time: free models change within hours. */
const halfLifeMs = 6 * 60 * 60_000;
/** The assumption about an untried model: fairly reliable, two seconds to the first text, fifty tokens per second, mostly kept. */
const defaultPrior = { weight: 2, successRate: 0.75, timeToFirstTextMs: 2_000, tokensPerSecond: 50, keptRate: 0.8 };
/** The length of a typical answer, to combine time to first text and speed into one figure. */
const typicalAnswerTokens = 400;
/** So many measured answers are enough to know a model's usual time. */
const minPatienceSamples = 8;
const patienceLimits = { min: 2_500, max: 15_000 };

/** Records attempts, latencies and failures by model, for the statistics and the adaptive strategy. */
export class Tracker {
  readonly #records: SharedState<Records>;
  readonly #now: () => number;

  constructor(storage: RouterStorage, now: () => number, log: Log) {
    this.#now = now;
    this.#records = new SharedState<Records>(
      storage,
      "statistics",
      (json) => recordsSchema.safeParse(json).data ?? {},
      log,
    );
  }

  async sync(): Promise<void> {
    await this.#records.sync();
  }

  async add(model: ModelId, outcome: AttemptOutcome): Promise<void> {
    const at = this.#now();
    await this.#records.change((records) => ({
      ...withoutForgotten(records, at),
      [model]: withOutcome(records[model], outcome, at),
    }));
  }

  /** Every model that was tried, in no particular order. */
  statistics(cooldownEnd: (model: ModelId) => number | undefined): ModelStatistics[] {
    const now = this.#now();
    const tried = Object.entries(this.#records.value).filter(([, { attempts }]) => attempts > 0);
    return tried.map(([model, { attempts, successes, lastFailure, recent }]) => {
      const { successRate, timeToFirstTextMs, tokensPerSecond } = summary(recent, now);
      const restingUntil = cooldownEnd(model);
      return {
        model,
        attempts,
        successes,
        successRate: successRate ?? 0,
        ...(timeToFirstTextMs === undefined ? {} : { timeToFirstTextMs }),
        ...(tokensPerSecond === undefined ? {} : { tokensPerSecond }),
        lastUsedAt: recent.at(-1)?.at ?? 0,
        ...(lastFailure && isFailureReason(lastFailure.reason)
          ? { lastFailure: { at: lastFailure.at, reason: lastFailure.reason } }
          : {}),
        ...(restingUntil === undefined ? {} : { restingUntil }),
        recent: recent.map(({ at, ok, timeToFirstTextMs: first, tokensPerSecond: speed }) => ({
          at,
          ok,
          ...(first === undefined ? {} : { timeToFirstTextMs: first }),
          ...(speed === undefined ? {} : { tokensPerSecond: speed }),
        })),
      };
    });
  }

  /** Records what the user did with an answer of the model. */
  async addFeedback(model: ModelId, feedback: Feedback): Promise<void> {
    const at = this.#now();
    const good = feedback === "applied" || feedback === "kept";
    await this.#records.change((records) => {
      const record = records[model] ?? { attempts: 0, successes: 0, recent: [] };
      return {
        ...records,
        [model]: { ...record, feedback: [...(record.feedback ?? []), { at, good }].slice(-maxSamples) },
      };
    });
  }

  /**
   * The experience with a model as a factor: 1 for an average model or without a record, more for one that answers reliably, quickly
   * and to the user's satisfaction. The success rate is squared because a failure costs a request too.
   */
  experience(model: ModelId): number {
    const record = this.#recordOf(model);
    if (!record) return 1;
    const now = this.#now();
    const { successRate, timeToFirstTextMs, tokensPerSecond } = summary(record.recent, now, defaultPrior);
    const kept = weightedMean(record.feedback ?? [], now, ({ good }) => (good ? 1 : 0), defaultPrior.keptRate);
    const reliability = ((successRate ?? 1) / defaultPrior.successRate) ** 2;
    const speed = Math.sqrt(answerSeconds(defaultPrior) / answerSeconds({ timeToFirstTextMs, tokensPerSecond }));
    return reliability * speed * ((kept ?? 1) / defaultPrior.keptRate);
  }

  /** The model's tool calls, valid and broken ones, weighted by age. */
  toolRecord(model: ModelId): ToolRecord {
    const now = this.#now();
    const record = { good: 0, bad: 0 };
    for (const { at, good } of this.#recordOf(model)?.toolCalls ?? [])
      record[good ? "good" : "bad"] += weightOf(at, now);
    return record;
  }

  /**
   * The time to the first text that the model rarely exceeds, milliseconds; `undefined` with too few measurements. Less patience was
   * measured to cost a request more in every twenty answers, for half a second.
   */
  usualPatienceMs(model: ModelId): number | undefined {
    const times = (this.#recordOf(model)?.recent ?? []).flatMap(({ timeToFirstTextMs }) => timeToFirstTextMs ?? []);
    if (times.length < minPatienceSamples) return undefined;
    const slowTail = times.sort((one, other) => one - other)[Math.ceil(times.length * 0.9) - 1] ?? 0;
    return Math.min(Math.max(slowTail * 1.5, patienceLimits.min), patienceLimits.max);
  }

  #recordOf(model: ModelId): ModelRecord | undefined {
    const records = this.#records.value;
    return Object.hasOwn(records, model) ? records[model] : undefined;
  }
}

function withoutForgotten(records: Records, now: number): Records {
  return Object.fromEntries(
    Object.entries(records).filter(([, { recent, feedback }]) => {
      const lastAt = Math.max(recent.at(-1)?.at ?? 0, feedback?.at(-1)?.at ?? 0);
      return now - lastAt < forgetAfterMs;
    }),
  );
}

function withOutcome(record: ModelRecord | undefined, outcome: AttemptOutcome, at: number): ModelRecord {
  const newest = outcome.ok
    ? { at, ok: true, timeToFirstTextMs: outcome.timeToFirstTextMs, tokensPerSecond: outcome.tokensPerSecond }
    : { at, ok: false };
  const good = toolVerdict(outcome);
  const toolCalls = [...(record?.toolCalls ?? []), ...(good === undefined ? [] : [{ at, good }])].slice(-maxSamples);
  const lastFailure = outcome.ok ? record?.lastFailure : { reason: outcome.reason, at };
  return {
    attempts: (record?.attempts ?? 0) + 1,
    successes: (record?.successes ?? 0) + (outcome.ok ? 1 : 0),
    ...(lastFailure ? { lastFailure } : {}),
    ...(record?.feedback ? { feedback: record.feedback } : {}),
    ...(toolCalls.length > 0 && { toolCalls }),
    recent: [...(record?.recent ?? []), newest].slice(-maxSamples),
  };
}

/** Whether the attempt made valid tool calls or broken ones; `undefined` if it made none. */
function toolVerdict(outcome: AttemptOutcome): boolean | undefined {
  if (!outcome.ok) return outcome.reason === "bad-tool-call" ? false : undefined;
  return outcome.hasToolCalls ? true : undefined;
}

function answerSeconds({ timeToFirstTextMs = 0, tokensPerSecond = 1 }: Partial<Summary>): number {
  return timeToFirstTextMs / 1_000 + typicalAnswerTokens / tokensPerSecond;
}

interface Summary {
  successRate: number | undefined;
  timeToFirstTextMs: number | undefined;
  tokensPerSecond: number | undefined;
}

/** Means weighted by age, and pulled toward the prior if one is given. */
function summary(recent: ModelRecord["recent"], now: number, prior?: typeof defaultPrior): Summary {
  return {
    successRate: weightedMean(recent, now, ({ ok }) => (ok ? 1 : 0), prior?.successRate),
    timeToFirstTextMs: weightedMean(recent, now, (each) => each.timeToFirstTextMs, prior?.timeToFirstTextMs),
    tokensPerSecond: weightedMean(recent, now, (each) => each.tokensPerSecond, prior?.tokensPerSecond),
  };
}

/** How much an observation of this time counts now. */
function weightOf(at: number, now: number): number {
  return 0.5 ** (Math.max(0, now - at) / halfLifeMs);
}

function weightedMean<T extends { at: number }>(
  samples: readonly T[],
  now: number,
  of: (sample: T) => number | undefined,
  expected: number | undefined,
): number | undefined {
  let sum = expected === undefined ? 0 : defaultPrior.weight * expected;
  let weights = expected === undefined ? 0 : defaultPrior.weight;
  for (const sample of samples) {
    const value = of(sample);
    if (value === undefined) continue;
    const weight = weightOf(sample.at, now);
    sum += weight * value;
    weights += weight;
  }
  return weights > 0 ? sum / weights : undefined;
}
