/**
 * The path of a question:
 *   webview/composerDraft.ts: submit                posts the text
 *   chat/page/chatPage.ts: receive                  parses the message
 *   chat/page/pageMessages.ts: handlePageMessage    saves the text in the draft
 *   chat/page/submitQuestion.ts: submit             starts sign-in if there is no key
 *   context/windowSecretsCheck.ts: review           asks about possible secrets in all that would be sent
 *   chat/session/session.ts: submit                 adds a turn, or queues the question while an answer is running
 *   chat/session/conversationAnswers.ts: #run       makes the answer stoppable
 *   chat/session/answerTurn.ts: answerTurn          adds the empty answer, so that the page shows it at once
 *   chat/session/conversationRequests.ts: forTurn   builds the request, trimmed to fit
 *   context/windowSecretsCheck.ts: seal             checks it again and replaces secrets with placeholders
 *   router/router.ts: complete                      sends it and yields events
 *   chat/session/projectRounds.ts: events           if the user wants it: asks again with what the model has looked up, in rounds
 *
 * The path of its answer:
 *   chat/session/answerTurn.ts: answerTurn          turns router events into conversation events
 *   chat/storage/openConversation.ts: record        applies each event in memory
 *   chat/storage/openConversation.ts: flush         publishes the words of one frame, and saves its events
 *   chat/storage/conversationWriter.ts: write       keeps and retries what could not be saved
 *   chat/storage/conversationFile.ts: append        detects a deleted conversation
 *   chat/storage/jsonLines.ts: append               writes the lines
 *   chat/page/chatPage.ts: #onChange                receives the published events
 *   chat/page/pageUpdate.ts: messages               turns them into messages
 *   webview/pageState.ts: receive                   applies the messages
 */
import type { Attachment } from "../../context/attachment";
import { attachmentSources } from "../../context/outgoingAttachment";
import { keptAttachments } from "./requestParts";
import { Composer } from "./composer";
import { ConversationRequests, type AskOptions, type RequestDependencies } from "./conversationRequests";
import { findAnswer, type Answer, type Turn } from "../conversation/conversation";
import {
  isEmptyQuestion,
  removeQueued,
  removeSubmitted,
  type Draft,
  type DraftedQuestion,
  type QueuedQuestion,
} from "../conversation/draft";
import { maxUsedCode } from "../storage/conversationSchema";
import type { OpenConversation } from "../storage/openConversation";
import { branchTo, goesOnFrom, shownBranch } from "../conversation/branch";
import type { Feedback, Log, ModelId } from "../../router/index";
import type { AnswerDependencies } from "./answerTurn";
import { heldBackSubmission, type Submission } from "./submission";
import { ConversationAnswers, type ChangeQueue } from "./conversationAnswers";

export interface SessionDependencies extends AnswerDependencies, RequestDependencies {
  log: Log;
}

/** One open conversation and what can be done with it: ask, stop, regenerate, edit, delete. */
export class Session {
  readonly conversation: OpenConversation;
  readonly requests: ConversationRequests;
  readonly composer: Composer;
  /** Bytes of its file that could not be read. */
  readonly damagedBytes: number;
  readonly #dependencies: SessionDependencies;
  readonly #answers: ConversationAnswers;
  /** One submission after another, because each may wait for the user's decision about possible secrets. */
  #submitting: Promise<unknown> = Promise.resolve();
  #closed = false;
  /** Of several answers in tabs, the one that is shown. */
  #read: string | undefined;

  constructor(conversation: OpenConversation, damagedBytes: number, dependencies: SessionDependencies) {
    this.conversation = conversation;
    this.requests = new ConversationRequests(conversation, dependencies);
    this.composer = new Composer(conversation, this.requests, dependencies);
    this.damagedBytes = damagedBytes;
    this.#dependencies = dependencies;
    this.#answers = new ConversationAnswers(conversation, this.requests, dependencies, () => this.#askNext());
    conversation.onDidChange(({ type }) => {
      if (type === "deleted") this.#answers.interrupt();
    });
  }

  get id(): string {
    return this.conversation.state.id;
  }

  get isRunning(): boolean {
    return this.#answers.isRunning;
  }

  /** Resolves when no answer is running and no question is queued. */
  idle(): Promise<void> {
    return this.#answers.idle();
  }

