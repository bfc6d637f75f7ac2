import type { AttemptError, AttemptErrorDetails } from "./attemptError";
import type { AttemptResult } from "./answerReader";
import type { FailureReason } from "./failureReason";
import { failurePolicy, type Exclusion } from "./failurePolicy";
import type { ModelId } from "./model";
import type { AttemptOutcome } from "./tracker";

/** A failure, attributed to one model. */
export interface Attribution {
  readonly model: ModelId;
  readonly reason: FailureReason;
  readonly retryAt?: number | undefined;
  /** Whether the failure is certainly this model's. For a chain, the service may not report which model its error is about. */
  readonly certain: boolean;
}

/**
 * The models of a chain that a failure is about; the last one is the model that the error itself is about. The service tries a chain
 * in order and reports the last error. The model is, in this order: the one that the error or the stream named, the last attempt in
 * the service's opt-in metadata, the model in the error text, the position after `previous_errors`, or the only model. If none of
 * these is known, no model is blamed, and the first one is only marked as uncertain. Models before it in the chain failed as well.
 */
export function attributeFailure(
  error: AttemptError,
  chain: readonly ModelId[],
  streamed: ModelId | undefined,
): Attribution[] {
  const { chain: ends = [], previousStatuses = [], detail, retryAt, model: named } = error.details;
  const reported =
    [named, streamed].find((model) => model !== undefined && chain.includes(model)) ??
    named ??
    streamed ??
    ends.findLast(({ model }) => chain.includes(model))?.model ??
    chain.findLast((model) => detail?.includes(model)) ??
    (previousStatuses.length > 0 ? chain[previousStatuses.length] : undefined);
  const model = reported ?? chain[0] ?? "";
  // A model that stays silent has not named itself: then it is the first one. An error of the service can come from any of them.
  const certain = reported !== undefined || chain.length === 1 || error.details.status === undefined;
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

const hourMs = 60 * 60_000;

/** Where outcomes are recorded, for one service address and key. */
export interface OutcomeMemory {
  /** `startedAt`: failures of attempts that ran at the same time count once. */
  coolDown(model: ModelId, seconds: number, options: { retryAt?: number | undefined; startedAt: number }): void;
  endCooldown(model: ModelId): void;
  exclude(model: ModelId, reason: Exclusion, ms: number): void;
  excludeCapability(model: ModelId, capability: NonNullable<AttemptErrorDetails["capability"]>): void;
  requireReasoning(model: ModelId): void;
  excludeCharged(model: ModelId, cost: number): void;
  /** The model's window turned out to have this size, tokens. */
  noteWindow?(model: ModelId, tokens: number): void;
  count(model: ModelId, outcome: AttemptOutcome): void;
  /** A model of the catalogue is gone: a newer catalogue is needed. */
  refreshCatalogue(): void;
}

/** Records a failure as a cooldown, an exclusion and in the statistics. Nothing but these two functions changes them. */
export function recordFailure(
  { model, reason, retryAt, certain }: Attribution,
  { error, startedAt }: { error?: AttemptError; startedAt: number },
  memory: OutcomeMemory,
): void {
  const { cooldown, exclude, counts } = failurePolicy[reason];
  const { capability, field, excludeMs, contextLength } = error?.reason === reason ? error.details : {};
  if (exclude && exclude.as !== "data-policy") memory.refreshCatalogue();
  if (!certain) return;
  if (exclude || excludeMs !== undefined)
    memory.exclude(model, exclude?.as ?? "gone", excludeMs ?? (exclude?.hours ?? 1) * hourMs);
  if (capability) memory.excludeCapability(model, capability);
  if (contextLength !== undefined) memory.noteWindow?.(model, contextLength);
  if (field === "reasoning") memory.requireReasoning(model);
  if (cooldown !== undefined) memory.coolDown(model, cooldown, { retryAt, startedAt });
  if (counts) memory.count(model, { ok: false, reason });
}

/** Records an answer, and a failure for each model before it in the chain. Returns the models that failed. */
export function recordAnswer(
  answer: AttemptResult,
  chain: readonly ModelId[],
  startedAt: number,
  memory: OutcomeMemory,
): ModelId[] {
  const skipped = skippedModels(answer.chain, chain, answer.model);
  for (const each of skipped) recordFailure(each, { startedAt }, memory);
  memory.endCooldown(answer.model);
  const { timeToFirstTextMs, toolCalls } = answer;
  memory.count(answer.model, {
    ...{ ok: true, timeToFirstTextMs, tokensPerSecond: tokensPerSecond(answer), hasToolCalls: toolCalls.length > 0 },
  });
  return skipped.map(({ model }) => model);
}

/** Tokens per second after the first text; `undefined` for answers too short to measure. */
function tokensPerSecond({ usage, durationMs, timeToFirstTextMs = 0 }: AttemptResult): number | undefined {
  const seconds = (durationMs - timeToFirstTextMs) / 1_000;
  const tokens = (usage?.completionTokens ?? 0) - (usage?.reasoningTokens ?? 0);
  return tokens >= 20 && seconds > 0.05 ? tokens / seconds : undefined;
}
