import { setTimeout as sleep } from "node:timers/promises";
import { t } from "@vscode/l10n";
import { toFailure, noticeMessage } from "../../failureMessages";
import type { CheckedRequest, CheckedRouter } from "../../context/secretsCheck";
import { isBlameless, isRouterError, type ModelId } from "../../router/index";
import type { AnswerWait } from "../conversation/answerStatus";
import { AnswerRecorder, type RecordedTurn, type RecorderDependencies } from "./answerRecorder";
import { ProjectRounds, type Look, type RoundsEvent } from "./projectRounds";
import type { SentRequest } from "./sentRequest";

/** Abort reason of answers that the user did not stop: the window closes, or another one deleted the conversation. */
export const closing = Symbol("closing");

export interface AnswerTask extends RecordedTurn {
  /** Called after the answer has started, because reading images takes time. `undefined` if the user sends nothing. */
  request: () => Promise<SentRequest | undefined>;
  signal: AbortSignal;
  /** Subscribes to the user's wish to ask another model at once. */
  onAskAnother: (listener: () => void) => { dispose(): void };
  /** The model that the user chose for this answer, beside those of others. */
  chosen?: ModelId;
  /** The model that wrote the text which this answer continues. */
  begunBy?: ModelId;
  /** Only if models may look into the project. */
  look?: Look;
}

export interface AnswerDependencies extends RecorderDependencies {
  router: CheckedRouter;
  /** The name of a model as everywhere. */
  modelName: (id: ModelId) => Promise<string>;
}

/** A longer wait for models that are all busy is the user's decision. */
const maxBusyWaitMs = 3 * 60_000;
/** How often an answer waits by itself: each further try can use up a few of the day's requests. */
const maxBusyWaits = 1;

/**
 * Requests the answer to a turn and records the router's events. If a model is interrupted after some text, that text stays as
 * an interrupted variant and the next model starts a new one. Waits for models that are all busy. Never throws; failures are recorded too.
 */
export async function answerTurn(task: AnswerTask, dependencies: AnswerDependencies): Promise<void> {
  const recorder = new AnswerRecorder(task, dependencies);
  try {
    const sent = await task.request();
    if (!sent) {
      recorder.endUnsent();
      return;
    }
    const { request, sentFrom, heldBack, replaced } = sent;
    if (sentFrom !== undefined) recorder.setSentFrom(sentFrom);
    if (heldBack.length > 0) recorder.addNotice(t("Held back because of possible secrets: {0}", heldBack.join(", ")));
    if (replaced === 1) recorder.addNotice(t("1 secret was sent as a placeholder."));
    if (replaced > 1) recorder.addNotice(t("{0} secrets were sent as placeholders.", replaced));
    const rounds = task.look && (await openRounds(sent, task.look, task, dependencies));
    for (let waits = 0; ; waits++) {
      try {
        const events = rounds ? rounds.events() : withoutTools(request, task, dependencies);
        const model = await recordCompletion(events, recorder);
        const sentence = model === undefined ? undefined : await twoModelsSentence(task, model, dependencies);
        if (sentence !== undefined) recorder.addNotice(sentence);
        return;
      } catch (error) {
        const wait =
          waits < maxBusyWaits && !recorder.hasShownText
            ? await waitAfter(error, rounds?.request ?? request, dependencies)
            : undefined;
        if (!wait || task.signal.aborted) throw error;
        recorder.startWait(wait);
        await sleep(wait.until - dependencies.now(), undefined, { signal: task.signal });
      }
    }
  } catch (error) {
    if (task.signal.aborted) {
      recorder.end(task.signal.reason === closing ? "interrupted" : "stopped");
      recorder.showInterrupted();
    } else {
      recorder.end(recorder.hasText ? "interrupted" : "failed", toFailure(error));
      recorder.showLongest();
    }
  }
}

/** Which model an answer is from as well, or was to be from. `undefined` if only one has to do with it. */
async function twoModelsSentence(
  { begunBy, chosen }: AnswerTask,
  model: ModelId,
  { modelName }: AnswerDependencies,
): Promise<string | undefined> {
  if (begunBy !== undefined && begunBy !== model)
    return t("{0} began this answer, and {1} completed it.", await modelName(begunBy), await modelName(model));
  if (chosen !== undefined && chosen !== model)
    return t("{0} could not answer, so {1} did.", await modelName(chosen), await modelName(model));
  return undefined;
}

/** The wait until the question is sent again, if every model that fits is busy, or the requests of the minute are used up. */
async function waitAfter(
  error: unknown,
  request: CheckedRequest,
  { router, now }: AnswerDependencies,
): Promise<AnswerWait | undefined> {
  if (!isRouterError(error) || error.retryAt === undefined || error.retryAt - now() > maxBusyWaitMs) return undefined;
  const { reason, retryAt: until } = error;
  if (reason === "rate-limit-minute") return { until, reason: "minute-limit" };
  const busy: AnswerWait = { until, reason: "resting" };
  if (reason === "all-resting") return busy;
  if (isBlameless(reason)) return undefined;
  const explanation = await router.explain(request).catch(() => undefined);
  return explanation?.pool.length === 0 ? busy : undefined;
}

/** An answer does without tools that cannot be loaded. */
async function openRounds(
  sent: SentRequest,
  { limit, tools, answerNow }: Look,
  { signal, onAskAnother }: AnswerTask,
  dependencies: AnswerDependencies,
): Promise<ProjectRounds | undefined> {
  const loaded = await tools().catch(() => undefined);
  return loaded && new ProjectRounds({ sent, tools: loaded, limit, signal, onAskAnother, answerNow }, dependencies);
}

async function* withoutTools(
  request: CheckedRequest,
  { signal, onAskAnother }: AnswerTask,
  { router }: AnswerDependencies,
): AsyncGenerator<RoundsEvent> {
  for await (const event of router.complete(request, { signal, onAskAnother, restartAfterOutput: true }))
    if (event.type !== "tool-call") yield event;
}

/** Records the events of an answer. Resolves to the model that completed it, if any. Throws what ends it. */
async function recordCompletion(
  events: AsyncIterable<RoundsEvent>,
  recorder: AnswerRecorder,
): Promise<ModelId | undefined> {
  let model: ModelId | undefined;
  for await (const event of events) {
    switch (event.type) {
      case "wait":
        recorder.startWait({ until: event.until, reason: event.reason });
        break;
      case "notice":
        recorder.addNotice(noticeMessage(event));
        break;
      case "attempt-start":
        recorder.startAttempt(event.model);
        break;
      case "attempt-slow":
        recorder.startWait({ until: event.until, reason: "slow" });
        break;
      case "rival-start":
        recorder.change({ model: event.model, wait: null });
        break;
      case "model":
        recorder.change({ model: event.model, provider: event.provider ?? null });
        break;
      case "reasoning-delta":
        recorder.addReasoning(event.text);
        break;
      case "text-delta":
        recorder.addText(event.text);
        break;
      case "look":
        recorder.look(event.event);
        break;
      case "note":
        recorder.addNotice(event.text);
        break;
      case "nothing-sent":
        recorder.endUnsent();
        break;
      case "attempt-fail":
        recorder.addFailure({
          attempt: event.attempt,
          model: event.model,
          reason: event.reason,
          message: event.message,
        });
        break;
      case "completion-end":
        recorder.complete(event);
        ({ model } = event);
        break;
    }
  }
  return model;
}
