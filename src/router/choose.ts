import type { AttemptPlan, Choice, NoChoice } from "./choice";
import { reopeningServices, type CompletionState } from "./completionState";
import type { Cooldown } from "./cooldown";
import { isSpent, type Limit } from "./book";
import { failurePolicy } from "./failurePolicy";
import { serviceOf, type Model, type ModelId, type ServiceId } from "./model";
import type { CompletionRequest } from "./request";
import { tierPreferences, type Tier } from "./candidatePools";

/** What a choice depends on besides the completion's state. */
export interface ChoiceOptions {
  /** The models of each tier are in the order of the strategy, drawn once per completion. */
  readonly tiers: readonly Tier[];
  /** The request in its original form. */
  readonly request: CompletionRequest;
  /** A service's own router, to be asked first. */
  readonly serverRouter: ModelId | undefined;
  /** How many fallbacks a request to this model may name, for its service to use by itself. */
  readonly maxFallbacks: (model: ModelId) => number;
  /** What the limits of their services allow now, by model. */
  readonly limits: () => (model: ModelId) => Limit | undefined;
  /** The active cooldown of a model. */
  readonly cooldownOf: (model: ModelId) => Cooldown | undefined;
}

/** A completion waits for a cooldown that ends within this time. */
const maxWaitMs = 15_000;
/** How many probes of models in cooldown may end with "busy" in one completion. */
const maxBusyProbes = 3;
/** After so many failures of its models in one completion, a service comes after the others: they rarely fail together. */
const maxFailuresBeforeOthers = 2;
/** How often services that are getting ready are asked again: for about three minutes. */
const maxReopenings = 12;
const firstReopeningMs = 2_000;

/**
 * Chooses the next step of a completion: the first models of the order that are neither tried nor in cooldown. Most cooldowns are
 * estimates, so if every model is in cooldown, those that failed longest ago are probed; a cooldown that the service set
 * (`Retry-After`) is respected. When every model was tried, those that failed by chance get a second round.
 */
export function choose(state: CompletionState, options: ChoiceOptions, now: number): Choice | NoChoice {
  const limitOf = options.limits();
  const open = (model: ModelId): boolean => !state.closed.has(serviceOf(model)) && !isSpent(limitOf(model));
  // Another service answers at once while this one's limit per minute is reached. With none, the wait is the only way.
  const atOnce = chooseNow(state, options, now, (model) => open(model) && limitOf(model) !== "minute");
  if (atOnce.type === "attempt") return atOnce;
  const choice = chooseNow(state, options, now, open);
  const isEnd = choice.type === "exhausted" || choice.type === "resting";
  return (isEnd && waitForReopening(state, now)) || choice;
}

/** The wait for a service that is loading a model, if nothing else can answer; a little longer each time. */
function waitForReopening(state: CompletionState, now: number): Choice | undefined {
  const times = [...reopeningServices(state).values()];
  if (times.length === 0 || state.reopenings >= maxReopenings) return undefined;
  const pauseMs = Math.min(firstReopeningMs * 2 ** state.reopenings, maxWaitMs);
  const until = Math.max(Math.min(...times), now + pauseMs);
  return until - now > maxWaitMs ? undefined : { type: "wait", until, reason: "loading" };
}

function chooseNow(
  state: CompletionState,
  options: ChoiceOptions,
  now: number,
  isOpen: (model: ModelId) => boolean,
): Choice | NoChoice {
  if (state.repeat && isOpen(state.repeat.chain[0] ?? "")) return { type: "attempt", plan: state.repeat };
  const isRespected = ({ id }: Model): boolean => state.isSecondRound && options.cooldownOf(id)?.told === true;
  const isUntried = (model: Model): boolean => !state.tried.has(model.id) && !isRespected(model);
  const first = chooseAmong(state, options, now, (model) => isOpen(model.id) && isUntried(model), isOpen);
  if (first.type !== "exhausted" || state.isSecondRound) return first;
  if (state.busyProbes >= maxBusyProbes) return first;
  const again = chooseAmong(
    state,
    options,
    now,
    ({ id }) => isOpen(id) && state.tried.get(id)?.byChance === true && !options.cooldownOf(id)?.told,
    isOpen,
  );
  return again.type === "attempt" ? { ...again, plan: { ...again.plan, isSecondRound: true } } : first;
}

