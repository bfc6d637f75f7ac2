import type { AttemptResult, AttemptEvent } from "./answerReader";
import { attempt } from "./attempt";
import { attributeFailure } from "./attribution";
import type { AttemptPlan, Candidates } from "./candidates";
import type { Model } from "./model";
import { toRouterError, isRouterError, RouterError, type AttemptFailure } from "./errors";
import { exhaustedError, finalError } from "./finalError";
import type { Ledger } from "./ledger";
import type { OutcomeRecorder } from "./attribution";
import type { Log } from "./log";
import { raceAttempts, type RunningAttempt, type Winner } from "./race";
import type { CompletionRequest } from "./request";
import type { RouterEvent } from "./events";
import type { RouterSettings } from "./settings";
import { sleepUntil } from "./sleep";
import type { Validator } from "./structured";
import { failurePolicy } from "./failurePolicy";

/** Everything one completion works with. */
export interface FailoverOptions {
  /** What the caller must know before anything is sent. */
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

/** What a model's thoughts may take beyond the answer's limit, once one was seen to run out of tokens while thinking. */
const roomForThoughts = 4_000;
/** A refused connection is tried once more, after a blink. */
const blinkMs = 250;

/**
 * The loop over attempts: asks candidates until one gives a whole answer, and learns from each that did not. Ends with
 * `completion-end`, or throws one `RouterError` with the attempts in it. It is itself what the caller iterates: a
 * generator around it would send each delta through one more promise.
 */
export async function* failover(begin: () => Promise<FailoverOptions>): AsyncGenerator<RouterEvent, void> {
  const options = await begin();
  yield* options.notices;
  const { candidates, settings, ledger, recorder, now, signal, log } = options;
  const failures: AttemptFailure[] = [];
  const flying = new Set<RunningAttempt>();
  let attempts = 0;
  let extraTokens = 0;
  let visible = false;
  let again: AttemptPlan | undefined;
  let lastError: RouterError | undefined;

  try {
    while (attempts < settings.maxAttempts) {
      const turn = again ?? candidates.next();
      again = undefined;
      if (!turn) break;
      if ("waitUntil" in turn) {
        yield { type: "wait", until: turn.waitUntil, reason: "resting" };
        await sleepUntil(turn.waitUntil, now, signal);
        continue;
      }
      for await (const until of ledger.admit(settings.requestsPerMinute, signal)) {
        yield { type: "wait", until, reason: "minute-limit" };
      }
      const flight = launch(turn);
      yield startOf(flight);
      const winner = yield* race(flight);
      if (!winner) continue;
      try {
        for (const event of winner.early) yield event;
        let step = winner.first;
        for (; !step.done; step = await winner.attempt.events.next()) {
          if (isToldAtOnce(step.value, winner.attempt)) yield step.value;
        }
        yield* finish(winner.attempt, step.value);
        return;
      } catch (error) {
        yield* failed(winner.attempt, error);
      }
    }
    throw exhaustedError(lastError, failures, candidates.nextAvailableAt());
  } catch (error) {
    if (signal?.aborted) throw new RouterError("aborted", "Stopped.", { attempts: failures });
    throw finalError(toRouterError(error), failures);
  } finally {
    for (const flight of flying) flight.stop();
  }

  function launch(plan: AttemptPlan): RunningAttempt {
    const controller = new AbortController();
    const events = attempt({
      ...options,
      request: roomy(plan.request, extraTokens),
      chain: plan.chain,
      signals: signal ? [signal, controller.signal] : [controller.signal],
    });
    const flight: RunningAttempt = {
      number: ++attempts,
      plan,
      events,
      servedBy: undefined,
      stop: () => controller.abort(),
    };
    flying.add(flight);
    log.debug(`Attempt ${attempts}: ${plan.chain.join(", ")}.`);
    return flight;
  }

  /** The flight until it speaks, or a rival that is faster; `undefined` when all of them have failed. */
  async function* race(flight: RunningAttempt): AsyncGenerator<RouterEvent, Winner | undefined> {
    const racing = raceAttempts(flight, () => rivalOf(flight), settings.hedgeAfterMs);
    try {
      let step = await racing.next();
      for (; !step.done; step = await racing.next()) yield* failed(step.value.flight, step.value.error);
      const winner = step.value;
      if (winner && winner.attempt !== flight) {
        if (flying.delete(flight)) yield fail(flight, "outrun", "Another model was faster.");
        yield startOf(winner.attempt);
      }
      return winner;
    } finally {
      await racing.return(undefined);
    }
  }

  /** A second attempt while the first is silent: another model, and only if the request may go at once. */
  async function rivalOf(flight: RunningAttempt): Promise<RunningAttempt | undefined> {
    candidates.markTried(headOf(flight));
    const turn = attempts < settings.maxAttempts ? candidates.next() : undefined;
    if (!turn || "waitUntil" in turn || (await ledger.tryReserve(settings.requestsPerMinute))) return undefined;
    return launch(turn);
  }

  /** Keeps in mind what an attempt said, and whether the caller hears of it at once. */
  function isToldAtOnce(event: AttemptEvent, flight: RunningAttempt): boolean {
    if (event.type === "model") flight.servedBy = event.model;
    if (event.type !== "text-delta") return true;
    // A structured answer is held back until it is known to be one.
    if (options.validate) return false;
    visible = true;
    return true;
  }

  function* finish(flight: RunningAttempt, answer: AttemptResult): Generator<RouterEvent, void> {
    if (options.validate && answer.toolCalls.length === 0) {
      yield { type: "text-delta", text: options.validate(answer.text) };
    }
    for (const call of answer.toolCalls) yield { type: "tool-call", ...call };
    flying.delete(flight);
    const passedOver = recorder.recordAnswer(answer, flight.plan.chain);
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

  /** Draws the consequences of a failed attempt; throws where they end the completion. */
  async function* failed(flight: RunningAttempt, cause: unknown): AsyncGenerator<RouterEvent, void> {
    flight.stop();
    flying.delete(flight);
    if (!isRouterError(cause) || cause.reason === "aborted") throw cause;
    const { reason } = (lastError = cause);
    const blamed = attributeFailure(cause, flight.plan.chain, flight.servedBy);
    for (const each of blamed) {
      candidates.markTried(each.model, failurePolicy[each.reason].transient);
      recorder.recordFailure(each, cause);
    }
    const model = blamed.at(-1)?.model ?? headOf(flight);
    if (reason === "context-too-long" || reason === "too-large") candidates.requireLargerContext(model);
    if (reason === "out-of-tokens") extraTokens = roomForThoughts;
    if (reason.startsWith("rate-limit")) candidates.recordBusy();
    if (reason === "rate-limit-day") await ledger.blockDay(cause.retryAt, cause.limit);
    if (reason === "rate-limit-minute") await ledger.blockMinute(cause.retryAt, cause.limit);
    if (reason === "offline") await ledger.release();
    log.info(`Attempt ${flight.number} (${model}): ${reason}, status ${cause.status ?? "none"}.`);
    yield fail(flight, reason, cause.message, model);

    const verdict = failurePolicy[reason];
    const times = failures.filter((each) => each.reason === reason).length;
    if (verdict.next === "stop" || times >= (verdict.maxPerCompletion ?? Infinity)) throw cause;
    if (visible && !options.restartAfterOutput)
      throw finalError(cause, failures, `The answer broke off. ${cause.message}`);
    if (verdict.next === "failover") return;
    again = flight.plan;
    if (verdict.next === "retry") {
      attempts--;
      await sleepUntil(now() + blinkMs, now, signal);
    }
  }

  function fail(
    flight: RunningAttempt,
    reason: AttemptFailure["reason"],
    message: string,
    model = headOf(flight),
  ): RouterEvent {
    const failure = { attempt: flight.number, model, reason, message };
    failures.push(failure);
    options.onDidChange();
    return { type: "attempt-fail", ...failure };
  }
}

function startOf({ number: number, plan }: RunningAttempt): RouterEvent {
  const [model = "", ...fallbacks] = plan.chain;
  return { type: "attempt-start", attempt: number, model, fallbacks };
}

function headOf({ plan }: RunningAttempt): string {
  return plan.chain[0] ?? "";
}

function roomy(request: CompletionRequest, extraTokens: number): CompletionRequest {
  return request.max_tokens === undefined || extraTokens === 0
    ? request
    : { ...request, max_tokens: request.max_tokens + extraTokens };
}
