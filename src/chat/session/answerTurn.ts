import { setTimeout as sleep } from "node:timers/promises";
import { t } from "@vscode/l10n";
import { toFailure, noticeMessage, type Failure } from "../../failureMessages";
import type { CheckedRequest, CheckedRouter } from "../../context/secretsCheck";
import { isBlameless, isRouterError, type AttemptFailure, type Completion } from "../../router/index";
import type { AnswerWait } from "../conversation/answerStatus";
import type { AnswerChanges, ConversationEvent } from "../conversation/conversationEvent";
import type { ToolEvent } from "../conversation/toolEvent";
import { ProjectRounds, type Look, type LookEvent, type RoundsEvent } from "./projectRounds";
import type { SentRequest } from "./sentRequest";
import { WrittenRounds } from "./writtenRounds";

/** Abort reason of answers that the user did not stop: the window closes, or another one deleted the conversation. */
export const closing = Symbol("closing");

export interface AnswerTask {
  turn: string;
  /** Called after the answer has started, because reading images takes time. `undefined` if the user sends nothing. */
  request: () => Promise<SentRequest | undefined>;
  signal: AbortSignal;
  /** Subscribes to the user's wish to ask another model at once. */
  onAskAnother: (listener: () => void) => { dispose(): void };
  /** The text of the interrupted answer that this one continues. */
  prefix?: string;
  /** Only if models may look into the project. */
  look?: Look;
  /** Called with each event, in order. */
  record: (event: ConversationEvent) => void;
}

export interface AnswerDependencies {
  router: CheckedRouter;
  now: () => number;
  newId: () => string;
  pid: number;
}

/** A longer wait for models that are all busy is the user's decision. */
const maxBusyWaitMs = 3 * 60_000;
/** How often an answer waits for models that are all busy: each further try can use up a few requests. */
const maxBusyWaits = 2;

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
    const { request, sentFrom, heldBack } = sent;
    if (sentFrom !== undefined) recorder.setSentFrom(sentFrom);
    if (heldBack.length > 0) recorder.addNotice(t("Held back because of possible secrets: {0}", heldBack.join(", ")));
    const rounds = task.look && (await openRounds(sent, task.look, task, dependencies));
    for (let waits = 0; ; waits++) {
      try {
        await recordCompletion(rounds ? rounds.events() : withoutTools(request, task, dependencies), recorder);
        return;
      } catch (error) {
        const until =
          waits < maxBusyWaits && !recorder.hasShownText ? await busyUntil(error, request, dependencies) : undefined;
        if (until === undefined || task.signal.aborted) throw error;
        recorder.startWait({ until, reason: "resting" });
        await sleep(until - dependencies.now(), undefined, { signal: task.signal });
      }
    }
  } catch (error) {
    if (task.signal.aborted) recorder.end(task.signal.reason === closing ? "interrupted" : "stopped");
    else recorder.end(recorder.hasText ? "interrupted" : "failed", toFailure(error));
    recorder.showInterrupted();
  }
}

/** When to ask again, if the completion failed because every model that fits is busy; epoch milliseconds. */
async function busyUntil(
  error: unknown,
  request: CheckedRequest,
  { router, now }: AnswerDependencies,
): Promise<number | undefined> {
  if (!isRouterError(error) || error.retryAt === undefined || error.retryAt - now() > maxBusyWaitMs) return undefined;
  if (error.reason === "all-resting" || error.reason === "rate-limit-minute") return error.retryAt;
  if (isBlameless(error.reason)) return undefined;
  const explanation = await router.explain(request).catch(() => undefined);
  return explanation?.pool.length === 0 ? error.retryAt : undefined;
}

/** An answer does without tools that cannot be loaded. */
async function openRounds(
  sent: SentRequest,
  { limit, tools, onAnswerNow }: Look,
  { signal, onAskAnother }: AnswerTask,
  dependencies: AnswerDependencies,
): Promise<ProjectRounds | undefined> {
  const loaded = await tools().catch(() => undefined);
  return loaded && new ProjectRounds({ sent, tools: loaded, limit, signal, onAskAnother, onAnswerNow }, dependencies);
}

async function* withoutTools(
  request: CheckedRequest,
  { signal, onAskAnother }: AnswerTask,
  { router }: AnswerDependencies,
): AsyncGenerator<RoundsEvent> {
  for await (const event of router.complete(request, { signal, onAskAnother, restartAfterOutput: true }))
    if (event.type !== "tool-call") yield event;
}

/** Records the events of an answer. Throws what ends it. */
async function recordCompletion(events: AsyncIterable<RoundsEvent>, recorder: AnswerRecorder): Promise<void> {
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
        recorder.change({ wait: { until: event.until, reason: "slow" } });
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
        break;
    }
  }
}

/** Records the events of one answer, and the state that they need in between. */
class AnswerRecorder {
  readonly #task: AnswerTask;
  readonly #dependencies: AnswerDependencies;
  #answer = "";
  #startedAt = 0;
  #hasText = false;
  /** Whether the answer shows a wait. */
  #isWaiting = false;
  #reasoningSince: number | undefined;
  #reasonedMs = 0;
  /** Of that, in the rounds that are over. */
  #reasonedInRoundsMs = 0;
  #failures: AttemptFailure[] = [];
  #notices: string[] = [];
  #sentFrom: { sentFrom?: string } = {};
  /** Id of the last answer that was interrupted after some text. */
  #interrupted: string | undefined;
  readonly #written = new WrittenRounds();