function chooseAmong(
  state: CompletionState,
  options: ChoiceOptions,
  now: number,
  isCandidate: (model: Model) => boolean,
  isOpen: (model: ModelId) => boolean,
): Choice | NoChoice {
  const { cooldownOf, serverRouter, request } = options;
  if (serverRouter !== undefined && !state.tried.has(serverRouter) && isOpen(serverRouter))
    return { type: "attempt", plan: { chain: [serverRouter], request } };
  const tiers = failingServicesLast(options.tiers, state);
  for (const tier of tiers) {
    // A pool can have hundreds of models, and most often its first one is asked.
    const pool = state.minContextLength === 0 ? tier.pool : largeEnough(tier.pool.filter(isCandidate), state);
    const first = pool.find((model) => isCandidate(model) && !cooldownOf(model.id));
    if (first) return { type: "attempt", plan: planFor(first.id, { ...tier, pool }, isCandidate, options, state) };
  }
  const open = tiers.map((tier) => ({ ...tier, pool: largeEnough(tier.pool.filter(isCandidate), state) }));
  return chooseInCooldown(state, options, now, open);
}

/** Puts the models of services that have failed repeatedly after those of the others, unless the user chose their place. */
function failingServicesLast(tiers: readonly Tier[], state: CompletionState): readonly Tier[] {
  const failing = failingServices(state);
  if (failing.size === 0) return tiers;
  const isLast = (tier: Tier, { id }: Model): boolean => !tier.isNamed && failing.has(serviceOf(id));
  const split = [false, true].flatMap((wanted) =>
    tiers.map((tier) => ({ ...tier, pool: tier.pool.filter((model) => isLast(tier, model) === wanted) })),
  );
  return tierPreferences.flatMap((preference) => split.filter((tier) => tier.preference === preference));
}

function failingServices({ failures }: CompletionState): ReadonlySet<ServiceId> {
  const services = failures
    .filter(({ reason }) => failurePolicy[reason].scope === "model")
    .map(({ model }) => serviceOf(model));
  const countOf = (service: ServiceId): number => services.filter((each) => each === service).length;
  return new Set(services.filter((each) => countOf(each) >= maxFailuresBeforeOthers));
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
    for (const tier of open) {
      const [first] = oldestFailuresFirst(tier.pool, cooldownOf);
      if (first === undefined) continue;
      return { type: "attempt", plan: { ...planFor(first, tier, () => true, options, state), isProbe: true } };
    }
  }
  const until = Math.min(...ends);
  if (until - now <= maxWaitMs && !state.hasWaited) return { type: "wait", until, reason: "resting" };
  return { type: "resting", until, count: ends.length };
}

/** Leaves out models that are too small, unless all are: an error of the largest model can be about that model only. */
function largeEnough(pool: readonly Model[], { minContextLength }: CompletionState): readonly Model[] {
  if (minContextLength === 0) return pool;
  const larger = pool.filter(({ contextLength }) => contextLength > minContextLength);
  return larger.length > 0 ? larger : pool;
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

/**
 * The request to a model, with fallbacks of its service: models in cooldown fill the places that are free, because they cost nothing and
 * may have recovered. Reasoning details are valid only for the model that wrote them, so that model is asked alone.
 */
function planFor(
  model: ModelId,
  { request, pool }: Tier,
  isCandidate: (model: Model) => boolean,
  { maxFallbacks, cooldownOf }: ChoiceOptions,
  { asksAlone }: CompletionState,
): AttemptPlan {
  const isAuthor = request.messages.some(
    ({ reasoning_details, model: author }) => reasoning_details && author === model,
  );
  const places = isAuthor || asksAlone ? 0 : maxFallbacks(model);
  if (places === 0) return { chain: [model], request };
  const isOther = (each: Model): boolean =>
    each.id !== model && serviceOf(each.id) === serviceOf(model) && isCandidate(each);
  const fallbacks: ModelId[] = [];
  for (const each of pool) {
    if (fallbacks.length === places) break;
    if (isOther(each) && !cooldownOf(each.id)) fallbacks.push(each.id);
  }
  if (fallbacks.length < places) fallbacks.push(...oldestFailuresFirst(pool.filter(isOther), cooldownOf));
  return { chain: [model, ...fallbacks.slice(0, places)], request };
}

/** When to ask again after the last attempt: now, if only the number of attempts kept another model from being asked. Epoch milliseconds. */
export function retryTime(state: CompletionState, options: ChoiceOptions, now: number): number | undefined {
  const choice = choose(state, options, now);
  if (choice.type === "attempt" && !choice.plan.isProbe && !choice.plan.isSecondRound) return now;
  const { tiers, cooldownOf } = options;
  const ends = tiers.flatMap(({ pool }) => pool.flatMap(({ id }) => cooldownOf(id)?.until ?? []));
  return ends.length > 0 ? Math.min(...ends) : undefined;
}