  /**
   * Asks the drafted question, or queues it while an answer is running. Resolves when it is saved and removed from the composer. If the
   * user holds it back because of a possible secret, it stays there. With `models`, each of them answers it, once nothing is running.
   */
  submit(models: readonly ModelId[] = []): Promise<Submission> {
    return this.#inOrder(async () => {
      await this.composer.whenAttached();
      const draft = this.conversation.draft.content;
      const submission = await this.#submit(draft, (present) => removeSubmitted(present, draft), models);
      if (submission.type === "sent") this.composer.forget();
      return submission;
    });
  }

  /**
   * Asks a question that was not drafted, or queues it while an answer is running. The draft stays in the composer. If the user holds the
   * question back because of a possible secret, it moves to the composer, below the draft.
   */
  ask(text: string, found: readonly Attachment[]): Promise<Submission> {
    return this.#inOrder(async () => {
      const attachments = await this.conversation.draft.storeAttachments(found);
      const submission = await this.#submit({ text, attachments }, (draft) => draft);
      return submission.type === "sent" ? submission : this.composer.takeHeldBack({ text, attachments }, submission);
    });
  }

  #inOrder(submit: () => Promise<Submission>): Promise<Submission> {
    const submission = this.#submitting.then(submit);
    this.#submitting = submission.catch(() => undefined);
    return submission;
  }

  /** `removeFrom` returns the draft without the question. */
  async #submit(
    submitted: DraftedQuestion,
    removeFrom: (draft: Draft) => Draft,
    models: readonly ModelId[] = [],
  ): Promise<Submission> {
    if (isEmptyQuestion(submitted)) return { type: "sent", heldBack: [] };
    const { text, attachments } = submitted;
    const id = this.#dependencies.newId();
    const branch = shownBranch(this.conversation.state);
    const review = await this.requests.reviewQuestion({ id, text, attachments }, branch);
    if (review.type === "nothing-to-send") return heldBackSubmission(review, id);
    const heldBack = new Set(review.heldBack.map(({ source }) => source));
    const rounds = this.requests.roundsOf(text);
    const question = { id, text, attachments: keptAttachments(attachments, heldBack), ...(rounds > 0 && { rounds }) };
    if (isEmptyQuestion(question)) return { type: "held-back" };
    // A queued question is for one model. An answer can have started while the user decided.
    if (models.length > 0) await this.idle();
    if (this.isRunning) {
      await this.conversation.draft.change((draft) => ({
        ...removeFrom(draft),
        queued: [...draft.queued, question],
      }));
    } else {
      await this.#ask(question, models);
      // Not earlier: the text must not leave the composer before it is saved in the conversation.
      await this.conversation.draft.change(removeFrom);
    }
    // Later answers say which other texts are left out of them, such as instruction files.
    const drafted = new Set(attachments.flatMap(attachmentSources));
    const left = review.heldBack.filter(({ source }) => drafted.has(source));
    return { type: "sent", heldBack: left.map(({ label }) => label) };
  }

  /** Deletes a turn and everything after it, in the file too. Does nothing while an answer is running. */
  async deleteTurn(id: string): Promise<void> {
    if (!this.isRunning) await this.conversation.deleteTurn(id);
  }

  /** Stops the running answer with this id, or else all, and what is queued behind them returns to the composer. They keep their text. */
  async stop(answerId?: string): Promise<void> {
    this.#answers.stop(answerId);
    if (answerId === undefined) await this.conversation.draft.returnQueued();
  }

  /** Asks another model at once, if the model of this running answer is still silent. */
  askAnother(answerId: string): void {
    this.#answers.askAnother(answerId);
  }

  /** Of several answers in tabs, the page shows this one now; `undefined`: all, side by side. The next question goes on from it. */
  setRead(answerId: string | undefined): void {
    this.#read = answerId;
  }

  /** Whether models look into the project for questions about it. */
  setLookCloser(isOn: boolean): void {
    this.#dependencies.lookCloser.setOn(isOn);
  }

  /** Lets the running answer look no further into the project. */
  answerNow(): void {
    this.#answers.answerNow();
  }

  /**
   * Adds another variant of a turn's answer; with `another`, from a model that has not answered it yet. It takes the place of `column`, if
   * that is one of several answers side by side, and looks into the project if the shown answer did.
   */
  async regenerate(
    turn: string,
    { another, column }: { another: boolean; column?: string | undefined },
  ): Promise<void> {
    if (!this.#answers.canStart(column)) return;
    const shown = shownBranch(this.conversation.state).find((step) => step.turn.id === turn)?.answer;
    const replaced = column === undefined ? shown : findAnswer(this.conversation.state, column)?.answer;
    if (replaced) this.feedback(replaced.id, "asked-again");
    this.#answers.start(turn, { another, ...again(replaced) }, column);
    await this.conversation.flush();
  }

  /** Lets several models answer a turn's question again, side by side, once nothing is running. */
  async regenerateWith(turn: string, models: readonly ModelId[]): Promise<void> {
    // An answer can have started while the user chose the models.
    await this.idle();
    if (!this.#turn(turn)) return;
    this.#answers.startSeveral(turn, models);
    await this.conversation.flush();
  }

  /** Goes on from one of several answers side by side. The others stay as variants; those that are running are stopped. */
  async keep(answerId: string): Promise<void> {
    const turn = findAnswer(this.conversation.state, answerId)?.turn;
    if (!turn?.columns?.includes(answerId) || !this.#answers.canStart(answerId)) return;
    this.#answers.stop();
    this.#answers.closeColumns(turn.id, answerId);
    this.feedback(answerId, "kept");
    await this.conversation.flush();
  }

  /** Marks a code block of an answer as applied or inserted. */
  codeUsed(answerId: string, block: string, use: "applied" | "inserted"): void {
    this.feedback(answerId, "applied");
    const { appliedCode = [], insertedCode = [] } = findAnswer(this.conversation.state, answerId)?.answer ?? {};
    const before = use === "applied" ? appliedCode : insertedCode;
    if (before.includes(block)) return;
    const blocks = [...before, block].slice(-maxUsedCode);
    const changes = use === "applied" ? { appliedCode: blocks } : { insertedCode: blocks };
    this.conversation.record({ type: "answer-change", answer: answerId, changes });
  }

  /** Tells the router what the user did with an answer. */
  feedback(answerId: string, feedback: Feedback): void {
    const answer = findAnswer(this.conversation.state, answerId)?.answer;
    if (answer?.model && answer.status === "complete") this.#dependencies.router.feedback(answer.model, feedback);
  }

  /** Continues an incomplete answer in a new variant that starts with the text so far. */
  async continueAnswer(id: string): Promise<void> {
    const found = findAnswer(this.conversation.state, id);
    if (!found || !this.#answers.canStart(id)) return;
    const { text } = found.answer;
    // Interrupted before its first words: there is nothing to continue.
    this.#answers.start(found.turn.id, text === "" ? again(found.answer) : { prefix: text }, id);
    await this.conversation.flush();
  }

  /**
   * Asks an edited question in a new branch, beside the original one. If the user holds it back because of a possible secret, the text
   * moves to the composer.
   */
  async edit(turnId: string, edited: string): Promise<Submission> {
    const turn = this.#turn(turnId);
    const text = edited.trim();
    if (this.isRunning || !turn || text === "") return { type: "sent", heldBack: [] };
    const question = { id: this.#dependencies.newId(), text, attachments: turn.question.attachments };
    const steps = branchTo(this.conversation.state, turnId);
    const review = await this.requests.reviewQuestion(question, steps.slice(0, -1), steps.at(-1)?.versions);
    if (review.type === "nothing-to-send")
      return this.composer.takeHeldBack({ text, attachments: [] }, heldBackSubmission(review, question.id));
    // An answer can have started while the user decided.
    await this.idle();
    this.#answers.start(this.#addTurn(question, turn.after));
    await this.conversation.flush();
    return { type: "sent", heldBack: [] };
  }

  /** Shows another branch: `id` follows `after`, which is the id of a turn or an answer, or `""` for the start. */
  async show(after: string, id: string): Promise<void> {
    this.conversation.record({ type: "show", after, id });
    await this.conversation.flush();
  }

  /** Interrupts the running answer and saves everything. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#answers.interrupt();
    await this.#answers.ended();
    await this.conversation.flush();
    this.conversation.dispose();
  }

  #turn(id: string): Turn | undefined {
    return this.conversation.state.turns.find((turn) => turn.id === id);
  }

  /** The turn keeps the id of the question, under which the user has decided about possible secrets. */
  #addTurn({ id, text, attachments }: QueuedQuestion, after: string | undefined): string {
    this.conversation.record({
      type: "turn-add",
      turn: id,
      ...(after !== undefined && { after }),
      question: { text: text.trim(), attachments, at: this.#dependencies.now() },
    });
    return id;
  }

  async #ask(question: QueuedQuestion, models: readonly ModelId[] = []): Promise<void> {
    const last = shownBranch(this.conversation.state).at(-1);
    const answer = last && goesOnFrom(last, this.#read);
    if (answer && last.columns.length > 0) this.#answers.closeColumns(last.turn.id, answer.id);
    const turn = this.#addTurn(question, answer?.id);
    if (models.length > 0) this.#answers.startSeveral(turn, models);
    else this.#answers.start(turn, { rounds: question.rounds ?? 0 });
    await this.conversation.flush();
  }

  /** Asks the next queued question if the last answer is complete. Resolves to its removal, or else to the return of all of them to the composer. */
  async #askNext(): Promise<ChangeQueue | undefined> {
    const { state, draft } = this.conversation;
    const [next] = this.#closed ? [] : draft.content.queued;
    if (!next) return undefined;
    const last = shownBranch(state).at(-1);
    if (!last || goesOnFrom(last, this.#read)?.status !== "complete")
      return () => this.conversation.draft.returnQueued();
    await this.#ask(next);
    return () => this.conversation.draft.change((present) => removeQueued(present, next.id));
  }
}

/** An answer to the same question looks into the project if this one did, with no more requests than the user was told. */
function again(answer: Answer | undefined): AskOptions {
  return answer?.requests ? { rounds: answer.requests.most - 1 } : {};
}
