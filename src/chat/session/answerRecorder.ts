import { t } from "@vscode/l10n";
import type { Failure } from "../../failureMessages";
import type { AttemptFailure, Completion } from "../../router/index";
import type { AnswerWait } from "../conversation/answerStatus";
import type { AnswerChanges, ConversationEvent } from "../conversation/conversationEvent";
import type { ToolEvent } from "../conversation/toolEvent";
import type { LookEvent } from "./projectRounds";
import { WrittenRounds } from "./writtenRounds";

/** The turn whose answer is recorded. */
export interface RecordedTurn {
  turn: string;
  /** The text of the incomplete answer that this one continues. */
  prefix?: string;
  /** Called with each event, in order. */
  record: (event: ConversationEvent) => void;
}

export interface RecorderDependencies {
  /** Epoch milliseconds. */
  now: () => number;
  newId: () => string;
  /** Of the process that writes the answer, by which other windows see whether it still does. */
  pid: number;
}

/** Records the events of one answer, and the state that they need in between. */
export class AnswerRecorder {
  readonly #task: RecordedTurn;
  readonly #dependencies: RecorderDependencies;
  /** When the question was sent; the time of an answer includes waits and broken answers before it. */
  readonly #sentAt: number;
  #answer = "";
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
  /** How much text there is since the last round of calls, in UTF-16 units. */
  #length = 0;
  /** The longest answer that was interrupted after some text. */
  #interrupted: { readonly id: string; readonly length: number } | undefined;
  readonly #written = new WrittenRounds();

  constructor(task: RecordedTurn, dependencies: RecorderDependencies) {
    this.#task = task;
    this.#dependencies = dependencies;
    this.#sentAt = dependencies.now();
    this.#start(this.#sentAt);
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
      this.#keepLongest();
      this.#start(this.#dependencies.now());
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
      this.#length = 0;
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
    this.#length += text.length;
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
      durationMs: this.#dependencies.now() - this.#sentAt,
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
      durationMs: this.#dependencies.now() - this.#sentAt,
      ...(error && { error }),
    });
  }

  #keepLongest(): void {
    if (this.#length > (this.#interrupted?.length ?? 0)) this.#interrupted = { id: this.#answer, length: this.#length };
  }

  /** Shows the longest of the answers that broke off, if no later model wrote more. */
  showLongest(): void {
    if (this.#interrupted === undefined || this.#length >= this.#interrupted.length) return;
    this.#task.record({ type: "show", after: this.#task.turn, id: this.#interrupted.id });
  }

  /** Shows a broken answer again if no later model returned any text, because the user was reading it. */
  showInterrupted(): void {
    if (!this.#hasText) this.showLongest();
  }

  #start(at: number): void {
    const { turn, prefix } = this.#task;
    this.#answer = this.#dependencies.newId();
    this.#hasText = false;
    this.#length = 0;
    const { pid } = this.#dependencies;
    this.#task.record({ type: "answer-start", turn, answer: this.#answer, at, pid });
    if (prefix !== undefined) this.#task.record({ type: "answer-delta", answer: this.#answer, text: prefix });
    for (const event of this.#written.events(this.#answer)) this.#task.record(event);
  }
}
