import type { Log, ModelId } from "../../router/index";
import { shownBranch } from "../conversation/branch";
import { findAnswer, isRunning } from "../conversation/conversation";
import type { OpenConversation } from "../storage/openConversation";
import { answerTurn, type AnswerDependencies } from "./answerTurn";
import type { AskOptions, ConversationRequests } from "./conversationRequests";
import type { LookCloser } from "./lookCloser";
import type { Look } from "./projectRounds";
import { RunningAnswers, type RunningAnswer } from "./runningAnswers";
import type { SentRequest } from "./sentRequest";

/** Changes the queue once the last answer no longer counts as running. */
export type ChangeQueue = () => Promise<void>;

export interface ConversationAnswersDependencies extends AnswerDependencies {
  readonly lookCloser: LookCloser;
  readonly log: Log;
}

/** An answer to start. */
interface AnswerStart {
  /** Called after the answer has started. `undefined` if the user sends nothing. */
  readonly request: (signal: AbortSignal) => Promise<SentRequest | undefined>;
  /** The text of the incomplete answer that it continues. */
  readonly prefix?: string | undefined;
  /** The answer beside others whose place it takes. */
  readonly column?: string | undefined;
  /** The model that the user chose for it, beside those of others. */
  readonly chosen?: ModelId;
  /** How many rounds of calls its models may use to look into the project. */
  readonly rounds?: number | undefined;
}

/** Starts and stops the answers of one conversation: one at a time, or those of several models to the same question. */
export class ConversationAnswers {
  readonly #conversation: OpenConversation;
  readonly #requests: ConversationRequests;
  readonly #dependencies: ConversationAnswersDependencies;
  readonly #askNext: () => Promise<ChangeQueue | undefined>;
  readonly #running = new RunningAnswers();
  /** Resolves when the answers that were started last have ended, and those before. */
  #ended: Promise<unknown> = Promise.resolve();
  /** For each turn that several models answer, by column: the models of the other columns. In memory only. */
  readonly #othersModels = new Map<string, readonly (readonly ModelId[])[]>();

  /** `askNext`: called when an answer has ended and none is running; may start the next one. Resolves to a change of the queue. */
  constructor(
    conversation: OpenConversation,
    requests: ConversationRequests,
    dependencies: ConversationAnswersDependencies,
    askNext: () => Promise<ChangeQueue | undefined>,
  ) {
    this.#conversation = conversation;
    this.#requests = requests;
    this.#dependencies = dependencies;
    this.#askNext = askNext;
  }

  get isRunning(): boolean {
    return this.#running.size > 0;
  }

  /** Resolves when the answers that are running now have ended. */
  async ended(): Promise<void> {
    await this.#ended;
  }

  /** Resolves when no answer is running. */
  async idle(): Promise<void> {
    let ended: Promise<unknown>;
    do await (ended = this.#ended);
    while (ended !== this.#ended || this.isRunning);
  }

  /** Whether an answer can be started now. Beside others that are running, one that has ended can: `column` is its id. */
  canStart(column: string | undefined): boolean {
    if (!this.isRunning) return true;
    const found = findAnswer(this.#conversation.state, column ?? "");
    return found?.turn.columns?.includes(found.answer.id) === true && !isRunning(found.answer);
  }

  /** Starts the answer to a turn, in the place of `column` if that is one of several side by side. */
  start(turn: string, options: AskOptions = {}, column?: string): void {
    const columns = this.#columns(turn);
    const index = columns.indexOf(column ?? "");
    // Otherwise the new answer would not be seen.
    if (columns.length > 0 && index < 0) this.#changeColumns(turn, []);
    const othersModels = this.#othersModels.get(turn)?.[index];
    const request = (signal: AbortSignal) =>
      this.#requests.forTurn(turn, { ...options, ...(othersModels && { othersModels }) }, signal);
    this.#run(turn, [{ request, prefix: options.prefix, column, rounds: options.rounds }]);
  }

  /** Starts the answers of several models to a turn, side by side. */
  startSeveral(turn: string, models: readonly ModelId[]): void {
    const requests = this.#requests.forModels(turn, models);
    void requests.then(
      (sent) =>
        this.#othersModels.set(
          turn,
          sent.map((each) => each?.request.exclude ?? []),
        ),
      () => undefined, // Each answer reports it.
    );
    // A stopped column does not wait for a slow catalogue.
    const started = models.map((chosen, index) => ({
      chosen,
      request: (signal: AbortSignal) => Promise.race([requests.then((sent) => sent[index]), whenAborted(signal)]),
    }));
    this.#changeColumns(turn, this.#run(turn, started));
  }

  /** Shows one of several answers of a turn from now on. */
  closeColumns(turn: string, answer: string): void {
    this.#changeColumns(turn, []);
    this.#conversation.record({ type: "show", after: turn, id: answer });
    this.#othersModels.delete(turn);
  }

  /** Stops the running answer with this id, or else all. They keep their text. */
  stop(id?: string): void {
    this.#running.stop(id);
    if (this.isRunning) return;
    // Ends answers that another process seems to be writing, because an ended process had the same id.
    const shown = shownBranch(this.#conversation.state).flatMap(({ answer, columns }) =>
      [answer ?? [], columns].flat(),
    );
    for (const answer of shown.filter((each) => isRunning(each) && (id === undefined || each.id === id))) {
      this.#conversation.record({
        type: "answer-change",
        answer: answer.id,
        changes: { status: "stopped", wait: null },
      });
    }
  }

