/*
 * The attempts of a completion. router.ts prepares them: request → capabilities → candidate pool. From there:
 *
 *   candidates.ts     the next models to try, without those in cooldown (cooldown.ts)
 *   ledger.ts         waits for the account's limit per minute
 *   attempt.ts        one request; its deltas become events (events.ts)
 *   race.ts           a second attempt (hedge) if the first one stays silent
 *   failurePolicy.ts  what follows a failure: another model, a retry, or the end (finalError.ts)
 *   attribution.ts    records the outcome of each attempt as cooldowns, refusals and statistics
 */
import type { AttemptResult, AttemptEvent } from "./answerReader";
import { attempt } from "./attempt";
import { attributeFailure, type OutcomeRecorder } from "./attribution";
import type { AttemptPlan, Candidates } from "./candidates";
import type { Model } from "./model";
import { AttemptError } from "./attemptError";
import { toRouterError, RouterError, type AttemptFailure } from "./errors";
import { exhaustedError, finalError } from "./finalError";
import type { Ledger } from "./ledger";
import type { Log } from "./log";
import { raceAttempts, type RunningAttempt, type Winner } from "./race";
import type { CompletionRequest } from "./request";
import type { RouterEvent } from "./events";
import type { RouterSettings } from "./settings";
import { sleepUntil } from "./sleep";
import type { Validator } from "./structured";
import { failurePolicy } from "./failurePolicy";

/** The input and the collaborators of one completion. */
export interface FailoverOptions {
  /** Events to yield before the first attempt. */
  notices: readonly RouterEvent[];
  candidates: Candidates;
  models: readonly Model[];
  settings: RouterSettings;
  key: string;
  validate: Validator | undefined;
  restartAfterOutput: boolean;
  signal: AbortSignal | undefined;
  fetch: typeof fetch;
  now: () => number;
  log: Log;
  ledger: Ledger;
  recorder: OutcomeRecorder;
  onDidChange: () => void;
}

/** Added to `max_tokens` after a model has used all its tokens for reasoning. */
const extraReasoningTokens = 4_000;
/** The delay before an attempt that did not reach the service is repeated. */
const retryDelayMs = 250;

/**
 * Runs a completion: tries candidates until one returns a complete answer, and records every failure. Ends with
 * `completion-end`, or throws one `RouterError` that lists the failed attempts. `prepare` runs inside this generator
 * because an outer generator would send each delta through one more promise.
 */
