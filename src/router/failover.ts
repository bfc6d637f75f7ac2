import type { Answer, AttemptEvent } from "./answer";
import { attempt } from "./attempt";
import { blame, passedOver, type Blame } from "./blame";
import type { Candidates, Turn } from "./candidates";
import type { Model, ModelId } from "./catalogue";
import type { Cooldowns } from "./cooldown";
import { networkError, RouterError, type AttemptFailure, type FailureReason } from "./errors";
import type { Ledger } from "./ledger";
import type { Log } from "./log";
import { firstToSpeak, type Flight, type Winner } from "./race";
import type { RefusalMemory } from "./refusals";
import type { CompletionRequest } from "./request";
import type { RouterEvent } from "./router";
import type { RouterSettings } from "./settings";
import { sleepUntil } from "./sleep";
import type { Validator } from "./structured";
import type { Tracker } from "./tracker";
import { verdicts } from "./verdicts";

/** Everything one completion works with. */
export interface FailoverOptions {
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
  cooldowns: Cooldowns;
  refusals: RefusalMemory;
  ledger: Ledger;
  tracker: Tracker;
  /** A model of the catalogue is gone: look whether there is a newer one. */
  refreshCatalogue: () => void;
  onDidChange: () => void;
}

/** What a model's thoughts may take beyond the answer's limit, once it was seen to run out of tokens while thinking. */
const roomForThoughts = 4_000;
/** A refused connection is tried once more, after a blink. */
const blinkMs = 250;

/**
 * The loop over attempts: asks candidates until one gives a whole answer, and learns from each that did not. Ends with
 * `completion-end`, or throws one `RouterError` with the attempts in it.
 */
