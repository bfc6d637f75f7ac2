import { toFailure, noticeMessage, type Failure } from "../../failureMessages";
import type { AttemptFailure, Completion, CompletionRequest, Router } from "../../router/index";
import type { AnswerChanges, ConversationEvent } from "../conversation/conversationEvent";

/** Why an answer's signal fires when it was not the user who stopped it: the window closes. */
export const closing = Symbol("closing");

export interface AnswerTask {
  turn: string;
  /** Built when the answer is on the screen already: reading pictures takes its time. */
  request: () => Promise<SentRequest>;
  signal: AbortSignal;
  /** What an answer that broke off already says; the new one goes on from there. */
  prefix?: string;
  /** Takes what happens, in order. */
  record: (event: ConversationEvent) => void;
}

export interface SentRequest {
  request: CompletionRequest;
  /** The first turn that is in it, where those before it did not fit. */
  from?: string;
}

export interface AnswerDependencies {
  router: Router;
  now: () => number;
  newId: () => string;
  pid: number;
}

/**
 * Asks the router for one turn's answer and records all that it tells. When a model breaks off after it wrote something, what
 * it wrote stays as an interrupted variant and the next model starts a new one. Never throws: failures are recorded too.
 */
export async function answerTurn(task: AnswerTask, dependencies: AnswerDependencies): Promise<void> {
  const writer = new AnswerWriter(task, dependencies);
  try {
    const { request, from } = await task.request();
    if (from !== undefined) writer.sentFrom(from);
    for await (const event of dependencies.router.complete(request, {
      signal: task.signal,
      restartAfterOutput: true,
    })) {
      switch (event.type) {
        case "wait":
          writer.change({ wait: { until: event.until, reason: event.reason } });
          break;
        case "notice":
          writer.notice(noticeMessage(event));
          break;
        case "attempt-start":
          writer.restart(event.model);
          break;
        case "model":
          writer.change({ model: event.model, provider: event.provider ?? null });
          break;
        case "reasoning-delta":
          writer.reason(event.text);
          break;
        case "text-delta":
          writer.write(event.text);
          break;
        case "tool-call":
          break; // The chat offers no tools.
        case "attempt-fail":
          writer.fail({ attempt: event.attempt, model: event.model, reason: event.reason, message: event.message });
          break;
        case "completion-end":
          writer.complete(event);
          break;
      }
    }
  } catch (error) {
    if (task.signal.aborted) writer.end(task.signal.reason === closing ? "interrupted" : "stopped");
    else writer.end(writer.hasText ? "interrupted" : "failed", toFailure(error));
    writer.showWords();
  }
}

/** Keeps the little that must be remembered between two events of one answer. */
class AnswerWriter {
  readonly #task: AnswerTask;
  readonly #dependencies: AnswerDependencies;
  #answer = "";
  #startedAt = 0;
  #text = false;
  #reasoningSince: number | undefined;
  #failures: AttemptFailure[] = [];
  #notices: string[] = [];
  #from: { sentFrom?: string } = {};
  /** The last answer that broke off after some words. */
  #broken: string | undefined;

  constructor(task: AnswerTask, dependencies: AnswerDependencies) {
    this.#task = task;
    this.#dependencies = dependencies;
    this.#start();
  }

  get hasText(): boolean {
    return this.#text;
  }

  change(changes: AnswerChanges): void {
    this.#task.record({ type: "answer-change", answer: this.#answer, changes });
  }

  sentFrom(turn: string): void {
    this.#from = { sentFrom: turn };
    this.change(this.#from);
  }

  notice(message: string): void {
    this.#notices = [...this.#notices, message];
    this.change({ notices: this.#notices });
  }

  fail(failure: AttemptFailure): void {
    this.#failures = [...this.#failures, failure];
    this.change({ failures: this.#failures });
  }

  restart(model: string): void {
    if (this.#text) {
      const last = this.#failures.at(-1);
      this.end("interrupted", { reason: "interrupted", model: last?.model ?? model });
      this.#broken = this.#answer;
      this.#start();
      this.change({ failures: this.#failures, notices: this.#notices, ...this.#from });
    }
    const voided = this.#reasoningSince !== undefined;
    this.#reasoningSince = undefined;
    this.change({ status: "waiting", model, provider: null, wait: null, ...(voided && { reasoning: "" }) });
  }

  reason(text: string): void {
    this.#reasoningSince ??= this.#dependencies.now();
    this.#task.record({ type: "answer-delta", answer: this.#answer, reasoning: text });
  }

  write(text: string): void {
    if (!this.#text) {
      this.#text = true;
      const since = this.#reasoningSince;
      this.change({
        status: "streaming",
        ...(since !== undefined && { reasoningMs: this.#dependencies.now() - since }),
      });
    }
    this.#task.record({ type: "answer-delta", answer: this.#answer, text });
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

  end(status: "stopped" | "interrupted" | "failed", error?: Failure): void {
    this.change({
      status,
      wait: null,
      durationMs: this.#dependencies.now() - this.#startedAt,
      ...(error && { error }),
    });
  }

  /** Somebody was reading what broke off: where no other model went on to say anything, it is what is shown. */
  showWords(): void {
    if (this.#text || this.#broken === undefined) return;
    this.#task.record({ type: "show", after: this.#task.turn, id: this.#broken });
  }

  #start(): void {
    const { turn, prefix } = this.#task;
    this.#answer = this.#dependencies.newId();
    this.#startedAt = this.#dependencies.now();
    this.#text = false;
    const { pid } = this.#dependencies;
    this.#task.record({ type: "answer-start", turn, answer: this.#answer, at: this.#startedAt, pid });
    if (prefix !== undefined) this.#task.record({ type: "answer-delta", answer: this.#answer, text: prefix });
  }
}