export async function* failover(prepare: () => Promise<FailoverOptions>): AsyncGenerator<RouterEvent, void> {
  const options = await prepare();
  yield* options.notices;
  const { candidates, settings, ledger, recorder, now, signal, log } = options;
  const failures: AttemptFailure[] = [];
  const running = new Set<RunningAttempt>();
  let attempts = 0;
  let extraTokens = 0;
  let hasVisibleText = false;
  let repeatPlan: AttemptPlan | undefined;
  let lastError: AttemptError | undefined;

  try {
    while (attempts < settings.maxAttempts) {
      const next = repeatPlan ?? candidates.next();
      repeatPlan = undefined;
      if (!next) break;
      if ("waitUntil" in next) {
        yield { type: "wait", until: next.waitUntil, reason: "resting" };
        await sleepUntil(next.waitUntil, now, signal);
        continue;
      }
      for await (const until of ledger.admit(settings.requestsPerMinute, signal)) {
        yield { type: "wait", until, reason: "minute-limit" };
      }
      const started = start(next);
      yield startEvent(started);
      const winner = yield* race(started);
      if (!winner) continue;
      try {
        for (const event of winner.early) yield event;
        let step = winner.first;
        for (; !step.done; step = await winner.attempt.events.next()) {
          if (shouldForward(step.value, winner.attempt)) yield step.value;
        }
        yield* succeed(winner.attempt, step.value);
        return;
      } catch (error) {
        yield* handleFailure(winner.attempt, error);
      }
    }
    throw exhaustedError(lastError && toRouterError(lastError), failures, candidates.nextAvailableAt());
  } catch (error) {
    if (signal?.aborted) throw new RouterError("aborted", "Stopped.", { attempts: failures });
    throw finalError(toRouterError(error), failures);
  } finally {
    for (const each of running) each.stop();
  }

  function start(plan: AttemptPlan): RunningAttempt {
    const controller = new AbortController();
    const events = attempt({
      ...options,
      request: withExtraTokens(plan.request, extraTokens),
      chain: plan.chain,
      signals: signal ? [signal, controller.signal] : [controller.signal],
    });
    const started: RunningAttempt = {
      number: ++attempts,
      plan,
      events,
      servedBy: undefined,
      stop: () => controller.abort(),
    };
    running.add(started);
    log.debug(`Attempt ${attempts}: ${plan.chain.join(", ")}.`);
    return started;
  }

  /** Follows the attempt to its first content, or hedges it. Returns `undefined` if every attempt failed. */
  async function* race(started: RunningAttempt): AsyncGenerator<RouterEvent, Winner | undefined> {
    const racing = raceAttempts(started, () => startHedge(started), settings.hedgeAfterMs);
    try {
      let step = await racing.next();
      for (; !step.done; step = await racing.next()) yield* handleFailure(step.value.attempt, step.value.error);
      const winner = step.value;
      if (winner && winner.attempt !== started) {
        if (running.delete(started)) yield addFailure(started, "outrun", "Replaced by a faster model.");
        yield startEvent(winner.attempt);
      }
      return winner;
    } finally {
      await racing.return(undefined);
    }
  }

  /** Starts another model while the first is silent, unless that needs a wait or exceeds the number of attempts. */
  async function startHedge(silent: RunningAttempt): Promise<RunningAttempt | undefined> {
    candidates.markTried(firstModel(silent));
    const next = attempts < settings.maxAttempts ? candidates.next() : undefined;
    if (!next || "waitUntil" in next || (await ledger.tryReserve(settings.requestsPerMinute))) return undefined;
    return start(next);
  }

  /** Records the model and visible text of the event. Returns whether to yield the event now. */
  function shouldForward(event: AttemptEvent, source: RunningAttempt): boolean {
    if (event.type === "model") source.servedBy = event.model;
    if (event.type !== "text-delta") return true;
    // A structured answer is sent as a whole, after its validation.
    if (options.validate) return false;
    hasVisibleText = true;
    return true;
  }

  function* succeed(winner: RunningAttempt, answer: AttemptResult): Generator<RouterEvent, void> {
    if (options.validate && answer.toolCalls.length === 0) {
      yield { type: "text-delta", text: options.validate(answer.text) };
    }
    for (const call of answer.toolCalls) yield { type: "tool-call", ...call };
    running.delete(winner);
    const passedOver = recorder.recordAnswer(answer, winner.plan.chain);
    options.onDidChange();
    const { model, provider, finishReason, usage, timeToFirstTextMs, durationMs, generationId, reasoningDetails } =
      answer;
    if (usage?.cost) {
      const message = `The service reports a cost of ${usage.cost} USD for this answer.`;
      yield { type: "notice", notice: "charged", model, message, cost: usage.cost };
    }
    yield {
      ...{ type: "completion-end", model, finishReason, attempts, passedOver, durationMs },
      ...(provider ? { provider } : {}),
      ...(usage ? { usage } : {}),
      ...(timeToFirstTextMs === undefined ? {} : { timeToFirstTextMs }),
      ...(generationId ? { generationId } : {}),
      ...(reasoningDetails.length > 0 ? { reasoningDetails } : {}),
    };
  }

  /** Applies the failure policy. Throws if the failure ends the completion. */
  async function* handleFailure(failed: RunningAttempt, cause: unknown): AsyncGenerator<RouterEvent, void> {
    failed.stop();
    running.delete(failed);
    if (!(cause instanceof AttemptError) || cause.reason === "aborted") throw cause;
    const { reason } = (lastError = cause);
    const attributions = attributeFailure(cause, failed.plan.chain, failed.servedBy);
    for (const each of attributions) {
      candidates.markTried(each.model, failurePolicy[each.reason].transient);
      recorder.recordFailure(each, cause);
    }
    const model = attributions.at(-1)?.model ?? firstModel(failed);
    if (reason === "context-too-long" || reason === "too-large") candidates.requireLargerContext(model);
    if (reason === "out-of-tokens") extraTokens = extraReasoningTokens;
    if (reason.startsWith("rate-limit")) candidates.recordBusy();
    if (reason === "rate-limit-day") await ledger.blockDay(cause.details.retryAt, cause.details.limit);
    if (reason === "rate-limit-minute") await ledger.blockMinute(cause.details.retryAt, cause.details.limit);
    if (reason === "offline") await ledger.release();
    log.info(`Attempt ${failed.number} (${model}): ${reason}, status ${cause.details.status ?? "none"}.`);
    yield addFailure(failed, reason, cause.message, model);

    const policy = failurePolicy[reason];
    const count = failures.filter((each) => each.reason === reason).length;
    if (policy.next === "stop" || count >= (policy.maxPerCompletion ?? Infinity)) throw cause;
    if (hasVisibleText && !options.restartAfterOutput)
      throw finalError(toRouterError(cause), failures, `The answer is incomplete. ${cause.message}`);
    if (policy.next === "failover") return;
    repeatPlan = failed.plan;
    if (policy.next === "retry") {
      attempts--;
      await sleepUntil(now() + retryDelayMs, now, signal);
    }
  }

  function addFailure(
    failed: RunningAttempt,
    reason: AttemptFailure["reason"],
    message: string,
    model = firstModel(failed),
  ): RouterEvent {
    const failure = { attempt: failed.number, model, reason, message };
    failures.push(failure);
    options.onDidChange();
    return { type: "attempt-fail", ...failure };
  }
}

function startEvent({ number, plan }: RunningAttempt): RouterEvent {
  const [model = "", ...fallbacks] = plan.chain;
  return { type: "attempt-start", attempt: number, model, fallbacks };
}

function firstModel({ plan }: RunningAttempt): string {
  return plan.chain[0] ?? "";
}

function withExtraTokens(request: CompletionRequest, extraTokens: number): CompletionRequest {
  return request.max_tokens === undefined || extraTokens === 0
    ? request
    : { ...request, max_tokens: request.max_tokens + extraTokens };
}
