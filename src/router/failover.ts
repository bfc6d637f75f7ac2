/*
 * The attempts of a completion. router.ts prepares them: request → capabilities → candidate pool. From there:
 *
 *   completionState.ts  what the completion has learned; replaced by pure functions
 *   choose.ts           the next models to try, without those in cooldown (cooldown.ts)
 *   admission.ts        waits for the account's limit per minute (ledger.ts), or for a local server (localAdmission.ts)
 *   attempt.ts          one request; its deltas become events (events.ts)
 *   runningAttempts.ts  the attempts before their first content: another one starts if a model stays silent
 *   failurePolicy.ts    after a failure: another model, the same again, or the end (finalError.ts)
 *   attribution.ts      records the outcome of each attempt as cooldowns, refusals and statistics
 */
import type { Admission } from "./admission";
import type { AttemptEvent, AttemptResult } from "./answerReader";
import { attempt } from "./attempt";
import { AttemptError } from "./attemptError";
import { attributeFailure, recordAnswer, recordFailure } from "./attribution";
import type { AttemptPlan } from "./choice";
import { isSpent } from "./book";
import { choose, retryTime, type ChoiceOptions } from "./choose";
import {
  adaptedRequest,
  afterChoice,
  afterClosing,
  afterFailure,
  hasAttemptsLeft,
  initialState,
  interpretedFailure,
} from "./completionState";
import { isRouterError, RouterError, toRouterError } from "./errors";
import type { RouterEvent } from "./events";
import { exhaustedError, finalError, incompleteError, restingError } from "./finalError";
import type { Reservation } from "./ledgerEntries";
import type { Log } from "./log";
import type { Member } from "./member";
import { serviceOf, type ModelId } from "./model";
import { namedModel, RunningAttempts, type Outcome, type RunningAttempt } from "./runningAttempts";
import type { RouterSettings } from "./settings";
import { sleepUntil } from "./sleep";
import type { Validator } from "./structured";

/** The input and the collaborators of one completion. */
export interface FailoverOptions {
  /** Events to yield before the first attempt. */
  readonly notices: readonly RouterEvent[];
  readonly choice: ChoiceOptions;
  /** The service of a model, with what is needed to ask it. */
  readonly memberOf: (model: ModelId) => Member;
  /** Why nothing can be sent, if the limits of all services are reached. */
  readonly blockedError: () => RouterError | undefined;
  /** What a request can cost in tokens: its prompt, and the room for the answer. */
  readonly tokens: number;
  readonly settings: RouterSettings;
  readonly validate: Validator | undefined;
  readonly restartAfterOutput: boolean;
  readonly signal: AbortSignal | undefined;
  /** Calls the listener when the caller wants another model to be asked at once. */
  readonly onAskAnother: ((listener: () => void) => { dispose(): void }) | undefined;
  /** How long to wait for the first content of a model before another one is asked as well, milliseconds. */
  readonly patienceMs: (model: ModelId) => number;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly log: Log;
  readonly onDidChange: () => void;
}

/** The steps before the first attempt. They can wait for a service. */
export type Preparation = AsyncGenerator<RouterEvent, FailoverOptions>;

/** The delay before an attempt that did not reach the service is repeated. */
const retryDelayMs = 250;
/** A model that is silent for this share of the patience is reported as slow. */
const slowShare = 0.5;

/**
 * Runs a completion: tries candidates until one returns a complete answer, and records every failure. Ends with
 * `completion-end`, or throws one `RouterError` that lists the failed attempts. `prepare` runs inside this generator
 * because an outer generator would send each delta through one more promise.
 */
