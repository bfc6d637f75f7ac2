import { AttemptError, type OptionalField } from "./attemptError";
import type { AttemptPlan, Choice } from "./choice";
import type { AttemptFailure } from "./errors";
import type { FailureReason } from "./failureReason";
import { failurePolicy } from "./failurePolicy";
import { serviceOf, type ModelId, type ServiceId } from "./model";
import { servicePages } from "./pages";
import { refusalDefaults } from "./refusalMessages";
import type { CompletionRequest, Message } from "./request";

/** Everything that a completion has learned so far. Replaced, never changed, by the functions below. */
export interface CompletionState {
  /** Attempts that were started; their numbers begin with 1. */
  readonly launched: number;
  /** Attempts that reached the service, or are on their way. */
  readonly attempts: number;
  /** Attempts that found their service shut. */
  readonly shutAttempts: number;
  readonly failures: readonly AttemptFailure[];
  /** The models that were tried, and whether they failed by chance. */
  readonly tried: ReadonlyMap<ModelId, { byChance: boolean }>;
  /** Models that failed by chance are candidates again. */
  readonly isSecondRound: boolean;
  /** Only models with a larger context window than this are candidates, as long as there are any. */
  readonly minContextLength: number;
  /** Probes of models in cooldown that ended with "busy". */
  readonly busyProbes: number;
  /** An error of the service named no model of its chain: further requests name one model, so that their errors are clear. */
  readonly asksAlone: boolean;
  readonly hasWaited: boolean;
  /** How often services that were getting ready were asked again. */
  readonly reopenings: number;
  /** Failed attempts that cost money. */
  readonly charges: number;
  /** A model has begun to answer. */
  readonly hasText: boolean;
  /** A model has begun to reason. */
  readonly hasReasoning: boolean;
  /** The plan to send next, instead of a new choice. */
  readonly repeat?: AttemptPlan;
  /** Tokens to add to `max_tokens`. */
  readonly extraTokens: number;
  readonly omittedFields: ReadonlySet<OptionalField>;
  /** Services that are out for this completion, and why: their account, or the service itself, failed. */
  readonly closed: ReadonlyMap<ServiceId, AttemptError>;
  /** The last failure, and whether it ends the completion when no attempt is left. */
  readonly last?: { readonly error: AttemptError; readonly isFinal: boolean };
}

export const initialState: CompletionState = {
  launched: 0,
  attempts: 0,
  shutAttempts: 0,
  failures: [],
  tried: new Map(),
  isSecondRound: false,
  minContextLength: 0,
  busyProbes: 0,
  asksAlone: false,
  hasWaited: false,
  reopenings: 0,
  charges: 0,
  hasText: false,
  hasReasoning: false,
  extraTokens: 0,
  omittedFields: new Set(),
  closed: new Map(),
};

/** Added to `max_tokens` after an answer ended too early. */
const extraTokens = 4_000;

/** A failed attempt: its error, and the models it is attributed to. */
export interface Failure {
  readonly error: AttemptError;
  readonly attempt: number;
  readonly plan: AttemptPlan;
  readonly models: readonly { readonly model: ModelId; readonly reason: FailureReason; readonly certain: boolean }[];
  /** The context window of the model that the request did not fit. */
  readonly contextLength?: number | undefined;
}

/** Records that the choice was carried out: an attempt was launched, or a wait is over. */
export function afterChoice(state: CompletionState, choice: Choice): CompletionState {
  if (choice.type === "wait")
    return choice.reason === "loading" ? afterReopening(state) : { ...state, hasWaited: true };
  const rest = withoutRepeat(state);
  const {
    chain: [model],
    isSecondRound = state.isSecondRound,
  } = choice.plan;
  const tried = new Map(isSecondRound && !state.isSecondRound ? forGood(state.tried) : state.tried);
  if (model !== undefined && !tried.has(model)) tried.set(model, { byChance: false });
  return { ...rest, tried, isSecondRound, launched: state.launched + 1, attempts: state.attempts + 1 };
}

/** Whether another attempt is allowed. One that found its service shut says nothing about models, so it does not count. */
export function hasAttemptsLeft({ attempts, shutAttempts }: CompletionState, maxAttempts: number): boolean {
  return attempts - shutAttempts < maxAttempts;
}

/** The services that are getting ready, and when to ask them again. */
export function reopeningServices({ closed }: CompletionState): ReadonlyMap<ServiceId, number> {
  return new Map(
    [...closed].flatMap(([service, { reason, details }]) =>
      failurePolicy[reason].reopens && details.retryAt !== undefined ? [[service, details.retryAt] as const] : [],
    ),
  );
}

function afterReopening(state: CompletionState): CompletionState {
  const reopening = reopeningServices(state);
  const closed = new Map([...state.closed].filter(([service]) => !reopening.has(service)));
  return { ...state, closed, reopenings: state.reopenings + 1 };
}

/** Records that a service cannot be asked now, before anything was sent. */
export function afterClosing(state: CompletionState, service: ServiceId, error: AttemptError): CompletionState {
  return {
    ...withoutRepeat(state),
    closed: new Map([...state.closed, [service, error]]),
    last: { error, isFinal: false },
  };
}