export async function* failover(options: FailoverOptions): AsyncGenerator<RouterEvent, void> {
  const { candidates, settings, ledger, now, signal, log } = options;
  const failures: AttemptFailure[] = [];
  const flying = new Set<Flight>();
  let attempts = 0;
  let extraTokens = 0;
  let visible = false;
  let again: Extract<Turn, { chain: unknown }> | undefined;

  try {
    while (attempts < settings.maxAttempts) {
      const turn: Turn | undefined = again ?? candidates.next();
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
      const race = firstToSpeak(flight, () => rivalOf(turn), settings.hedgeAfterMs);
      let step = await race.next();
      while (!step.done) {
        yield* failed(step.value.flight, turn, step.value.error, undefined);
        step = await race.next();
      }
      const winner = step.value;
      if (!winner) continue;
      if (winner.flight !== flight) {
        if (flying.delete(flight))
          yield fail(flight, { model: headOf(flight), reason: "outrun" }, "Another model was faster.");
        yield startOf(winner.flight);
      }
      const served = { model: undefined as ModelId | undefined };
      try {
        yield* speak(winner, served);
        return;
      } catch (error) {
        yield* failed(winner.flight, turn, error, served.model);
      }
    }
    throw exhausted();
  } catch (error) {
    throw signal?.aborted ? new RouterError("aborted", "Stopped.", { attempts: failures }) : networkError(error);
  } finally {
    for (const flight of flying) flight.stop();
  }

  function launch({ chain, request }: Extract<Turn, { chain: unknown }>): Flight {
    const controller = new AbortController();
    const events = attempt({
      ...options,
      request: roomy(request, extraTokens),
      chain,
      signals: signal ? [signal, controller.signal] : [controller.signal],
    });
    const flight: Flight = { attempt: ++attempts, chain, events, stop: () => controller.abort() };
    flying.add(flight);
    log.debug(`Attempt ${attempts}: ${chain.join(", ")}.`);
    return flight;
  }

  /** A second attempt while the first is silent: other models, and only if it may go at once. */
  async function rivalOf({ chain }: Extract<Turn, { chain: unknown }>): Promise<Flight | undefined> {
    for (const model of chain) candidates.spend(model);
    const turn = attempts < settings.maxAttempts ? candidates.next() : undefined;
    if (!turn || "waitUntil" in turn || (await ledger.enter(settings.requestsPerMinute))) return undefined;
    return launch(turn);
  }

  async function* speak(
    { flight, early, first }: Winner,
    served: { model: ModelId | undefined },
  ): AsyncGenerator<RouterEvent, void> {
    for (const event of early) yield* hear(event, served);
    let step = first;
    for (; !step.done; step = await flight.events.next()) yield* hear(step.value, served);
    yield* finish(flight, step.value);
  }

  function* hear(event: AttemptEvent, served: { model: ModelId | undefined }): Generator<RouterEvent, void> {
    if (event.type === "model") served.model = event.model;
    // A structured answer is held back until it is known to be one.
    if (event.type === "text-delta" && options.validate) return;
    if (event.type === "text-delta") visible = true;
    yield event;
  }

  function* finish(flight: Flight, answer: Answer): Generator<RouterEvent, void> {
    if (options.validate && answer.toolCalls.length === 0)
      yield { type: "text-delta", text: options.validate(answer.text) };
    for (const call of answer.toolCalls) yield { type: "tool-call", ...call };
    flying.delete(flight);
    const { model, usage } = answer;
    const skipped = passedOver(answer.chain, flight.chain, model);
    for (const each of skipped) learn(each);
    void options.cooldowns.end(model);
    void options.tracker.add(model, {
      ok: true,
      timeToFirstTextMs: answer.timeToFirstTextMs,
      tokensPerSecond: speedOf(answer),
    });
    options.onDidChange();
    if (usage?.cost) {
      yield {
        type: "notice",
        notice: "charged",
        model,
        message: `The service reports a cost of ${usage.cost} USD for this answer.`,
      };
    }
    yield {
      type: "completion-end",
      model,
      ...(answer.provider ? { provider: answer.provider } : {}),
      finishReason: answer.finishReason,
      ...(usage ? { usage } : {}),
      attempts,
      passedOver: skipped.map((each) => each.model),
      ...(answer.timeToFirstTextMs === undefined ? {} : { timeToFirstTextMs: answer.timeToFirstTextMs }),
      durationMs: answer.durationMs,
      ...(answer.generationId ? { generationId: answer.generationId } : {}),
      ...(answer.reasoningDetails.length > 0 ? { reasoningDetails: answer.reasoningDetails } : {}),
    };
  }

  /** Draws the consequences of a failed attempt; throws where they end the completion. */
  async function* failed(
    flight: Flight,
    turn: Extract<Turn, { chain: unknown }>,
    cause: unknown,
    served: ModelId | undefined,
  ): AsyncGenerator<RouterEvent, void> {
    flight.stop();
    flying.delete(flight);
    const error = networkError(cause);
    if (error.reason === "aborted") throw error;
    const blamed = blame(error, flight.chain, served);
    const last = blamed.at(-1) ?? { model: headOf(flight), reason: error.reason };
    for (const each of blamed) {
      candidates.spend(each.model);
      learn(each);
    }
    if (error.capability) options.refusals.addCapability(last.model, error.capability);
    if (error.reason === "context-too-long" || error.reason === "too-large") candidates.requireLargerThan(last.model);
    if (error.reason === "out-of-tokens") extraTokens = roomForThoughts;
    if (error.reason.startsWith("rate-limit")) candidates.foundBusy();
    log.info(`Attempt ${flight.attempt} (${last.model}): ${error.reason}${error.detail ? `, ${error.detail}` : ""}`);
    yield fail(flight, last, error.message);

    const verdict = verdicts[error.reason];
    const times = failures.filter(({ reason }) => reason === error.reason).length;
    if (error.reason === "rate-limit-day") await ledger.latch(error.retryAt ?? now());
    if (error.reason === "rate-limit-minute") await ledger.blockMinute(error.retryAt);
    if (error.reason === "offline") await ledger.giveBack();
    if (verdict.next === "stop" || times >= (verdict.most ?? Infinity)) throw told(error, error.message);
    if (visible && !options.restartAfterOutput) throw told(error, `The answer broke off. ${error.message}`);
    if (verdict.next === "retry") {
      attempts--;
      await sleepUntil(now() + blinkMs, now, signal);
    }
    if (verdict.next !== "failover") again = turn;
  }

  function learn({ model, reason, retryAt }: Blame): void {
    const { restSeconds, out } = verdicts[reason];
    if (restSeconds !== undefined) void options.cooldowns.add(model, restSeconds, retryAt);
    if (out) options.refusals.addModel(model, out);
    if (out === "gone") options.refreshCatalogue();
    if (restSeconds !== undefined || out) void options.tracker.add(model, { ok: false, reason });
  }

  function fail({ attempt: number }: Flight, { model, reason }: Blame, message: string): RouterEvent {
    const failure = { attempt: number, model, reason, message };
    failures.push(failure);
    options.onDidChange();
    return { type: "attempt-fail", ...failure };
  }

  /** Everybody who could be asked was, or as many as are allowed. */
  function exhausted(): RouterError {
    const last = failures.at(-1);
    if (!last) return new RouterError("no-candidate", "No free model can take this request right now.");
    const message =
      failures.length === 1
        ? last.message
        : `${failures.length} free models were tried in vain: ${summary(failures)}. ${last.message}`;
    return new RouterError(last.reason, message, { model: last.model, attempts: failures });
  }

  function told(error: RouterError, message: string): RouterError {
    const { status, retryAt, detail, link, capability, cause } = error;
    return new RouterError(error.reason, message, {
      status,
      retryAt,
      detail,
      link,
      capability,
      cause,
      model: failures.at(-1)?.model,
      attempts: failures,
    });
  }
}

function startOf({ attempt: number, chain }: Flight): RouterEvent {
  const [model = "", ...fallbacks] = chain;
  return { type: "attempt-start", attempt: number, model, fallbacks };
}

function headOf({ chain }: Flight): ModelId {
  return chain[0] ?? "";
}

/** "2 busy, 1 silent". */
function summary(failures: readonly AttemptFailure[]): string {
  const counts = new Map<string, number>();
  const words = failures.map(({ reason }: { reason: FailureReason }) => verdicts[reason].word);
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
}

function roomy(request: CompletionRequest, extraTokens: number): CompletionRequest {
  return request.max_tokens === undefined || extraTokens === 0
    ? request
    : { ...request, max_tokens: request.max_tokens + extraTokens };
}

/** Tokens a second after the first text; `undefined` for answers too short to tell. */
function speedOf({ usage, durationMs, timeToFirstTextMs = 0 }: Answer): number | undefined {
  const seconds = (durationMs - timeToFirstTextMs) / 1_000;
  const tokens = (usage?.completionTokens ?? 0) - (usage?.reasoningTokens ?? 0);
  return tokens >= 20 && seconds > 0.05 ? tokens / seconds : undefined;
}
