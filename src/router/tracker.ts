import * as z from "zod/mini";
import type { ModelId } from "./model";
import type { FailureReason } from "./errors";
import type { Log } from "./log";
import { SharedState } from "./sharedState";
import type { RouterStorage } from "./storage";
import { isFailureReason } from "./failurePolicy";

/** What this machine has seen of one model. Times in milliseconds, instants in epoch milliseconds. */
export interface ModelStatistics {
  model: ModelId;
  attempts: number;
  successes: number;
  /** Decayed share of successes, 0 to 1: the last hours count most. */
  successRate: number;
  timeToFirstTextMs?: number;
  tokensPerSecond?: number;
  lastUsedAt: number;
  lastFailure?: { reason: FailureReason; at: number };
  cooldownUntil?: number;
  /** The newest attempts, oldest first, for small plots. */
  recent: readonly { at: number; ok: boolean; timeToFirstTextMs?: number; tokensPerSecond?: number }[];
}

/** One attempt's outcome, as the tracker learns it. */
export type AttemptOutcome =
  | { ok: true; timeToFirstTextMs?: number | undefined; tokensPerSecond?: number | undefined }
  | { ok: false; reason: FailureReason };

const sample = z.object({
  at: z.number(),
  ok: z.boolean(),
  timeToFirstTextMs: z.optional(z.number()),
  tokensPerSecond: z.optional(z.number()),
});
const record = z.object({
  attempts: z.number(),
  successes: z.number(),
  lastFailure: z.optional(z.object({ reason: z.string(), at: z.number() })),
  recent: z.array(sample),
});
const stored = z.record(z.string(), record);

type ModelRecord = z.infer<typeof record>;
type Records = Readonly<Record<ModelId, ModelRecord>>;

const keptSamples = 24;
/** A model that nobody asked for a month has left the pool. */
const forgetAfterMs = 30 * 24 * 60 * 60_000;
/** After so long an observation counts half: free models change within hours. */
const halfLifeMs = 6 * 60 * 60_000;
/** What a model nobody has tried is taken for: mildly reliable, two seconds to the first text, fifty tokens a second. */
const prior = { weight: 2, successRate: 0.75, timeToFirstTextMs: 2_000, tokensPerSecond: 50 };
/** The length of a usual answer, by which waiting and speed are made one figure. */
const usualAnswerTokens = 400;
/** However bad its record, a model keeps this share of the best one's chance: it may have recovered. */
const leastShare = 0.05;

/** Attempts, latencies and failures by model, kept for whoever shows them and for the adaptive strategy. */
export class Tracker {
  private readonly records: SharedState<Records>;

  constructor(
    storage: RouterStorage,
    private readonly now: () => number,
    log: Log,
  ) {
    this.records = new SharedState<Records>(storage, "statistics", (json) => stored.safeParse(json).data ?? {}, log);
  }

  async sync(): Promise<void> {
    await this.records.sync();
  }

  async add(model: ModelId, outcome: AttemptOutcome): Promise<void> {
    const at = this.now();
    await this.records.change((records) => ({
      ...kept(records, at),
      [model]: withOutcome(records[model], outcome, at),
    }));
  }

  /** Every model that was tried, in no order. */
  statistics(restingUntil: (model: ModelId) => number | undefined): ModelStatistics[] {
    const now = this.now();
    return Object.entries(this.records.value).map(([model, { attempts, successes, lastFailure, recent }]) => {
      const { successRate, timeToFirstTextMs, tokensPerSecond } = summary(recent, now);
      const rest = restingUntil(model);
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
        ...(rest === undefined ? {} : { restingUntil: rest }),
        recent: recent.map(({ at, ok, timeToFirstTextMs: first, tokensPerSecond: speed }) => ({
          at,
          ok,
          ...(first === undefined ? {} : { timeToFirstTextMs: first }),
          ...(speed === undefined ? {} : { tokensPerSecond: speed }),
        })),
      };
    });
  }

  /** The chance of each model relative to the others, for the adaptive strategy; equal while nothing is known. */
  weights(models: readonly ModelId[]): Map<ModelId, number> {
    const now = this.now();
    const scores = models.map((model): [ModelId, number] => [
      model,
      score(this.records.value[model]?.recent ?? [], now),
    ]);
    const best = Math.max(...scores.map(([, value]) => value));
    return new Map(scores.map(([model, value]) => [model, Math.max(value / best, leastShare)]));
  }
}

function kept(records: Records, now: number): Records {
  return Object.fromEntries(
    Object.entries(records).filter(([, { recent }]) => now - (recent.at(-1)?.at ?? 0) < forgetAfterMs),
  );
}

function withOutcome(known: ModelRecord | undefined, outcome: AttemptOutcome, at: number): ModelRecord {
  const newest = outcome.ok
    ? { at, ok: true, timeToFirstTextMs: outcome.timeToFirstTextMs, tokensPerSecond: outcome.tokensPerSecond }
    : { at, ok: false };
  const lastFailure = outcome.ok ? known?.lastFailure : { reason: outcome.reason, at };
  return {
    attempts: (known?.attempts ?? 0) + 1,
    successes: (known?.successes ?? 0) + (outcome.ok ? 1 : 0),
    ...(lastFailure ? { lastFailure } : {}),
    recent: [...(known?.recent ?? []), newest].slice(-keptSamples),
  };
}

/** Expected answers a second: the odds of success, squared since a failure costs a request too, over the expected time. */
function score(recent: ModelRecord["recent"], now: number): number {
  const { successRate, timeToFirstTextMs, tokensPerSecond } = summary(recent, now, prior);
  const seconds = (timeToFirstTextMs ?? 0) / 1_000 + usualAnswerTokens / (tokensPerSecond ?? 1);
  return (successRate ?? 0) ** 2 / seconds;
}

interface Summary {
  successRate: number | undefined;
  timeToFirstTextMs: number | undefined;
  tokensPerSecond: number | undefined;
}

/** Means decayed by age, pulled towards the prior where one is given. */
function summary(recent: ModelRecord["recent"], now: number, assumed?: typeof prior): Summary {
  const mean = (
    of: (each: ModelRecord["recent"][number]) => number | undefined,
    expected: number | undefined,
  ): number | undefined => {
    let sum = assumed && expected !== undefined ? assumed.weight * expected : 0;
    let weights = assumed && expected !== undefined ? assumed.weight : 0;
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
    successRate: mean(({ ok }) => (ok ? 1 : 0), assumed?.successRate),
    timeToFirstTextMs: mean((each) => each.timeToFirstTextMs, assumed?.timeToFirstTextMs),
    tokensPerSecond: mean((each) => each.tokensPerSecond, assumed?.tokensPerSecond),
  };
}