/** A service's second rate limit that does not say whose it is counts as the account's limit per minute. */
export function interpretedFailure(
  error: AttemptError,
  service: ServiceId,
  { failures }: CompletionState,
): AttemptError {
  const isSecond = failures.some(
    ({ reason, model }) => reason === "rate-limit-unknown" && serviceOf(model) === service,
  );
  if (error.reason !== "rate-limit-unknown" || !isSecond) return error;
  const { origin, message } = refusalDefaults["rate-limit-minute"];
  return new AttemptError("rate-limit-minute", message, { ...error.details, origin });
}

/** Records a failed attempt and what follows from it. Probes that end busy make further probes pointless. */
export function afterFailure(state: CompletionState, failure: Failure): CompletionState {
  const { error, attempt, models, plan } = failure;
  const { reason } = error;
  const policy = failurePolicy[reason];
  const isCharged = (error.details.cost ?? 0) > 0;
  const charges = state.charges + (isCharged ? 1 : 0);
  const tried = new Map(state.tried);
  // A model that charges is not asked again.
  for (const each of models) {
    const { byChance = false, reopens } = failurePolicy[each.reason];
    if (reopens) tried.delete(each.model);
    else tried.set(each.model, { byChance: byChance && !isCharged });
  }
  const model = models.at(-1)?.model ?? plan.chain[0] ?? "";
  const failures = [...state.failures, { attempt, model, reason, message: error.message }];
  const service = serviceOf(plan.chain[0] ?? "");
  // A model's own limit says nothing about the others of its service.
  const isPerModel = error.details.isPerModel === true;
  const same = failures.filter((each) => each.reason === reason);
  const counted =
    policy.scope === "request"
      ? same
      : same.filter((each) => (isPerModel ? each.model === model : serviceOf(each.model) === service));
  const isOverMax = counted.length > (policy.max ?? Infinity);
  const isUnexplainedAgain = error.details.isUnexplained && state.last?.error.details.isUnexplained;
  const isTooSmall = reason === "context-too-long" || reason === "too-large";
  const { field } = error.details;
  // The router sets no limit of its own, so without `max_tokens` the same request would end the same way.
  const isUnchanged = reason === "out-of-tokens" && plan.request.max_tokens === undefined;
  const repeats = policy.next !== "failover" && policy.next !== "stop" && !isOverMax && !isUnchanged && !isCharged;
  const ends = !isPerModel && (policy.next === "stop" || (isOverMax && policy.next !== "repeat"));
  const isAboutService = policy.scope === "account" || policy.scope === "service";
  // What one service calls a bad request, another may accept. Two of them know better.
  const isFirstVerdict = [...state.closed.values()].every((each) => each.reason !== reason);
  const closes = ends && (isAboutService || (policy.next === "stop" && isFirstVerdict));
  const isSecondCharge = isCharged && charges > (failurePolicy.charged.max ?? Infinity);
  return {
    ...state,
    tried,
    failures,
    charges,
    attempts: state.attempts - (policy.next === "retry" ? 1 : 0),
    shutAttempts: state.shutAttempts + (closes && policy.next !== "retry" ? 1 : 0),
    minContextLength: isTooSmall
      ? Math.max(state.minContextLength, failure.contextLength ?? 0)
      : state.minContextLength,
    asksAlone: state.asksAlone || models.some(({ certain }) => !certain),
    busyProbes: state.busyProbes + (plan.isProbe && reason.startsWith("rate-limit") ? 1 : 0),
    extraTokens: reason === "out-of-tokens" ? extraTokens : state.extraTokens,
    omittedFields: field ? new Set([...state.omittedFields, field]) : state.omittedFields,
    closed: closes ? new Map([...state.closed, [service, error]]) : state.closed,
    ...(repeats && { repeat: plan }),
    last: {
      error: isSecondCharge ? chargedError(error) : error,
      isFinal: isSecondCharge || isUnexplainedAgain || (ends && !closes),
    },
  };
}

/** The second charge ends the completion, whatever else failed: something other than one model's price is wrong. */
function chargedError({ details }: AttemptError): AttemptError {
  const message =
    "Two models charged the account although they are listed as free. A plugin of the account or an own provider key may be the cause.";
  return new AttemptError("charged", message, { ...details, link: servicePages.activity });
}

/** The request as it is sent: without refused fields, and with more room for an answer that ended too early. */
export function adaptedRequest(request: CompletionRequest, state: CompletionState): CompletionRequest {
  const { omittedFields } = state;
  if (omittedFields.size === 0 && state.extraTokens === 0) return request;
  const { reasoning, max_tokens, ...rest } = request;
  return {
    ...rest,
    ...(reasoning && !omittedFields.has("reasoning") && { reasoning }),
    ...(max_tokens !== undefined && { max_tokens: max_tokens + state.extraTokens }),
    ...(omittedFields.has("reasoning_details") && {
      messages: request.messages.map(withoutReasoningDetails),
    }),
  };
}

/** In the second round, a model that failed by chance can fail only once more. */
function forGood(tried: CompletionState["tried"]): Map<ModelId, { byChance: boolean }> {
  return new Map([...tried].filter(([, { byChance }]) => !byChance));
}

function withoutRepeat(state: CompletionState): CompletionState {
  const copy = { ...state };
  delete copy.repeat;
  return copy;
}

function withoutReasoningDetails(message: Message): Message {
  const copy = { ...message };
  delete copy.reasoning_details;
  return copy;
}
