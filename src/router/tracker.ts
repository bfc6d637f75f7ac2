import * as z from "zod/mini";
import type { ModelId } from "./model";
import type { FailureReason } from "./errors";
import type { Log } from "./log";
import { SharedState } from "./sharedState";
import type { RouterStorage } from "./storage";
import { isFailureReason } from "./failurePolicy";

/** Statistics of a model on this machine. Durations in milliseconds, points in time in epoch milliseconds. */
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

/** The outcome of an attempt. */
export type AttemptOutcome =
  | { ok: true; timeToFirstTextMs?: number | undefined; tokensPerSecond?: number | undefined }
  | { ok: false; reason: FailureReason };

const sampleSchema = z.object({
  at: z.number(),
  ok: z.boolean(),
  timeToFirstTextMs: z.optional(z.number()),
  tokensPerSecond: z.optional(z.number()),
});
const recordSchema = z.object({
  attempts: z.number(),
  successes: z.number(),
  lastFailure: z.optional(z.object({ reason: z.string(), at: z.number() })),
  recent: z.array(sampleSchema),
});
const recordsSchema = z.record(z.string(), recordSchema);

type ModelRecord = z.infer<typeof recordSchema>;
type Records = Readonly<Record<ModelId, ModelRecord>>;

const maxSamples = 24;
/** A model without attempts for a month has most likely left the pool. */
const forgetAfterMs = 30 * 24 * 60 * 60_000;
/** The weight of an observation halves in this time: free models change within hours. */
const halfLifeMs = 6 * 60 * 60_000;
/** The assumption about an untried model: fairly reliable, two seconds to the first text, fifty tokens per second. */
const defaultPrior = { weight: 2, successRate: 0.75, timeToFirstTextMs: 2_000, tokensPerSecond: 50 };
/** The length of a typical answer, to combine time to first text and speed into one figure. */
const typicalAnswerTokens = 400;
/** The smallest weight relative to the best model, however bad the record: the model may have recovered. */
const minWeight = 0.05;

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
    return Object.entries(this.#records.value).map(([model, { attempts, successes, lastFailure, recent }]) => {
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

  /** Weights of the models for the adaptive strategy, at most 1; equal while there are no observations. */
  weights(models: readonly ModelId[]): Map<ModelId, number> {
    const now = this.#now();
    const scores = models.map((model): [ModelId, number] => [
      model,
      score(this.#records.value[model]?.recent ?? [], now),
    ]);
    const best = Math.max(...scores.map(([, value]) => value));
    return new Map(scores.map(([model, value]) => [model, Math.max(value / best, minWeight)]));
  }
}

function withoutForgotten(records: Records, now: number): Records {
  return Object.fromEntries(
    Object.entries(records).filter(([, { recent }]) => now - (recent.at(-1)?.at ?? 0) < forgetAfterMs),
  );
}

function withOutcome(record: ModelRecord | undefined, outcome: AttemptOutcome, at: number): ModelRecord {
  const newest = outcome.ok
    ? { at, ok: true, timeToFirstTextMs: outcome.timeToFirstTextMs, tokensPerSecond: outcome.tokensPerSecond }
    : { at, ok: false };
  const lastFailure = outcome.ok ? record?.lastFailure : { reason: outcome.reason, at };
  return {
    attempts: (record?.attempts ?? 0) + 1,
    successes: (record?.successes ?? 0) + (outcome.ok ? 1 : 0),
    ...(lastFailure ? { lastFailure } : {}),
    recent: [...(record?.recent ?? []), newest].slice(-maxSamples),
  };
}

/** Expected answers per second: the success rate, squared because a failure costs a request too, divided by the expected time. */
function score(recent: ModelRecord["recent"], now: number): number {
  const { successRate, timeToFirstTextMs, tokensPerSecond } = summary(recent, now, defaultPrior);
  const seconds = (timeToFirstTextMs ?? 0) / 1_000 + typicalAnswerTokens / (tokensPerSecond ?? 1);
  return (successRate ?? 0) ** 2 / seconds;
}

interface Summary {
  successRate: number | undefined;
  timeToFirstTextMs: number | undefined;
  tokensPerSecond: number | undefined;
}

/** Means weighted by age, and pulled toward the prior if one is given. */
function summary(recent: ModelRecord["recent"], now: number, prior?: typeof defaultPrior): Summary {
  const mean = (
    of: (each: ModelRecord["recent"][number]) => number | undefined,
    expected: number | undefined,
  ): number | undefined => {
    let sum = prior && expected !== undefined ? prior.weight * expected : 0;
    let weights = prior && expected !== undefined ? prior.weight : 0;
    for (const each of recent) {
      const value = of(each);
      if (value === undefined) continue;
      const weight = 0.5 ** (Math.max(0, now - each.at) / halfLifeMs);
      sum += weight * value;
      weights += weight;
    }
    return weights > 0 ? sum / weights : undefined;
  };
  return {
    successRate: mean(({ ok }) => (ok ? 1 : 0), prior?.successRate),
    timeToFirstTextMs: mean((each) => each.timeToFirstTextMs, prior?.timeToFirstTextMs),
    tokensPerSecond: mean((each) => each.tokensPerSecond, prior?.tokensPerSecond),
  };
}