export async function* failover(prepare: () => Preparation): AsyncGenerator<RouterEvent, void> {
  const options = yield* prepare();
  yield* options.notices;
  const { settings, memberOf, now, signal, log } = options;
  const running = new RunningAttempts();
  let state = initialState;
  let listening: { dispose(): void } | undefined;

  try {
    listening = options.onAskAnother?.(() => running.interrupt());
    for (;;) {
      if (running.all.length === 0) yield* startNext();
      const step = yield* nextStep();
      if (step.type === "failure") {
        yield* fail(step.attempt, step.error);
      } else {
        try {
          yield* replaceOthers(step.attempt);
          yield* step.attempt.early;
          let result = step.first;
          for (; !result.done; result = await step.attempt.events.next())
            if (isForCaller(result.value)) yield result.value;
          yield* succeed(step.attempt, result.value);
          return;
        } catch (error) {
          yield* fail(step.attempt, error);
        } finally {
          step.attempt.stop();
        }
      }
    }
  } catch (error) {
    if (signal?.aborted) throw new RouterError("aborted", "Stopped.", { attempts: state.failures });
    throw finalError(toRouterError(error), state.failures, state);
  } finally {
    listening?.dispose();
    running.stopAll();
  }

  /** Starts the next attempt, after the waits it needs. Throws if there is none. */
  async function* startNext(): AsyncGenerator<RouterEvent, void> {
    for (;;) {
      if (state.last?.isFinal) throw state.last.error;
      const choice = hasAttemptsLeft(state, settings.maxAttempts) ? choose(state, options.choice, now()) : undefined;
      if (!choice || choice.type === "exhausted") throw endError();
      if (choice.type === "resting") throw restingError(choice, now());
      if (choice.type === "attempt") {
        const reservation = yield* admit(choice.plan);
        if (reservation) return yield* launch(choice.plan, reservation);
        continue;
      }
      yield { type: "wait", until: choice.until, reason: choice.reason };
      await sleepUntil(choice.until, now, signal);
      state = afterChoice(state, choice);
    }
  }

  /** The failure of a service outweighs those of single models: it says what the user can do. */
  function endError(): Error {
    const [closing] = state.closed.values();
    const blocked = closing ?? options.blockedError();
    return blocked ?? exhaustedError(state.last?.error, state.failures, retryTime(state, options.choice, now()));
  }

  /** Waits until the model's service is ready and its limits allow a request. `undefined` if it cannot be asked after all. */
  async function* admit({ chain: [model = ""] }: AttemptPlan): AsyncGenerator<RouterEvent, Reservation | undefined> {
    const waits = memberOf(model).admissionOf(model).admit(signal, tokens());
    try {
      let wait = await waits.next();
      for (; !wait.done; wait = await waits.next()) yield { type: "wait", ...wait.value };
      return wait.value;
    } catch (error) {
      // Another request took the last one that may be sent today. Another service may answer.
      if (isRouterError(error) && isSpent(options.choice.limits()(model))) return undefined;
      if (!(error instanceof AttemptError)) throw error;
      state = afterClosing(state, serviceOf(model), error);
      return undefined;
    }
  }

  /** Sends an attempt after its start event. A caller that stops reading at that event has not spent a request. */
  async function* launch(plan: AttemptPlan, reservation: Reservation): AsyncGenerator<RouterEvent, void> {
    const number = state.launched + 1;
    const [model = "", ...fallbacks] = plan.chain;
    const { service, access, models, admissionOf, isReasoningMandatory } = memberOf(model);
    const admission = admissionOf(model);
    const type = running.all.length === 0 ? "attempt-start" : "rival-start";
    try {
      yield { type, attempt: number, model, fallbacks };
      state = afterChoice(state, { type: "attempt", plan });
    } finally {
      if (state.launched < number) await admission.release(reservation);
    }
    const controller = new AbortController();
    let hasEnded = false;
    const end = (): void => {
      if (!hasEnded) admission.end?.(reservation);
      hasEnded = true;
    };
    const request = adaptedRequest(plan.request, state);
    log.debug(`Attempt ${number}: ${plan.chain.join(", ")}.`);
    running.add({
      ...{ number, plan, startedAt: now(), reservation, early: [] },
      events: attempt({
        ...{ ...options, service, access, models, isReasoningMandatory },
        ...{ request, chain: plan.chain, omittedFields: state.omittedFields },
        onHeaders: (headers) => admission.noteHeaders?.(headers, reservation),
        onEnd: end,
        signals: signal ? [signal, controller.signal] : [controller.signal],
      }),
      // After a caller has stopped reading, the attempt does not get to its own end.
      stop: () => {
        controller.abort();
        end();
      },
    });
    const row = models.find(({ id }) => id === model);
    if (row?.loaded === false) {
      const until = now() + (service.firstContentMs?.(row) ?? settings.firstContentMs);
      yield { type: "wait", until, reason: "loading", model };
    }
  }

  /** Waits for content or a failure. While every running model is silent, reports that and asks further models. */
  async function* nextStep(): AsyncGenerator<RouterEvent, Outcome> {
    for (;;) {
      const newest = running.all.at(-1);
      const model = newest?.plan.chain[0] ?? "";
      const patience = options.patienceMs(model);
      /** The rest of this part of the patience. The newest attempt may have outlived a failed rival, and the clock may be set back. */
      const restOf = (part: number): number => part - Math.min(part, Math.max(0, now() - (newest?.startedAt ?? 0)));
      const first = await running.next(restOf(patience * slowShare));
      if (first) return first;
      const rest = restOf(patience);
      const canAsk = rivalPlan() !== undefined;
      if (newest && canAsk && rest > 0 && !running.isInterrupted)
        yield { type: "attempt-slow", attempt: newest.number, model, until: now() + rest };
      const second = await running.next(canAsk ? rest : Infinity);
      if (second) return second;
      const plan = rivalPlan();
      const place =
        plan &&
        (await admissionTo(plan)
          .tryReserve(tokens())
          .catch(() => undefined));
      if (!plan || !place || !("reserved" in place)) return running.nextOutcome();
      yield* launch(plan, place.reserved);
    }
  }

  /** What the next request can cost in tokens. */
  function tokens(): number {
    return options.tokens + state.extraTokens;
  }

  function admissionTo({ chain: [model = ""] }: AttemptPlan): Admission {
    return memberOf(model).admissionOf(model);
  }

  /** Local servers are never rivals: most answer one question at a time. */
  function rivalPlan(): AttemptPlan | undefined {
    if (!hasAttemptsLeft(state, settings.maxAttempts) || state.last?.isFinal) return undefined;
    const choice = choose(state, options.choice, now());
    if (choice.type !== "attempt" || choice.plan.isSecondRound) return undefined;
    return memberOf(choice.plan.chain[0] ?? "").service.place === "remote" ? choice.plan : undefined;
  }

  /** The first model with content answers; the others are stopped and recorded as slower. */
  function* replaceOthers(winner: RunningAttempt): Generator<RouterEvent, void> {
    const losers = running.stopAll();
    for (const loser of losers) {
      const error = new AttemptError("outrun", "Replaced by a faster model.");
      yield* record(loser, error, [{ model: loser.plan.chain[0] ?? "", reason: "outrun", certain: true }]);
    }
    const [model = "", ...fallbacks] = winner.plan.chain;
    if (losers.length > 0) yield { type: "attempt-start", attempt: winner.number, model, fallbacks };
  }

  /** Whether the caller gets the event now. A structured answer is sent as a whole, after its validation. */
  function isForCaller(event: AttemptEvent): boolean {
    if (event.type === "reasoning-delta" && !state.hasReasoning) state = { ...state, hasReasoning: true };
    if (event.type !== "text-delta") return true;
    if (!state.hasText) state = { ...state, hasText: true };
    return !options.validate;
  }

  async function* succeed(winner: RunningAttempt, answer: AttemptResult): AsyncGenerator<RouterEvent, void> {
    const { model, provider, finishReason, usage, timeToFirstTextMs, durationMs, generationId, reasoningDetails } =
      answer;
    yield* chargeNotice(model, usage?.cost);
    if (options.validate && answer.toolCalls.length === 0) yield { type: "text-delta", text: answer.text };
    for (const call of answer.toolCalls) yield { type: "tool-call", ...call };
    const { memory, isTruncated } = memberOf(model);
    if (isTruncated && (await isTruncated(model, winner.plan.request, usage?.promptTokens)))
      yield { type: "notice", notice: "truncated", model, message: truncatedMessage(model) };
    const passedOver = recordAnswer(answer, winner.plan.chain, winner.startedAt, memory);
    options.onDidChange();
    yield {
      ...{ type: "completion-end", model, finishReason, attempts: state.attempts, passedOver, durationMs },
      ...(provider ? { provider } : {}),
      ...(usage ? { usage } : {}),
      ...(timeToFirstTextMs === undefined ? {} : { timeToFirstTextMs }),
      ...(generationId ? { generationId } : {}),
      ...(reasoningDetails.length > 0 ? { reasoningDetails } : {}),
    };
  }

  /** Records a failure. Throws if it ends the completion at once, even if other attempts run. */
  async function* fail(failed: RunningAttempt, cause: unknown): AsyncGenerator<RouterEvent, void> {
    failed.stop();
    if (!(cause instanceof AttemptError) || cause.reason === "aborted") throw cause;
    const asked = failed.plan.chain[0] ?? "";
    const admission = memberOf(asked).admissionOf(asked);
    const error = interpretedFailure(cause, serviceOf(asked), state);
    const { reason, details } = error;
    const attributions = attributeFailure(error, failed.plan.chain, namedModel(failed));
    yield* record(failed, error, attributions);
    yield* chargeNotice(attributions.at(-1)?.model ?? asked, details.cost);
    if (details.tokensPerMinute !== undefined) await admission.limitTokens?.(details.tokensPerMinute);
    if (reason === "rate-limit-day") await admission.blockDay(details.retryAt, details.limit);
    if (reason === "rate-limit-minute" || reason === "server-loading")
      await admission.blockMinute(details.retryAt, details.limit);
    if (reason === "offline") await admission.release(failed.reservation);
    if (state.hasText && !options.validate && !options.restartAfterOutput) throw incompleteError(error, state.failures);
    if (reason === "offline" && state.repeat) await sleepUntil(now() + retryDelayMs, now, signal);
  }

  function* record(
    failed: RunningAttempt,
    error: AttemptError,
    attributions: ReturnType<typeof attributeFailure>,
  ): Generator<RouterEvent, void> {
    const { memory, models } = memberOf(failed.plan.chain[0] ?? "");
    for (const each of attributions) recordFailure(each, { error, startedAt: failed.startedAt }, memory);
    const known =
      error.details.contextLength ?? models.find(({ id }) => id === attributions.at(-1)?.model)?.contextLength;
    const contextLength = error.reason === "too-large" ? (error.details.tokensPerMinute ?? known) : known;
    const { last } = state;
    state = afterFailure(state, {
      ...{ error, attempt: failed.number, plan: failed.plan, models: attributions, contextLength },
    });
    // A failure that ends the completion stays the last one while the other attempts end.
    if (last?.isFinal) state = { ...state, last };
    options.onDidChange();
    const failure = state.failures.at(-1);
    log.info(
      `Attempt ${failed.number} (${failure?.model ?? ""}): ${error.reason}, status ${error.details.status ?? "none"}.`,
    );
    if (failure) yield { type: "attempt-fail", ...failure };
  }

  function* chargeNotice(model: ModelId, cost: number | undefined): Generator<RouterEvent, void> {
    if (!cost || cost <= 0) return;
    memberOf(model).memory.excludeCharged(model, cost);
    const message = `The service reports a cost of ${cost} USD for this request. The model is excluded from now on.`;
    yield { type: "notice", notice: "charged", model, message, cost };
  }
}

function truncatedMessage(model: ModelId): string {
  return `Part of the conversation did not fit into the context window of ${model} and was left out.`;
}