  /** Interrupts all answers, because the window closes or another one deleted the conversation. */
  interrupt(): void {
    this.#running.interrupt();
  }

  /** Asks another model at once, if the model of this running answer is still silent. */
  askAnother(id: string): void {
    this.#running.askAnother(id);
  }

  /** Lets the running answers look no further into the project. */
  answerNow(): void {
    this.#running.answerNow();
  }

  /** Starts answers to a turn. Returns their ids. */
  #run(turn: string, starts: readonly AnswerStart[]): string[] {
    const previous = this.#ended;
    const alive = this.#conversation.keepAlive();
    const answers = starts.map((start) => this.#write(turn, start));
    const ended = answers.map(async ({ running, written }) => {
      await written;
      await this.#conversation.flush();
      // A fast answer must not start the next question while the previous one is still being removed from the queue.
      await previous;
      await this.#end(running);
    });
    this.#ended = Promise.all(ended).then(() => alive.dispose());
    return answers.map(({ running }) => running.id);
  }

  #write(
    turn: string,
    { request, prefix, column = "", chosen, rounds }: AnswerStart,
  ): { running: RunningAnswer; written: Promise<void> } {
    const running = this.#running.start(column);
    const look = this.#look(rounds, running);
    const begunBy = prefix === undefined ? undefined : findAnswer(this.#conversation.state, column)?.answer.model;
    const written = answerTurn(
      {
        turn,
        request: () => request(running.signal),
        signal: running.signal,
        onAskAnother: running.onAskAnother,
        ...(prefix !== undefined && { prefix }),
        ...(chosen !== undefined && { chosen }),
        ...(begunBy != null && { begunBy }),
        ...(look && { look }),
        record: (event) => {
          // The user may have kept another answer since.
          if (event.type === "show" && !this.#isShown(turn, running.id)) return;
          this.#conversation.record(event);
          if (event.type === "answer-start") this.#replace(turn, running, event.answer);
          if (event.type === "show") this.#replace(turn, running, event.id);
        },
      },
      this.#dependencies,
    );
    return {
      running,
      written: written.catch((error: unknown) =>
        this.#dependencies.log.error(`Could not ask for an answer: ${String(error)}`),
      ),
    };
  }

  /** `undefined` if the answer does not look into the project, or no longer may: the setting can have changed since its question. */
  #look(rounds = 0, { answerNow }: RunningAnswer): Look | undefined {
    const { lookCloser } = this.#dependencies;
    const limit = Math.min(rounds, lookCloser.rounds());
    return limit > 0 ? { limit, tools: lookCloser.tools, answerNow } : undefined;
  }

  /** Another answer is in the place of the running one, in its column too. */
  #replace(turn: string, running: RunningAnswer, id: string): void {
    const columns = this.#columns(turn);
    const index = columns.indexOf(running.id);
    running.id = id;
    if (index >= 0) this.#changeColumns(turn, columns.with(index, id));
  }

  #isShown(turn: string, id: string): boolean {
    return this.#conversation.state.shown[turn] === id || this.#columns(turn).includes(id);
  }

  /** The last answer counts as running until the next one starts, so that a question submitted in between is queued. */
  async #end(running: RunningAnswer): Promise<void> {
    const changeQueue = this.#running.size === 1 ? await this.#askNext() : undefined;
    this.#running.end(running);
    await changeQueue?.();
  }

  #columns(turn: string): readonly string[] {
    return this.#conversation.state.turns.find(({ id }) => id === turn)?.columns ?? [];
  }

  #changeColumns(turn: string, answers: readonly string[]): void {
    this.#conversation.record({ type: "columns-change", turn, answers });
  }
}

/** Resolves to `undefined` when the signal aborts. */
function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
