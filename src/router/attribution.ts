import type { AttemptResult } from "./answerReader";
import type { Cooldowns } from "./cooldown";
import { failurePolicy } from "./failurePolicy";
import type { RefusalMemory } from "./refusalMemory";
import type { Tracker } from "./tracker";
import type { ModelId } from "./model";
import type { FailureReason, RouterError } from "./errors";

/** A model that failed, and how. */
export interface Attribution {
  model: ModelId;
  reason: FailureReason;
  retryAt?: number | undefined;
  /** Whether it was surely this model. In a chain the service may not tell whom its error is about. */
  certain: boolean;
}

/**
 * Which models of a chain a failure is about, the last one being the one that the error itself names. The service tries a
 * chain in order and reports the last error; who else failed it tells in opt-in metadata, in `previous_errors`, or only by
 * the model that the text names. Where it tells nothing, the first model alone is blamed: it was surely asked.
 */
export function attributeFailure(
  error: RouterError,
  chain: readonly ModelId[],
  served: ModelId | undefined,
): Attribution[] {
  const told =
    served ??
    error.chain.findLast(({ model }) => chain.includes(model))?.model ??
    chain.findLast((model) => error.detail?.includes(model)) ??
    (error.previousStatuses.length > 0 ? chain[error.previousStatuses.length] : undefined);
  const last = told ?? chain[0] ?? "";
  const certain = told !== undefined || chain.length === 1;
  const own: Attribution = { model: last, reason: error.reason, retryAt: error.retryAt, certain };
  return [...skippedModels(error.chain, chain, last, error.previousStatuses), own];
}

/** The models that the service tried in vain before the one that answered or failed last. */
export function skippedModels(
  told: RouterError["chain"],
  chain: readonly ModelId[],
  last: ModelId,
  statuses: readonly number[] = [],
): Attribution[] {
  return chain.slice(0, Math.max(chain.indexOf(last), 0)).map((model, index) => {
    const status = told.find((each) => each.model === model)?.status ?? statuses[index] ?? 429;
    return { model, reason: status === 429 ? "rate-limit-model" : "unavailable", certain: true };
  });
}

/** What a chain's member rests when it may be the one that is gone, but nothing says so. */
const doubtSeconds = 60;

export interface OutcomeRecorderDependencies {
  cooldowns: Cooldowns;
  refusals: RefusalMemory;
  tracker: Tracker;
  /** A model of the catalogue is gone: look whether there is a newer one. */
  refreshCatalogue: () => void;
}

/** What attempts teach about models: rests, refusals, statistics. Nothing else changes them. */
export class OutcomeRecorder {
  constructor(private readonly options: OutcomeRecorderDependencies) {}

  /** A model failed. */
  recordFailure({ model, reason, retryAt, certain }: Attribution, error?: RouterError): void {
    const { cooldowns, refusals, tracker, refreshCatalogue } = this.options;
    const { cooldownSeconds, excludeAs } = failurePolicy[reason];
    if (excludeAs === "gone") refreshCatalogue();
    if (excludeAs && certain) refusals.addModel(model, excludeAs);
    if (error?.capability && certain) refusals.addCapability(model, error.capability);
    const rest = excludeAs && !certain ? doubtSeconds : cooldownSeconds;
    if (rest !== undefined) void cooldowns.add(model, rest, retryAt);
    if (rest !== undefined || excludeAs) void tracker.add(model, { ok: false, reason });
  }

  /** A model answered; those before it in the chain did not. Returns the ones that were passed over. */
  recordAnswer(answer: AttemptResult, chain: readonly ModelId[]): ModelId[] {
    const { cooldowns, tracker } = this.options;
    const skipped = skippedModels(answer.chain, chain, answer.model);
    for (const each of skipped) this.recordFailure(each);
    void cooldowns.clear(answer.model);
    void tracker.add(answer.model, {
      ok: true,
      timeToFirstTextMs: answer.timeToFirstTextMs,
      tokensPerSecond: speedOf(answer),
    });
    return skipped.map(({ model }) => model);
  }
}

/** Tokens a second after the first text; `undefined` for answers too short to tell. */
function speedOf({ usage, durationMs, timeToFirstTextMs = 0 }: AttemptResult): number | undefined {
  const seconds = (durationMs - timeToFirstTextMs) / 1_000;
  const tokens = (usage?.completionTokens ?? 0) - (usage?.reasoningTokens ?? 0);
  return tokens >= 20 && seconds > 0.05 ? tokens / seconds : undefined;
}
