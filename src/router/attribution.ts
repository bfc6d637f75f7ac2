import type { AttemptResult } from "./answerReader";
import type { Cooldowns } from "./cooldown";
import { failurePolicy } from "./failurePolicy";
import type { RefusalMemory } from "./refusalMemory";
import type { Tracker } from "./tracker";
import type { ModelId } from "./model";
import type { AttemptError, AttemptErrorDetails } from "./attemptError";
import type { FailureReason } from "./errors";

/** A failure, attributed to one model. */
export interface Attribution {
  model: ModelId;
  reason: FailureReason;
  retryAt?: number | undefined;
  /** Whether this model certainly failed. For a chain, the service may not report which model its error is about. */
  certain: boolean;
}

/**
 * The models of a chain that a failure is about; the last one is the model that the error itself names. The service tries
 * a chain in order and reports the last error. Earlier failures appear only in opt-in metadata, in `previous_errors`, or
 * through the model that the error text names. Without any of these the failure is attributed to the first model: it is
 * the only one that was certainly tried.
 */
export function attributeFailure(
  error: AttemptError,
  chain: readonly ModelId[],
  served: ModelId | undefined,
): Attribution[] {
  const { chain: ends = [], previousStatuses = [], detail, retryAt } = error.details;
  const reported =
    served ??
    ends.findLast(({ model }) => chain.includes(model))?.model ??
    chain.findLast((model) => detail?.includes(model)) ??
    (previousStatuses.length > 0 ? chain[previousStatuses.length] : undefined);
  const model = reported ?? chain[0] ?? "";
  const certain = reported !== undefined || chain.length === 1;
  return [...skippedModels(ends, chain, model, previousStatuses), { model, reason: error.reason, retryAt, certain }];
}

/** The models of the chain that the service tried without success before `last`, which answered or failed last. */
export function skippedModels(
  reported: NonNullable<AttemptErrorDetails["chain"]>,
  chain: readonly ModelId[],
  last: ModelId,
  statuses: readonly number[] = [],
): Attribution[] {
  return chain.slice(0, Math.max(chain.indexOf(last), 0)).map((model, index) => {
    const status = reported.find((each) => each.model === model)?.status ?? statuses[index] ?? 429;
    return { model, reason: status === 429 ? "rate-limit-model" : "unavailable", certain: true };
  });
}

/** The cooldown of a model that may be gone, if another model of the chain could also have caused the error. */
const uncertainCooldownSeconds = 60;

export interface OutcomeRecorderDependencies {
  cooldowns: Cooldowns;
  refusals: RefusalMemory;
  tracker: Tracker;
  /** Called when a model of the catalogue is gone, to download a newer catalogue. */
  refreshCatalogue: () => void;
}

/** Records the outcomes of attempts as cooldowns, refusals and statistics. Nothing else changes these. */
export class OutcomeRecorder {
  readonly #dependencies: OutcomeRecorderDependencies;

  constructor(dependencies: OutcomeRecorderDependencies) {
    this.#dependencies = dependencies;
  }

  recordFailure({ model, reason, retryAt, certain }: Attribution, error?: AttemptError): void {
    const { cooldowns, refusals, tracker, refreshCatalogue } = this.#dependencies;
    const { cooldownSeconds, excludeAs } = failurePolicy[reason];
    if (excludeAs === "gone") refreshCatalogue();
    if (excludeAs && certain) refusals.addModel(model, excludeAs);
    if (error?.details.capability && certain) refusals.addCapability(model, error.details.capability);
    const seconds = excludeAs && !certain ? uncertainCooldownSeconds : cooldownSeconds;
    if (seconds !== undefined) void cooldowns.add(model, seconds, retryAt);
    if (seconds !== undefined || excludeAs) void tracker.add(model, { ok: false, reason });
  }

  /** Records an answer, and a failure for each model before it in the chain. Returns the models that failed. */
  recordAnswer(answer: AttemptResult, chain: readonly ModelId[]): ModelId[] {
    const { cooldowns, tracker } = this.#dependencies;
    const skipped = skippedModels(answer.chain, chain, answer.model);
    for (const each of skipped) this.recordFailure(each);
    void cooldowns.clear(answer.model);
    void tracker.add(answer.model, {
      ok: true,
      timeToFirstTextMs: answer.timeToFirstTextMs,
      tokensPerSecond: tokensPerSecond(answer),
    });
    return skipped.map(({ model }) => model);
  }
}

/** Tokens per second after the first text; `undefined` for answers too short to measure. */
function tokensPerSecond({ usage, durationMs, timeToFirstTextMs = 0 }: AttemptResult): number | undefined {
  const seconds = (durationMs - timeToFirstTextMs) / 1_000;
  const tokens = (usage?.completionTokens ?? 0) - (usage?.reasoningTokens ?? 0);
  return tokens >= 20 && seconds > 0.05 ? tokens / seconds : undefined;
}