  constructor(task: AnswerTask, dependencies: AnswerDependencies) {
    this.#task = task;
    this.#dependencies = dependencies;
    this.#start();
  }

  get hasText(): boolean {
    return this.#hasText || this.#written.hasText;
  }

  /** Whether the user has read text of this answer, or of an interrupted one before it. */
  get hasShownText(): boolean {
    return this.hasText || this.#interrupted !== undefined;
  }

  change(changes: AnswerChanges): void {
    this.#task.record({ type: "answer-change", answer: this.#answer, changes });
  }

  startWait(wait: AnswerWait): void {
    this.#isWaiting = true;
    this.change({ wait });
  }

  setSentFrom(turn: string): void {
    this.#sentFrom = { sentFrom: turn };
    this.change(this.#sentFrom);
  }

  addNotice(message: string): void {
    this.#notices = [...this.#notices, message];
    this.change({ notices: this.#notices });
  }

  addFailure(failure: AttemptFailure): void {
    this.#failures = [...this.#failures, failure];
    this.change({ failures: this.#failures });
  }

  startAttempt(model: string): void {
    if (this.#hasText) {
      const last = this.#failures.at(-1);
      this.end("interrupted", { reason: "interrupted", model: last?.model ?? model });
      this.#interrupted = this.#answer;
      this.#start();
      this.change({ failures: this.#failures, notices: this.#notices, ...this.#sentFrom });
    }
    this.#isWaiting = false;
    const hadReasoning = this.#reasoningSince !== undefined;
    this.#reasoningSince = undefined;
    this.#reasonedMs = this.#reasonedInRoundsMs;
    this.change({
      status: "waiting",
      model,
      provider: null,
      wait: null,
      ...(hadReasoning && { reasoning: this.#written.reasoning }),
    });
    this.#written.discardRound();
  }

  /** Records a change of the answer's requests and calls. What was written before a call stays, also if the next request starts over. */
  look(event: LookEvent): void {
    if (event.type === "tool-call") {
      this.#written.endRound();
      this.#hasText = false;
      this.#endReasoning();
      this.#reasonedInRoundsMs = this.#reasonedMs;
    }
    const recorded: ToolEvent = { ...event, answer: this.#answer };
    this.#written.add(recorded);
    this.#task.record(recorded);
  }

  addReasoning(text: string): void {
    this.#reasoningSince ??= this.#dependencies.now();
    if (this.#isWaiting) this.change({ wait: null });
    this.#isWaiting = false;
    this.#write({ reasoning: text });
  }

  addText(text: string): void {
    if (!this.#hasText) {
      this.#hasText = true;
      this.change({ status: "streaming" });
      this.#endReasoning();
    }
    this.#write({ text });
  }

  /** Records how long the models have reasoned, in all rounds together. */
  #endReasoning(): void {
    if (this.#reasoningSince === undefined) return;
    this.#reasonedMs += this.#dependencies.now() - this.#reasoningSince;
    this.#reasoningSince = undefined;
    this.change({ reasoningMs: this.#reasonedMs });
  }

  #write(delta: { text?: string; reasoning?: string }): void {
    const event = this.#written.delta(this.#answer, delta);
    this.#task.record(event);
  }

  complete({ model, provider, finishReason, usage, attempts, passedOver, timeToFirstTextMs }: Completion): void {
    this.change({
      status: "complete",
      model,
      provider: provider ?? null,
      finishReason,
      attempts,
      passedOver: passedOver.length,
      wait: null,
      durationMs: this.#dependencies.now() - this.#startedAt,
      ...(usage && { usage }),
      ...(timeToFirstTextMs !== undefined && { timeToFirstTextMs }),
    });
  }

  /** The user held back what was to be sent. */
  endUnsent(): void {
    this.addNotice(t("Nothing was sent."));
    this.end("stopped");
  }

  end(status: "stopped" | "interrupted" | "failed", error?: Failure): void {
    this.change({
      status,
      wait: null,
      durationMs: this.#dependencies.now() - this.#startedAt,
      ...(error && { error }),
    });
  }

  /** Shows the interrupted answer again if no later model returned any text, because the user was reading it. */
  showInterrupted(): void {
    if (this.#hasText || this.#interrupted === undefined) return;
    this.#task.record({ type: "show", after: this.#task.turn, id: this.#interrupted });
  }

  #start(): void {
    const { turn, prefix } = this.#task;
    this.#answer = this.#dependencies.newId();
    this.#startedAt = this.#dependencies.now();
    this.#hasText = false;
    const { pid } = this.#dependencies;
    this.#task.record({ type: "answer-start", turn, answer: this.#answer, at: this.#startedAt, pid });
    if (prefix !== undefined) this.#task.record({ type: "answer-delta", answer: this.#answer, text: prefix });
    for (const event of this.#written.events(this.#answer)) this.#task.record(event);
  }
}
