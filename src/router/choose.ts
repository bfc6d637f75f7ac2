import type { AttemptPlan, Choice, NoChoice } from "./choice";
import type { CompletionState } from "./completionState";
import type { Cooldown } from "./cooldown";
import type { Model, ModelId } from "./model";
import { maxFallbacks, serverRouter } from "./services/openrouter/serverRouter";
import type { CompletionRequest } from "./request";
import type { Tier } from "./candidatePools";

/** What a choice depends on besides the completion's state. */
export interface ChoiceOptions {
  readonly tiers: readonly Tier[];
  /** Every model of the tiers in the order of the strategy, drawn once per completion. */
  readonly order: readonly ModelId[];
  /** Asks the service's own router first. */
  readonly serverRouterFirst: boolean;
  /** Whether a request may name fallbacks for the service to use by itself. */
  readonly serverFallbacks: boolean;
  /** The active cooldown of a model. */
  readonly cooldownOf: (model: ModelId) => Cooldown | undefined;
}

/** A completion waits for a cooldown that ends within this time. */
const maxWaitMs = 15_000;
/** How many probes of models in cooldown may end with "busy" in one completion. */
const maxBusyProbes = 3;

/**
 * Chooses the next step of a completion: the first models of the order that are neither tried nor in cooldown. Most cooldowns are
 * estimates, so if every model is in cooldown, those that failed longest ago are probed; a cooldown that the service set
 * (`Retry-After`) is respected. When every model was tried, those that failed by chance get a second round.
 */
export function choose(state: CompletionState, options: ChoiceOptions, now: number): Choice | NoChoice {
  if (state.repeat) return { type: "attempt", plan: state.repeat };
  const isRespected = ({ id }: Model): boolean => state.isSecondRound && options.cooldownOf(id)?.told === true;
  const first = chooseAmong(state, options, now, (model) => !state.tried.has(model.id) && !isRespected(model));
  if (first.type !== "exhausted" || state.isSecondRound) return first;
  if (state.busyProbes >= maxBusyProbes) return first;
  const again = chooseAmong(
    state,
    options,
    now,
    ({ id }) => state.tried.get(id)?.byChance === true && !options.cooldownOf(id)?.told,
  );
  return again.type === "attempt" ? { ...again, plan: { ...again.plan, isSecondRound: true } } : first;
}

function chooseAmong(
  state: CompletionState,
  options: ChoiceOptions,
  now: number,
  isCandidate: (model: Model) => boolean,
): Choice | NoChoice {
  const { tiers, cooldownOf } = options;
  if (options.serverRouterFirst && !state.tried.has(serverRouter)) {
    const request = tiers[0]?.request ?? { messages: [] };
    return { type: "attempt", plan: { chain: [serverRouter], request } };
  }
  const open = tiers.map(({ request, pool }) => ({ request, pool: largeEnough(pool.filter(isCandidate), state) }));
  for (const { request, pool } of open) {
    const available = pool.filter(({ id }) => !cooldownOf(id));
    if (available.length === 0) continue;
    // Free places in the chain cost nothing, so models in cooldown fill them: they may have recovered.
    const chain = [...inOrder(available, options.order), ...oldestFailuresFirst(pool, cooldownOf)];
    return { type: "attempt", plan: planFor(chain, request, options, state) };
  }
  return chooseInCooldown(state, options, now, open);
}

/** Every candidate is in cooldown: probes some, waits for the first, or gives up. */
function chooseInCooldown(
  state: CompletionState,
  options: ChoiceOptions,
  now: number,
  open: readonly Tier[],
): Choice | NoChoice {
  const { cooldownOf } = options;
  const ends = open.flatMap(({ pool }) => pool.flatMap(({ id }) => cooldownOf(id)?.until ?? []));
  if (ends.length === 0) return { type: "exhausted" };
  if (state.busyProbes < maxBusyProbes) {
    for (const { request, pool } of open) {
      const chain = oldestFailuresFirst(pool, cooldownOf);
      if (chain.length > 0)
        return { type: "attempt", plan: { ...planFor(chain, request, options, state), isProbe: true } };
    }
  }
  const until = Math.min(...ends);
  if (until - now <= maxWaitMs && !state.hasWaited) return { type: "wait", until };
  return { type: "resting", until, count: ends.length };
}

/** Leaves out models that are too small, unless all are: an error of the largest model can be about that model only. */
function largeEnough(pool: readonly Model[], { minContextLength }: CompletionState): readonly Model[] {
  if (minContextLength === 0) return pool;
  const larger = pool.filter(({ contextLength }) => contextLength > minContextLength);
  return larger.length > 0 ? larger : pool;
}

function inOrder(models: readonly Model[], order: readonly ModelId[]): ModelId[] {
  const ids = new Set(models.map(({ id }) => id));
  return order.filter((id) => ids.has(id));
}

/** Models whose cooldown is an estimate; the cause of the oldest failure has most likely passed. */
function oldestFailuresFirst(pool: readonly Model[], cooldownOf: ChoiceOptions["cooldownOf"]): ModelId[] {
  return pool
    .flatMap(({ id }) => {
      const cooldown = cooldownOf(id);
      return cooldown && !cooldown.told ? [{ id, ...cooldown }] : [];
    })
    .sort((one, other) => one.since - other.since || one.until - other.until)
    .map(({ id }) => id);
}

/** Reasoning details are valid only for the model that wrote them, so that model is asked alone. */
function planFor(
  order: readonly ModelId[],
  request: CompletionRequest,
  options: ChoiceOptions,
  { asksAlone }: CompletionState,
): AttemptPlan {
  const [model] = order;
  const isAuthor = request.messages.some(
    ({ reasoning_details, model: author }) => reasoning_details && author === model,
  );
  const length = options.serverFallbacks && !isAuthor && !asksAlone ? 1 + maxFallbacks : 1;
  return { chain: order.slice(0, length), request };
}
